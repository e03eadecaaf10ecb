"""Verbs and hooks of an app, as plans."""

import pytest

from entrypoint.dispatch import dispatch
from entrypoint.errors import ConfigurationError, UsageError

ENVIRON = {"APP": "antisocial", "PATH": "/bin:/usr/bin"}

PYPROJECT = """
[tool.entrypoint.verbs.sendalerts]
manage = "sendalerts --loop"
role = true
health = { heartbeat = 90 }

[tool.entrypoint.verbs.serve]
argv = "granian --port {port} --log {LEVEL:-info} {app}.{MODE:+migration_}asgi {{x}}"
role = "web"
health = { http = true }
variables = { TZ = "UTC", HOST = "{APP}", PREFIX = "{SCRIPT_NAME:-}" }

[tool.entrypoint.verbs.report]
function = "antisocial.jobs:report"

[tool.entrypoint.verbs.needy]
argv = "echo {NEEDED}"

[tool.entrypoint.verbs.prerun]
manage = "prerun"
before = "wait database"

[tool.entrypoint.verbs.run]
before = ["prerun", { run = "manage warm", when = "WARM", unless = "COLD" }]
after = { run = ["exec", "echo", "a b"], may-fail = true }
"""


@pytest.fixture
def plan(antisocial, app):
    app(**{"pyproject.toml": PYPROJECT})

    def make(*args, **environ):
        return dispatch(args, {**ENVIRON, **environ}, antisocial, "/nonexistent")

    return make


def test_a_command_of_manage_py(plan, antisocial):
    found = plan("sendalerts", "--once", "a b")
    assert found.argv == ("python", "manage.py", "sendalerts", "--loop", "--once", "a b")
    assert found.inline
    assert found.directory == antisocial
    assert found.variables == {"DJANGO_SETTINGS_MODULE": "antisocial.settings_docker"}
    assert (found.role, found.health) == ("sendalerts", ("heartbeat", "90"))
    assert "/run/app" in found.writable


def test_a_program_with_placeholders(plan):
    found = plan("serve", PORT="9000", LEVEL="a b; $(id)")
    assert found.argv == (
        *("granian", "--port", "9000", "--log", "a b; $(id)", "antisocial.asgi", "{x}"),
    )
    assert (found.role, found.health) == ("web", ("http", "9000"))
    assert found.variables["HOST"] == "antisocial"
    assert found.variables["TZ"] == "UTC"
    assert "TZ" not in plan("serve", TZ="CET").variables
    assert "PREFIX" not in found.variables
    assert plan("serve", SCRIPT_NAME="/x").variables["PREFIX"] == "/x"
    assert "antisocial.migration_asgi" in plan("serve", MODE="1").argv


def test_a_placeholder_without_a_value(plan):
    with pytest.raises(ConfigurationError, match="NEEDED is not set"):
        plan("needy")


def test_a_function(plan):
    found = plan("report", "x")
    assert found.argv == ("python", "-m", "entrypoint.calling", "antisocial.jobs:report", "x")
    assert not found.inline


def test_hooks_are_plans(plan):
    found = plan()
    assert [hook.words for hook in found.before] == [("prerun",)]
    prerun = found.before[0].plan
    assert prerun.argv == ("python", "manage.py", "prerun")
    assert [hook.words for hook in prerun.before] == [("wait", "database")]
    [after] = found.after
    assert after.plan.argv == ("echo", "a b")
    assert after.may_fail


@pytest.mark.parametrize(
    ("environ", "count"),
    [
        ({}, 1),
        ({"WARM": "1"}, 2),
        ({"WARM": "no"}, 1),
        ({"WARM": ""}, 1),
        ({"WARM": "1", "COLD": "yes"}, 1),
        ({"WARM": "1", "COLD": "False"}, 2),
    ],
)
def test_hooks_on_condition(plan, environ, count):
    assert len(plan("run", **environ).before) == count


def test_a_role_of_the_apps_refuses_build_mode(plan):
    with pytest.raises(ConfigurationError, match="sendalerts refuses to start in build mode"):
        plan("sendalerts", BUILD="1")


def test_suggestions_know_the_apps_verbs(plan):
    with pytest.raises(UsageError, match=r"Did you mean 'sendalerts'") as error:
        plan("sendalert")
    assert error.value.exit_code == 64


def test_a_wrong_declaration_stops_all_but_looking_into_it(antisocial, app):
    app(**{"pyproject.toml": "[tool.entrypoint.verbs]\nrun = 'x'\n"})
    with pytest.raises(ConfigurationError, match="shadows"):
        dispatch(("migrate",), ENVIRON, antisocial, "/nonexistent")
    assert dispatch(("exec", "sh"), ENVIRON, antisocial, "/nonexistent").argv == ("sh",)
