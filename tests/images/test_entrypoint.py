"""The entrypoint in its image: verbs, arguments, exit codes, users, and what is set up wrongly."""

import json
import re

import pytest

#: Enough for the example to start, with nothing beside it.
ALONE = {
    "SECRET_KEY": "of the tests",
    "ALLOWED_HOSTS": "localhost",
    "DATABASE_URL": "sqlite:////tmp/db.sqlite3",
    "CELERY_BROKER_URL": "memory://",
}

PRINT_ARGUMENTS = "import json, sys; print(json.dumps(sys.argv[1:]))"

VERBATIM = [
    *("two words", "'single'", '"double"', "$HOME", "${APP}", "`id`", "$(id)", "back\\slash"),
    *("*", "?", "~", "a\nb", "", " ", "-x", "--", "--help", "é", ";", "&&", "#"),
]


@pytest.fixture(scope="module")
def alone(module_containers, example_image):
    return module_containers.idle(example_image, options=variables(ALONE))


def variables(environ):
    return tuple(word for name, value in environ.items() for word in ("--env", f"{name}={value}"))


def assert_one_message(done, code, *texts):
    """One message on stderr, with what to do, and no traceback; nothing on stdout."""
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    for text in texts:
        assert text in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("verb", "suggestion"),
    [
        ("mirgate", "Did you mean 'migrate'?"),
        ("ls", "exec ls"),
        ("showmigrations", "manage showmigrations"),
    ],
)
def test_unknown_verb(containers, base, verb, suggestion):
    done = containers.run(base, verb)
    assert_one_message(done, 64, f"entrypoint: there is no verb '{verb}'.", suggestion)
    assert len(done.stderr.splitlines()) == 2


def test_exec_passes_arguments_on_verbatim(containers, base):
    done = containers.run(base, "exec", "python", "-c", PRINT_ARGUMENTS, *VERBATIM)
    assert json.loads(done.stdout) == VERBATIM


def test_manage_passes_arguments_on_verbatim(containers, example_image):
    # The code's last line holds all that is hard to pass on.
    rest = " ".join(VERBATIM).replace("\n", " ")
    arguments = ["-v", "0", "-c", f"import json, sys\nprint(json.dumps(sys.argv[2:]))\n# {rest}"]
    options = variables(ALONE)
    done = containers.run(example_image, "manage", "shell", *arguments, options=options)
    assert json.loads(done.stdout) == arguments, done.stderr


@pytest.mark.parametrize("code", [0, 1, 3, 64, 78, 255])
def test_exit_code_is_the_programs(containers, base, code):
    assert containers.run(base, "exec", "sh", "-c", f"exit {code}").returncode == code


def test_exit_code_of_a_signal_is_the_shells(containers, base):
    assert containers.run(base, "exec", "sh", "-c", "kill -KILL $$").returncode == 128 + 9


def test_program_that_is_not_there(containers, base):
    assert_one_message(containers.run(base, "exec", "nosuch"), 127, "nosuch is not installed")


def test_program_that_cannot_be_executed(containers, base):
    assert_one_message(containers.run(base, "exec", "/etc/passwd"), 126, "cannot be executed")


def test_root_becomes_app(containers, base):
    status = containers.run(base, "exec", "cat", "/proc/self/status").stdout
    found = dict(line.split(":\t", 1) for line in status.splitlines())
    assert found["Uid"].split() == ["1000"] * 4
    assert found["Gid"].split() == ["0"] * 4
    assert found["Groups"].split() == ["0"]
    assert {int(found[name], 16) for name in ("CapPrm", "CapEff", "CapAmb")} == {0}


def test_root_without_capabilities_is_refused(containers, base):
    done = containers.run(base, "help", options=("--cap-drop", "ALL", "--user", "0"))
    assert_one_message(done, 77, "without the capabilities", "--user app")


