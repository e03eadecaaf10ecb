"""The verb `run`."""

import socket

import pytest

from entrypoint import gunicorn_hooks, role
from entrypoint.dispatch import dispatch
from entrypoint.errors import ConfigurationError
from entrypoint.plan import Plan

ENVIRON = {"APP": "antisocial", "WEB_CONCURRENCY": "3"}
SETTINGS = {"DJANGO_SETTINGS_MODULE": "antisocial.settings_docker"}
WEB = {**SETTINGS, "ENTRYPOINT_ROLE": "web"}


def test_what_the_role_needs(antisocial):
    plan = dispatch(("run",), {**ENVIRON, "PORT": "9000"}, antisocial)
    assert (plan.role, plan.health) == ("web", ("http", "9000"))
    assert plan.writable == ("/tmp", "/run/app")
    assert plan.before == ()


def test_reasons(antisocial):
    plan = dispatch(("run",), ENVIRON, antisocial)
    assert plan.reasons == (
        ("workers", "3", "WEB_CONCURRENCY"),
        ("threads", "4", "the default"),
        ("port", "8000", "the default"),
    )


def test_reasons_name_what_can_change_the_numbers(antisocial, app):
    app("gunicorn.conf.py")
    environ = {**ENVIRON, "GUNICORN_CMD_ARGS": "--workers 7", "DEBUG": "true"}
    plan = dispatch(("run", "--threads", "9"), environ, antisocial)
    assert plan.reasons[-2] == ("reload", "on", "DEBUG")
    name, value, _ = plan.reasons[-1]
    assert name == "over these"
    assert value == f"{antisocial}/gunicorn.conf.py, GUNICORN_CMD_ARGS, the arguments"


def test_wait_migrated_is_a_hook(antisocial):
    plan = dispatch(("run", "--wait-migrated", "--workers", "2"), ENVIRON, antisocial)
    assert plan.argv[-3:] == ("antisocial.wsgi", "--workers", "2")
    [hook] = plan.before
    assert hook.words == ("wait-migrated",)
    assert hook.plan == Plan(
        ("python", "manage.py", "wait_migrated"),
        directory=antisocial,
        variables=SETTINGS,
        inline=True,
        commands=("wait_migrated",),
    )


def test_later_arguments_are_gunicorns(antisocial):
    plan = dispatch(("run", "--workers", "2", "--wait-migrated"), ENVIRON, antisocial)
    assert plan.argv[-1] == "--wait-migrated"
    assert plan.before == ()


def test_prometheus(antisocial, app):
    environ = {**ENVIRON, "WEB_METRICS": "prometheus://:9102"}
    app("prometheus_client/__init__.py")
    plan = dispatch(("run",), environ, antisocial)
    assert plan.variables == {**WEB, "PROMETHEUS_MULTIPROC_DIR": "/run/app/metrics"}
    own = dispatch(("run",), {**environ, "PROMETHEUS_MULTIPROC_DIR": "/tmp/own"}, antisocial)
    assert own.variables == WEB


def test_prometheus_is_not_installed(antisocial, monkeypatch):
    from entrypoint.project import Project

    monkeypatch.setattr(Project, "has_module", lambda _, name: name != "prometheus_client")
    environ = {**ENVIRON, "WEB_METRICS": "prometheus://:9102"}
    with pytest.raises(ConfigurationError, match="prometheus_client, which is not installed"):
        dispatch(("run",), environ, antisocial)


class Server:
    """What the hooks look at of gunicorn's arbiter."""

    def __init__(self, *listeners):
        self.LISTENERS = listeners


def test_where_it_listens_is_written_for_health(runtime, tmp_path):
    role.begin("web", ("http", "8000"), {}, required=True)
    path = str(tmp_path / "web.sock")
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_UNIX) as unix,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        unix.bind(path)
        abstract.bind(f"\0{tmp_path}")
        gunicorn_hooks.when_ready(Server(abstract, tcp, unix))
        with open(role.LISTENING) as file:
            assert file.read() == f"127.0.0.1 {tcp.getsockname()[1]}\n{path}\n"


def test_a_second_gunicorn_does_not_write_it(runtime):
    gunicorn_hooks.when_ready(Server())
    assert not list(runtime.iterdir())
