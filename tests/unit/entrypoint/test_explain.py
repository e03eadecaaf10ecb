"""What `explain` and `help VERB` say, and that they say no secret."""

import json

import pytest

from entrypoint import dispatch, explain, table
from entrypoint import help as help_program
from entrypoint.errors import ConfigurationError, UsageError
from entrypoint.project import Project
from entrypoint.verbs import VERBS

ENVIRON = {
    "APP": "antisocial",
    "DATABASE_URL": "postgres://app:hunter22@db/app",
    "API_TOKEN": "tokentoken",
    "WEB_CONCURRENCY": "3",
}

PYPROJECT = """
[tool.entrypoint.verbs.sendalerts]
manage = "sendalerts --loop"
role = true
health = { heartbeat = 90 }
stop = { signal = "INT", seconds = 20 }
before = [{ run = "exec echo {API_URL:-x}", may-fail = true }]
"""


@pytest.fixture
def image(antisocial, app, monkeypatch):
    app(**{"pyproject.toml": PYPROJECT})
    monkeypatch.setattr(table, "PATH", "/nonexistent")
    return antisocial


def test_run(image):
    found = explain.explanation(("run", "--reload"), ENVIRON, image)
    assert found["command"][0] == "gunicorn"
    assert found["command"][-1] == "--reload"
    assert found["directory"] == image
    assert found["variables"] == {
        "DJANGO_SETTINGS_MODULE": "antisocial.settings_docker",
        "ENTRYPOINT_ROLE": "web",
    }
    assert found["role"]["name"] == "web"
    assert found["role"]["health"] == ["http", "8000"]
    why = {each["name"]: each for each in found["why"]}
    assert why["workers"]["value"] == "3"
    assert "WEB_CONCURRENCY" in why["workers"]["reason"]
    assert set(found["control_group"]) == {"cpu_quota", "cpuset", "memory"}
    assert "control group" in explain.text(found)
    assert explain.explanation(("migrate",), ENVIRON, image)["control_group"] is None


def test_a_role_of_the_apps(image):
    found = explain.explanation(("sendalerts",), ENVIRON, image)
    assert found["role"] == {
        "name": "sendalerts",
        "health": ["heartbeat", "90"],
        "stop": {"signal": "INT", "seconds": 20},
    }
    [hook] = found["before"]
    assert hook["may_fail"]
    assert hook["run"] == ["exec", "echo", "{API_URL:-x}"]


@pytest.mark.parametrize("verb", [name for name in VERBS if name not in ("exec", "explain")])
def test_no_secret_is_said(image, verb):
    found = explain.explanation((verb,), ENVIRON, image)
    for said in (explain.text(found), json.dumps(found)):
        assert "hunter22" not in said
        assert "tokentoken" not in said
        assert "postgres://app:" in said


def test_arguments_are_redacted_too(image):
    found = explain.explanation(("exec", "psql", ENVIRON["DATABASE_URL"]), ENVIRON, image)
    assert "hunter22" not in json.dumps(found)
    found = explain.explanation(("manage", "login", "--api-password", "pw123", "x"), ENVIRON, image)
    assert found["command"][-2:] == ["***", "x"]


def test_a_secret_by_the_apps_own_schema(image, tmp_path, monkeypatch):
    path = str(tmp_path / "share" / "verbs")
    project = Project(ENVIRON, image)
    made = table.Table(secrets=("GREETING",))
    table.save(project, made, path)
    monkeypatch.setattr(table, "PATH", path)
    found = explain.explanation(("run",), {**ENVIRON, "GREETING": "sesame open"}, image)
    assert "sesame" not in json.dumps(found)


@pytest.mark.parametrize("args", [(), ("--json",), ("--help",)])
def test_explain_needs_a_verb(args):
    with pytest.raises(UsageError, match="explain needs a verb"):
        explain.main(args)


def test_what_cannot_be_planned(image):
    with pytest.raises(ConfigurationError, match="APP is not set"):
        explain.explanation(("run",), {}, image)
    with pytest.raises(UsageError, match="no verb 'rum'"):
        explain.explanation(("rum",), {}, image)


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_each_verb(verb):
    text = help_program.of_verb(verb, table.Table())
    assert text.startswith(f"docker run IMAGE {verb}")
    assert VERBS[verb].help in text
    assert "Exit codes:" in text
    assert all(name in text for name in VERBS[verb].variables)


def test_help_of_the_apps_verb(image):
    added = dispatch.added("run", Project(ENVIRON, image), "/nonexistent")
    text = help_program.of_verb("sendalerts", added)
    assert "Role: sendalerts. It stops by INT, within 20 s." in text
    assert "before: exec echo" in text
    assert "sendalerts" in help_program.overview(added)


def test_help_of_what_is_not_there():
    with pytest.raises(UsageError, match="Did you mean 'worker'"):
        help_program.of_verb("wrker", table.Table())
