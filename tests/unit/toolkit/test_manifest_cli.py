import json

import pytest

from toolkit.manifest import describing


def test_show(toolkit, tmp_path):
    (tmp_path / "toolkit.toml").write_text("roles.web.instances = 2")
    code, said = toolkit("manifest", "show", "antisocial", "-C", str(tmp_path))
    assert code == 0
    lines = [line.split(maxsplit=2) for line in said.splitlines()]
    assert lines[0] == ["key", "value", "from"]
    assert ["roles.web.instances", "2", "toolkit.toml"] in lines
    assert ["name", '"antisocial"', "the command line"] in lines
    assert ["proxy.port", "80", "default"] in lines


def test_show_json(toolkit, tmp_path):
    code, said = toolkit("manifest", "show", "antisocial", "-C", str(tmp_path), "--json")
    assert code == 0
    values = json.loads(said)
    assert {"key": "name", "value": "antisocial", "from": "the command line"} in values
    assert all(set(value) == {"key", "value", "from"} for value in values)


def test_show_of_the_file_that_names_the_app(toolkit, tmp_path):
    (tmp_path / "toolkit.toml").write_text("name = 'other'")
    assert toolkit("manifest", "show", "-C", str(tmp_path))[0] == 0
    assert toolkit("manifest", "show", "antisocial", "-C", str(tmp_path))[0] == 64


def test_show_of_another_file(toolkit, tmp_path):
    (tmp_path / "x.toml").write_text("image = 'a/b'")
    code, said = toolkit("manifest", "show", "antisocial", "--manifest", str(tmp_path / "x.toml"))
    assert (code, "x.toml" in said) == (0, True)


@pytest.mark.parametrize(("text", "code"), [("prot = 1", 78), ("x", 78), ("name = 'other'", 64)])
def test_show_of_a_wrong_one(toolkit, tmp_path, text, code):
    (tmp_path / "toolkit.toml").write_text(text)
    assert toolkit("manifest", "show", "antisocial", "-C", str(tmp_path))[0] == code


def test_keys(toolkit):
    code, said = toolkit("manifest", "keys")
    assert code == 0
    keys = [line.split()[0] for line in said.splitlines()]
    assert keys == ["key", *(key.path for key in describing.every_key())]


def test_schema(toolkit):
    code, said = toolkit("manifest", "schema")
    assert (code, json.loads(said)) == (0, describing.schema())
