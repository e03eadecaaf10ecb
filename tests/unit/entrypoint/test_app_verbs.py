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
argv = "granian --port {port} --log '{LEVEL:-in fo}' {app}.{MODE:+migration_}asgi {{x}}"
role = "web"
health = { http = true }
variables = { TZ = "UTC", HOST = "{APP}", PREFIX = "{SCRIPT_NAME:-}" }

[tool.entrypoint.verbs.report]
function = "antisocial.jobs:report"

[tool.entrypoint.verbs.needy]
argv = "echo {NEEDED}"

[tool.entrypoint.verbs.options]
argv = "granian {*ASGI:+--interface 'asgi nl'} {*GRANIAN_ARGS:---no-ws} {*NONE} {WHERE}"
variables = { WHERE = "{HERE:-there}", AND = "{WHERE}!" }

[tool.entrypoint.verbs.mailer]
verb = "worker --queues=mail {*MAILER_OPTIONS}"
role = true
variables = { WORKER_CONCURRENCY = "3" }

[tool.entrypoint.verbs.webworker]
verb = "run --max-requests 1200"
variables = { PORT = "{WEB_PORT:-9000}" }

[tool.entrypoint.verbs.other]
manage = "other"
role = true
health = { heartbeat = "{EVERY:-60}" }
variables = { DJANGO_SETTINGS_MODULE = "antisocial.settings_docker" }

[tool.entrypoint.verbs.prerun]
manage = "prerun"
before = "wait database {*WAIT_FOR}"

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
    assert found.variables == {
        "DJANGO_SETTINGS_MODULE": "antisocial.settings_docker",
        "ENTRYPOINT_ROLE": "sendalerts",
    }
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


def test_a_placeholder_of_a_line_stays_whole(plan):
    assert plan("serve").argv[4] == "in fo"


def test_a_placeholder_without_a_value(plan):
    with pytest.raises(ConfigurationError, match="NEEDED is not set"):
        plan("needy")


def test_several_words_from_one_variable(plan):
    assert plan("options").argv == ("granian", "--no-ws", "there")
    found = plan("options", "x", ASGI="1", GRANIAN_ARGS="--a 'b c' $(id)", NONE="", HERE="h")
    assert found.argv == (*("granian", "--interface", "asgi nl", "--a", "b c", "$(id)", "h", "x"),)
    with pytest.raises(ConfigurationError, match="GRANIAN_ARGS cannot be split") as error:
        plan("options", GRANIAN_ARGS="--a 'hush")
    assert "hush" not in str(error.value)


def test_variables_know_those_before_them(plan):
    assert plan("options").variables["AND"] == "there!"
    assert plan("options", WHERE="mine").variables["AND"] == "mine!"


def test_another_name_for_a_verb(plan):
    worker, mailer = plan("worker"), plan("mailer", "-l", "debug", MAILER_OPTIONS="-E -n 'a b'")
    assert mailer.argv[:5] == worker.argv[:5]
    assert mailer.argv[-6:] == ("--queues=mail", "-E", "-n", "a b", "-l", "debug")
    assert "--concurrency=3" in mailer.argv
    assert (mailer.role, mailer.health) == ("mailer", worker.health)
    assert mailer.writable == worker.writable
    assert mailer.variables["WORKER_CONCURRENCY"] == "3"


def test_another_name_for_run_is_web(plan):
    found = plan("webworker")
    assert found.argv[0] == plan().argv[0]
    assert "--max-requests" in found.argv
    assert (found.role, found.variables["PORT"]) == ("web", "9000")
    with pytest.raises(ConfigurationError, match="webworker refuses to start in build mode"):
        plan("webworker", BUILD="1")


def test_a_settings_module_of_its_own(plan):
    found = plan("other", APP="nothing.here")
    assert found.variables["DJANGO_SETTINGS_MODULE"] == "antisocial.settings_docker"


def test_health_with_a_placeholder(plan):
    assert plan("other").health == ("heartbeat", "60")
    assert plan("other", EVERY="5").health == ("heartbeat", "5")
    with pytest.raises(ConfigurationError, match=r"number \(heartbeat\)") as error:
        plan("other", EVERY="soon")
    assert "soon" not in str(error.value)


def test_a_function(plan):
    found = plan("report", "x")
    assert found.argv == ("python", "-m", "entrypoint.calling", "antisocial.jobs:report", "x")
    assert not found.inline


def test_hooks_are_plans(plan):
    found = plan()
    assert [hook.words for hook in found.before] == [("prerun",)]
    prerun = found.before[0].plan
    assert prerun.argv == ("python", "manage.py", "prerun")
    assert [hook.words for hook in prerun.before] == [("wait", "database", "{*WAIT_FOR}")]
    assert prerun.before[0].plan.argv[-1] == "database"
    [waits] = plan("prerun", WAIT_FOR="cache broker").before
    assert waits.plan.argv[-2:] == ("cache", "broker")
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
