"""Verbs, roles and hooks that apps add, on built images."""

import re

import pytest
from containers import HARDENED, wait_until

SECRET = ("--env", "SECRET_KEY=of the tests")


@pytest.fixture(scope="module")
def image(apps):
    return apps.build("verbs")


@pytest.fixture
def run(containers, image):
    """Run a verb of the app's to its end, as a host would."""

    def do(*args, options=()):
        return containers.run(image, *args, options=(*HARDENED, *SECRET, *options))

    return do


def env(**variables):
    return tuple(word for name, text in variables.items() for word in ("--env", f"{name}={text}"))


def test_help_lists_them(run):
    done = run("help")
    listed = done.stdout.partition("Of this app:")[2]
    for verb in ("routes", "greet", "ticker", "static", "sweep"):
        assert re.search(rf"^  {verb} ", listed, re.MULTILINE)
    assert done.stderr == ""


def test_a_command_of_manage_py(run):
    done = run("routes", "--output", "unified")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_a_function_with_its_hooks(run):
    done = run("greet", "a b", "$HOME", "count")
    assert done.stdout.splitlines() == [
        "before greet",
        "settings are there: True",
        *("greetings to a b", "greetings to $HOME", "greetings to count"),
    ]
    assert done.returncode == 3  # so nothing came after
    done = run("greet", "you")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "after greet"


def test_a_packages_verb(run):
    done = run("sweep", "now")
    assert (done.returncode, done.stdout) == (0, "swept now\n"), done.stderr


def test_an_unknown_verb_suggests_the_apps(run):
    done = run("tikcer")
    assert done.returncode == 64
    assert "Did you mean 'ticker'?" in done.stderr


def test_a_role_with_a_heartbeat(containers, image):
    container = containers.start(image, "ticker", options=(*HARDENED, *SECRET, *env(GREET="1")))
    container.wait_for_log("hello from website")
    wait_until(lambda: container.exec("entrypoint", "health", "--ready").returncode == 0, "ready")
    assert container.exec("touch", "/tmp/hang").returncode == 0
    wait_until(lambda: container.exec("entrypoint", "health").returncode == 1, "dead")
    ended = container.end("TERM")
    assert ended.code == 0, container.logs()
    assert container.logs().splitlines()[1:] == [
        "ticker: stopped",
        "before greet",
        *("settings are there: True", "greetings to the", "greetings to end"),
        "after greet",
    ]
    assert ended.seconds < 5


def test_a_web_role_of_another_server(containers, image):
    container = containers.start(
        image,
        "static",
        options=(*HARDENED, *env(PORT="9000"), "--publish", "127.0.0.1::9000"),
    )
    wait_until(lambda: container.exec("entrypoint", "health", "--ready").returncode == 0, "ready")
    assert "web" in container.exec("entrypoint", "health").stdout


def test_a_hook_that_fails_stops_it(run):
    done = run("run", options=env(FAIL="1"))
    assert done.returncode == 3
    assert "entrypoint: before run, `exec sh -c exit 3` failed with exit code 3." in done.stderr
    assert "gunicorn" not in done.stdout + done.stderr


def test_a_hook_that_may_fail(containers, image):
    container = containers.start(
        image,
        options=(*HARDENED, *SECRET, *env(FAIL_SOFTLY="1"), "--publish", "127.0.0.1::8000"),
    )
    container.wait_for_answer()
    assert "failed with exit code 4; going on" in container.logs()


def test_a_stop_while_a_hook_runs(containers, image):
    container = containers.start(image, options=(*HARDENED, *SECRET, *env(SLEEP="1")))
    wait_until(lambda: "sleep" in str(container.tree()), "the hook")
    ended = container.end("TERM")
    assert ended.code == 128 + 15
    assert ended.seconds < 2
    assert "stopped by signal 15 before run" in container.logs()


def test_explain_tells_how_it_is_stopped(run):
    done = run("explain", "ticker")
    assert "TERM, within 5 s" in done.stdout
    assert "of the tests" not in done.stdout + done.stderr


OTHER = '[tool.entrypoint.verbs.other]\nargv = "echo other"\nsettings = false\n'


@pytest.fixture
def mount(tmp_path):
    """Mounts a folder with another pyproject.toml over the app's code."""

    def options(pyproject, mode=0o755):
        tmp_path.chmod(mode)
        (tmp_path / "pyproject.toml").write_text(pyproject)
        (tmp_path / "manage.py").touch()
        return ("--volume", f"{tmp_path}:/app:ro")

    return options


def test_another_pyproject_is_read_anew(containers, image, mount):
    mounted = mount(OTHER)
    done = containers.run(image, "other", "x", options=mounted)
    assert (done.returncode, done.stdout) == (0, "other x\n"), done.stderr
    assert "is older than what it was made from" in done.stderr


def test_no_table_at_all(containers, image):
    mounted = ("--volume", "/dev/null:/usr/share/django-container/verbs:ro")
    done = containers.run(image, "sweep", options=(*SECRET, *mounted))
    assert (done.returncode, done.stdout) == (0, "swept\n"), done.stderr
    assert "is not there" in done.stderr


@pytest.mark.parametrize("verb", ["migrate", "run", "other"])
def test_a_malformed_pyproject(containers, image, mount, verb):
    mounted = mount("[tool.entrypoint.verbs\n")
    done = containers.run(image, verb, options=mounted)
    assert done.returncode == 78
    assert "pyproject.toml is malformed" in done.stderr
    assert "Traceback" not in done.stderr
    assert containers.run(image, "exec", "true", options=mounted).returncode == 0


def test_a_pyproject_that_cannot_be_read(containers, image, mount):
    done = containers.run(image, "other", options=mount(OTHER, mode=0o700))
    assert done.returncode == 78
    assert "/app/pyproject.toml cannot be read: Permission denied." in done.stderr


def test_wrong_declarations_fail_the_build(apps):
    done = apps.try_build("verbs-wrong")
    assert done.returncode == 65, done.stdout
    assert "`entrypoint build` ended with exit code 78" in done.stdout
    assert "have 3 problems" in done.stdout
    assert "verbs.migrate shadows a verb that every image has" in done.stdout
    assert "verbs.sendalerts.rol is no key; did you mean role?" in done.stdout
    assert "verbs.run.before begins with 'sendalert', which is no verb" in done.stdout


def test_the_examples_role(role, example_image):
    container = role(example_image, "sendalerts")
    wait_until(lambda: container.exec("entrypoint", "health", "--ready").returncode == 0, "ready")
    ended = container.end("TERM")
    assert ended.code == 0
    assert "sendalerts: stopped" in container.logs()
    assert ended.seconds < 2


def test_the_examples_hook(containers, example_image):
    alone = env(
        SECRET_KEY="of the tests",
        ALLOWED_HOSTS="127.0.0.1",
        DATABASE_URL="sqlite:////data/db.sqlite3",
        CELERY_BROKER_URL="memory://",
        PRERUN="1",
    )
    done = containers.run(example_image, "run", options=(*HARDENED, *alone))
    assert done.returncode == 1, done.stderr
    assert "before run, `prerun` failed with exit code 1" in done.stderr
