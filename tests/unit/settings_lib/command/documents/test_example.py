import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import dotenv
import pytest
from environ import Env
from hypothesis import given
from hypothesis import strategies as st

from settings_lib import JSON, Var, When
from settings_lib.app import App
from settings_lib.command.documents import example as module
from settings_lib.command.documents.example import example, required
from settings_lib.command.loading import common
from settings_lib.configured import Configured
from settings_lib.reading import read
from settings_lib.schema import groups_for

ROBOTS = When(names=("MOON",), text="there is a MOON", holds=lambda values, _: values["MOON"])
CONFIGURED = Configured(
    app=App(name="anti-social", celery=True),
    groups=groups_for(
        extra=[
            Var(name="MOON", required=True, help="A moon.", example="""a $moon "of" # cheese"""),
            Var(name="SHAPE", type=JSON, default={"round": [1]}, help="Its shape."),
            Var(name="ROBOTS", required=ROBOTS, help="Who is there.", example="wall e"),
            Var(name="QUOTED", help="A text.", example="it's me"),
            Var(name="UNUSED", help="Nothing. " * 30, aliases=("OLD",), secret=True),
        ],
        databases=["replica"],
    ),
    environ={},
)


def everything(text):
    """The file with every variable that it only names set as well."""
    return "".join(
        f"{line[1:] if line.startswith('#') and line[1:2].isupper() else line}\n"
        for line in text.splitlines()
    )


def dotenv_values(text):
    return dotenv.dotenv_values(stream=StringIO(text), interpolate=True)


def shell_values(text, tmp_path):
    path = tmp_path / "file"
    path.write_text(text)
    subprocess.run(["sh", "-n", path], check=True)
    run = subprocess.run(
        ["sh", "-eu", "-c", 'set -a; . "$0"; env -0', path],
        env={"PATH": os.environ["PATH"]}, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return dict(each.split("=", 1) for each in run.stdout.decode().split("\0") if each)


def env_file_values(text):
    """Docker's own form, which has no grammar: NAME=VALUE, or a comment."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_what_is_required_is_set_and_the_rest_is_not():
    text = example(common({}))
    assert set(dotenv_values(text)) == {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"}
    text = example(CONFIGURED)
    assert set(dotenv_values(text)) == {
        *("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "CELERY_BROKER_URL"),
        *("REPLICA_DATABASE_URL", "MOON", "ROBOTS"),
    }
    assert "# A moon.\n# Required.\nMOON=" in text
    assert "# Required when there is a MOON.\nROBOTS=" in text
    assert "# Secret. Also read from OLD.\n#UNUSED=\n" in text
    assert "\n#DEBUG=false\n" in text
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("configured", [common({}), CONFIGURED], ids=["common", "app"])
def test_the_library_takes_each_form_as_its_reader_gives_it(configured, tmp_path, monkeypatch):
    found = [
        dotenv_values(example(configured, "dotenv")),
        shell_values(example(configured, "dotenv"), tmp_path),
        env_file_values(example(configured, "env-file")),
    ]
    monkeypatch.setattr(Env, "ENVIRON", {})
    Env.read_env(StringIO(example(configured, "dotenv")))
    found.append(Env.ENVIRON)
    for environ in found:
        needed = {name: environ[name] for name in required(configured)}
        assert needed == required(configured)
        values = read(configured.variables, needed, configured.app)
        assert values["SECRET_KEY"] == "a-long-random-string"


@pytest.mark.parametrize("form", ["dotenv", "env-file"])
def test_every_example_and_default_is_right(form):
    """Each variable that the file only names could be set as it stands there."""
    text = everything(example(CONFIGURED, form))
    values = dotenv_values(text) if form == "dotenv" else env_file_values(text)
    names = {var.name for var in CONFIGURED.variables}
    if form == "dotenv":  # which has no way to say it
        assert values.pop("QUOTED_FILE") == "/run/secrets/QUOTED"
        values["QUOTED"] = ""
    assert set(values) == names
    assert json.loads(values["SHAPE"]) == {"round": [1]}
    for var in CONFIGURED.variables:
        if values[var.name]:
            var.type.parse(values[var.name])


def test_the_shells_file(tmp_path):
    text = example(CONFIGURED, "default")
    values = shell_values(text, tmp_path)
    assert values["IMAGE"] == "anti-social"
    assert values["OPTS"] == ""
    assert "SECRET_KEY" not in values
    secrets = [var.name for var in CONFIGURED.variables if var.secret]
    assert all(name in text for name in secrets)
    command = [
        Path(sys.executable).with_name("shellcheck"),
        "--shell=sh",
        "--exclude=SC2034",
        "-",
    ]  # nothing here uses them
    subprocess.run(command, input=text.encode(), check=True)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Cs"])))
def test_a_value_in_a_dotenv_file_arrives_or_is_refused(value):
    try:
        text = f"NAME={module.dotenv(value)}\n"
    except ValueError:
        assert set(value) & set("'\\\n\r")
        return
    assert dotenv_values(text) == {"NAME": value}


@pytest.mark.parametrize("value", ["a\nb", "a\n", " a", "a "])
def test_what_an_env_file_cannot_hold_is_refused(value):
    with pytest.raises(ValueError, match="NAME_FILE"):
        module.literal(value)