def test_docker_exec_manage_is_not_root(alone):
    ask = ("manage", "shell", "-v", "0", "-c", "import os; print(os.getuid(), os.getgid())")
    for user in ("root", None):
        done = alone.exec(*ask, user=user)
        assert done.stdout == "1000 0\n", done.stderr


def without_addresses(text):
    """A text without the places of objects in memory, which `diffsettings` prints some of."""
    return re.sub(r"0x[0-9a-f]+", "0x…", text)


#: Of Django's commands and of apps', with right arguments and wrong ones.
COMMANDS = (
    "version",
    "--version",
    "check",
    "check --deploy",
    "check nosuch",
    "help",
    "help migrate",
    "help --commands",
    "migrate --help",
    "migrate --plan",
    "migrate --check",
    "migrate nosuch",
    "showmigrations",
    "showmigrations --plan feeds",
    "sqlmigrate feeds 0001",
    "makemigrations --check --dry-run",
    "diffsettings --all",
    "findstatic feeds/style.css",
    "inspectdb",
    "shell -v 0 -c print(__name__)",
    "dumpdata",
    "sendalerts --every nothing",
    "nosuch",
    "",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_manage_is_manage_py(alone, command):
    ours = alone.exec("manage", *command.split())
    djangos = alone.exec("entrypoint", "exec", "python", "manage.py", *command.split())
    assert without_addresses(ours.stdout) == without_addresses(djangos.stdout)
    assert ours.stderr == djangos.stderr
    assert ours.returncode == djangos.returncode


@pytest.mark.parametrize("verb", ["run", "worker", "beat"])
def test_app_not_set(containers, example_image, verb):
    done = containers.run(example_image, verb, options=variables({**ALONE, "APP": ""}))
    assert_one_message(done, 78, "APP is not set", "ENV APP=antisocial")


@pytest.mark.parametrize("verb", ["run", "worker", "beat", "migrate"])
def test_app_not_importable(containers, example_image, verb):
    done = containers.run(example_image, verb, options=variables({**ALONE, "APP": "nosuch"}))
    assert_one_message(done, 78, "nosuch")


@pytest.mark.parametrize("verb", ["run", "worker", "beat", "migrate", "shell"])
def test_no_manage_py(containers, base, verb):
    done = containers.run(base, verb, options=("--env", "APP=website"))
    assert_one_message(done, 78, "there is no manage.py")


@pytest.mark.parametrize("verb", ["run", "worker", "migrate"])
def test_no_settings_module(containers, example_image, verb):
    wrong = {**ALONE, "SETTINGS": "nosuch"}
    done = containers.run(example_image, verb, options=variables(wrong))
    assert_one_message(done, 78, "antisocial.nosuch", "SETTINGS")


@pytest.mark.parametrize("verb", ["run", "worker", "migrate"])
def test_no_django_settings_module(containers, example_image, verb):
    wrong = {**ALONE, "DJANGO_SETTINGS_MODULE": "antisocial.nosuch"}
    done = containers.run(example_image, verb, options=variables(wrong))
    assert_one_message(done, 78, "antisocial.nosuch", "DJANGO_SETTINGS_MODULE")


@pytest.mark.parametrize("verb", ["run", "worker", "beat"])
def test_roles_refuse_build_mode(containers, example_image, verb):
    done = containers.run(example_image, verb, options=variables({**ALONE, "BUILD": "1"}))
    assert_one_message(done, 78, "build mode", "BUILD")


@pytest.mark.parametrize("job", ["run", "worker", "beat", "migrate", "manage check"])
def test_wrong_settings_are_one_message(containers, example_image, job):
    wrong = {**ALONE, "SECRET_KEY": "", "DEBUG": "perhaps"}
    done = containers.run(example_image, *job.split(), options=variables(wrong))
    assert done.returncode == 78, done.stderr
    assert (done.stdout + done.stderr).count("The settings of antisocial have 2 problems") == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "perhaps" not in done.stdout + done.stderr
