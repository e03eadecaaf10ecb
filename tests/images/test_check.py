"""`check` in its image, as a deploy asks it: with a host's own variables."""

import json

import pytest
from containers import HARDENED

#: Each is in one of the variables below, and in no output.
SECRETS = ("key-of-the-tests", "pw-of-postgres", "pw-of-redis", "dsn-of-the-tests", "geheim")

COMPLETE = {
    "SECRET_KEY": "key-of-the-tests",
    "ALLOWED_HOSTS": "antisocial.example.org",
    "DATABASE_URL": "postgres://app:pw-of-postgres@127.0.0.1:1/app",
    "CACHE_URL": "redis://:pw-of-redis@127.0.0.1:1/0",
    "CELERY_BROKER_URL": "redis://:pw-of-redis@127.0.0.1:1/1",
}

#: An app's own check, for an app that has none.
APPS = """
from django.apps import AppConfig
from django.core import checks


class Website(AppConfig):
    name = "website"

    def ready(self):
        from django.conf import settings

        @checks.register
        def moon(app_configs, **options):
            return [checks.Error(f"The key is {settings.SECRET_KEY}.", id="website.E001")]
"""


@pytest.fixture
def check(containers):
    def run(image, *args, options=(), **environ):
        variables = [f"--env={name}={value}" for name, value in environ.items()]
        options = (*HARDENED, "--network=none", *variables, *options)
        done = containers.run(image, "check", *args, options=options)
        for secret in SECRETS:
            assert secret not in done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return run


def test_right(containers, example_image, services):
    options = (*HARDENED, *services.options(ALLOWED_HOSTS="antisocial.example.org"))
    done = containers.run(example_image, "check", "--json", "--database=default", options=options)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["ok"]
    # The services' fixture has migrated, and has a short key.
    assert {each["id"] for each in report["problems"]} >= {"security.W009"}
    assert not any(each["id"].startswith("entrypoint.") for each in report["problems"])
    assert {each["level"] for each in report["problems"]} == {"warning"}
    assert done.stderr == ""


def test_a_database_that_is_not_there_is_a_warning(check, example_image):
    done = check(example_image, "--json", **COMPLETE)
    assert done.returncode == 0, done.stdout
    (problem,) = (
        each for each in json.loads(done.stdout)["problems"] if each["id"] == "entrypoint.database"
    )
    assert "connection refused" in problem["wrong"]


def test_everything_wrong_at_once(check, example_image):
    wrong = {
        **COMPLETE,
        "SECRET_KEY": "",
        "PORT": "lots",
        "WEB_CONCURRENCY": "geheim",
        "WEB_INTERFACE": "gopher",
        "DRAIN_SECONDS": "soon",
        "UMASK": "999",
        "DATABASE_URL": "geheim",
        "SENTRY_DSN": "ftp://dsn-of-the-tests@sentry.example.org/1",
        "FEEDS_FETCH_MINUTES": "geheim",
    }
    done = check(example_image, "--json", **wrong)
    assert done.returncode == 78
    report = json.loads(done.stdout)
    assert not report["ok"]
    assert report["exit_code"] == 78
    assert report["looked_at"] == ["entrypoint", "settings"]
    assert {each["name"] for each in report["problems"] if each["where"] == "entrypoint"} == {
        *("PORT", "WEB_CONCURRENCY", "WEB_INTERFACE", "DRAIN_SECONDS", "UMASK")
    }
    assert {each["name"] for each in report["problems"] if each["where"] == "settings"} == {
        *("SECRET_KEY", "DATABASE_URL", "SENTRY_DSN", "FEEDS_FETCH_MINUTES")
    }
    assert all(each["wrong"] and each["right"] for each in report["problems"])
    done = check(example_image, **wrong)
    assert done.returncode == 78
    assert done.stdout.startswith("The entrypoint: 5 errors\n")
    assert "\nThe settings: 4 errors\n" in done.stdout
    assert done.stderr == ""


def test_a_path_that_is_not_writable(check, example_image):
    done = check(example_image, options=("--user=123456:123456",), **COMPLETE)  # not in group 0
    assert done.returncode == 78
    assert "  - /run/app is not writable for user 123456.\n" in done.stdout


def test_settings_of_the_apps_own(check, plain_image):
    done = check(plain_image)
    assert done.returncode == 78
    assert (
        "  - website.settings_docker cannot be loaded: KeyError: 'SECRET_KEY' "
        "(website/settings_docker.py, line 5).\n    If it looks for a variable: set SECRET_KEY.\n"
    ) in done.stdout
    done = check(plain_image, SECRET_KEY="key-of-the-tests")
    assert done.returncode == 0
    assert "Django's checks: " in done.stdout


def test_an_apps_own_check(check, plain_image, tmp_path):
    file = tmp_path / "apps.py"
    file.write_text(APPS)
    mount = ("--volume", f"{file}:/app/website/apps.py:ro")
    done = check(plain_image, options=mount, SECRET_KEY="key-of-the-tests")
    assert done.returncode == 1
    assert "  - The key is ***. [website.E001]\n" in done.stdout
    done = check(plain_image, "--tag=urls", options=mount, SECRET_KEY="key-of-the-tests")
    assert done.returncode == 0
