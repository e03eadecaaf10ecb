import pytest

from entrypoint.dispatch import dispatch
from entrypoint.errors import ConfigurationError, UsageError
from entrypoint.verbs import VERBS, planner

ENVIRON = {"APP": "antisocial", "PATH": "/bin:/usr/bin", "WORKER_CONCURRENCY": "3"}
SETTINGS = {"DJANGO_SETTINGS_MODULE": "antisocial.settings_docker"}


@pytest.mark.parametrize(
    ("args", "argv"),
    [
        ((), "gunicorn --config python:entrypoint.gunicorn_conf antisocial.wsgi"),
        (
            ("run", "--reload"),
            "gunicorn --config python:entrypoint.gunicorn_conf antisocial.wsgi --reload",
        ),
        (("migrate",), "python manage.py migrate --noinput"),
        (("migrate", "feeds", "0001"), "python manage.py migrate --noinput feeds 0001"),
        (("collectstatic", "--clear"), "python manage.py collectstatic --noinput --clear"),
        (("compress",), "python manage.py compress"),
        (("shell",), "python manage.py shell"),
        (("dbshell",), "python manage.py dbshell"),
        (("test", "feeds"), "python manage.py test feeds"),
        (("manage", "check", "--deploy"), "python manage.py check --deploy"),
        (
            ("worker", "-Q", "a"),
            "python -m entrypoint.celery_roles -A antisocial worker"
            " --loglevel=INFO --concurrency=3 -Q a",
        ),
        (
            ("beat",),
            "python -m entrypoint.celery_roles -A antisocial beat --loglevel=INFO --pidfile=",
        ),
    ],
)
def test_each_verb_is_one_command(antisocial, args, argv):
    plan = dispatch(args, ENVIRON, antisocial)
    assert " ".join(plan.argv) == argv
    assert plan.directory == antisocial
    role = VERBS[args[0] if args else "run"].role
    assert plan.variables == {**SETTINGS, **({"ENTRYPOINT_ROLE": role} if role else {})}
    assert plan.inline is ("manage.py" in plan.argv)


def test_exec_runs_any_program_where_the_container_stands(antisocial):
    hostile = ("sh", "-c", "echo $1", "--", "a b", "$HOME", "'", '"', "\n", "*", "")
    plan = dispatch(("exec", *hostile), ENVIRON, antisocial)
    assert plan.argv == hostile
    assert plan.directory is None
    assert plan.variables == SETTINGS


def test_exec_of_nothing(antisocial):
    with pytest.raises(UsageError, match="exec needs a program"):
        dispatch(("exec",), ENVIRON, antisocial)


@pytest.mark.parametrize("verb", ["manage", "test", "worker", "run", "migrate"])
def test_arguments_arrive_verbatim(antisocial, verb):
    hostile = ("a b", "$HOME", "'", '"', "\n", "*", "", "--x=--y", "\\")
    assert dispatch((verb, *hostile), ENVIRON, antisocial).argv[-len(hostile) :] == hostile


@pytest.mark.parametrize(
    ("verb", "hint"),
    [
        ("wrker", "Did you mean 'worker'"),
        ("Migrate", "Did you mean 'migrate'"),
        ("sh", "exec sh"),
        ("qqqqqq", "manage qqqqqq"),
        ("", "One of: run"),
    ],
)
def test_an_unknown_verb_is_an_error_with_a_suggestion(antisocial, verb, hint):
    with pytest.raises(UsageError) as error:
        dispatch((verb,), ENVIRON, antisocial)
    assert hint in str(error.value)
    assert error.value.exit_code == 64


@pytest.mark.parametrize("verb", ["run", "worker", "beat"])
def test_roles_refuse_build_mode(antisocial, verb):
    with pytest.raises(ConfigurationError, match="build mode"):
        dispatch((verb,), {**ENVIRON, "BUILD": "1"}, antisocial)


def test_asgi(antisocial):
    plan = dispatch(("run",), {**ENVIRON, "WEB_INTERFACE": "asgi"}, antisocial)
    assert plan.argv[-1] == "antisocial.asgi"
    with pytest.raises(ConfigurationError, match="WEB_INTERFACE"):
        dispatch(("run",), {**ENVIRON, "WEB_INTERFACE": "uwsgi"}, antisocial)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_CONCURRENCY", "two"),
        ("WEB_THREADS", "0"),
        ("PORT", "abc"),
        ("PORT", "tcp://10.0.0.1:8000"),
        ("PORT", "65536"),
    ],
)
def test_numbers_that_are_none(antisocial, name, value):
    with pytest.raises(ConfigurationError, match=name):
        dispatch(("run",), {**ENVIRON, name: value}, antisocial)


def test_another_celery_app(antisocial):
    plan = dispatch(("worker",), {**ENVIRON, "CELERY_APP": "antisocial.celery_app"}, antisocial)
    assert plan.argv[3:5] == ("-A", "antisocial.celery_app")


def test_settings_that_are_set_stay(antisocial):
    environ = {**ENVIRON, "DJANGO_SETTINGS_MODULE": "antisocial.wsgi"}
    assert dispatch(("migrate",), environ, antisocial).variables == {}


@pytest.mark.parametrize("verb", ["run", "worker", "beat", "migrate", "manage", "test"])
def test_settings_that_do_not_exist(antisocial, verb):
    environ = {**ENVIRON, "DJANGO_SETTINGS_MODULE": "antisocial.settings_dokcer"}
    with pytest.raises(ConfigurationError, match="no settings module antisocial.settings_dokcer"):
        dispatch((verb,), environ, antisocial)


def test_exec_looks_into_a_broken_image(app):
    assert dispatch(("exec", "sh"), {"APP": "gone"}, app("readme")).variables == {}


def test_an_empty_number_of_workers_is_none(antisocial):
    plan = dispatch(("run",), {**ENVIRON, "WEB_CONCURRENCY": ""}, antisocial)
    assert int(plan.variables["WEB_CONCURRENCY"]) >= 1


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_a_planner_and_a_line_of_help(verb):
    assert callable(planner(verb))
    assert VERBS[verb].help
