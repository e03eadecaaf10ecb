"""`release`: its plan, and its steps through a real manage.py."""

import pytest

from entrypoint.dispatch import dispatch
from entrypoint.errors import ConfigurationError, UsageError

ENVIRON = {"APP": "antisocial"}


@pytest.mark.parametrize(
    ("args", "environ", "expected"),
    [
        ((), {}, ()),
        (("--skip", "compress"), {}, ("--skip=compress",)),
        (("--skip=migrate,compress",), {}, ("--skip=migrate", "--skip=compress")),
        (
            ("--skip", "migrate", "--skip", "compress"),
            {"RELEASE_SKIP": " compress, "},
            ("--skip=compress", "--skip=migrate"),
        ),
        (("--timeout", "5"), {"MIGRATE_TIMEOUT": "600"}, ("--timeout=5",)),
        (("--verbosity", "2"), {}, ("--verbosity", "2")),
    ],
)
def test_plan(antisocial, args, environ, expected):
    plan = dispatch(("release", *args), {**ENVIRON, **environ}, antisocial)
    assert plan.argv == ("python", "manage.py", "release", *expected)
    assert plan.commands == ("release", "migrate")
    assert plan.inline


def test_explains_what_is_skipped(antisocial):
    environ = {**ENVIRON, "RELEASE_SKIP": "compress"}
    plan = dispatch(("release", "--skip=migrate"), environ, antisocial)
    assert plan.reasons == (
        ("compress", "skipped", "RELEASE_SKIP"),
        ("migrate", "skipped", "--skip"),
    )


@pytest.mark.parametrize(
    "args", [("--skip", "x"), ("--skip",), ("--skip=",), ("--timeout",), ("--timeout", "1h")]
)
def test_wrong_arguments(antisocial, args):
    with pytest.raises(UsageError):
        dispatch(("release", *args), ENVIRON, antisocial)


@pytest.mark.parametrize("environ", [{"RELEASE_SKIP": "x"}, {"MIGRATE_TIMEOUT": "1h"}])
def test_wrong_variables(antisocial, environ):
    with pytest.raises(ConfigurationError):
        dispatch(("release",), {**ENVIRON, **environ}, antisocial)


def test_without_static_files(site):
    done = site.run("release")
    assert done.returncode == 0, done.stderr
    assert "Applying website.0001_first... OK" in done.stdout
    assert done.stdout.count("django.contrib.staticfiles is not installed") == 2


def test_a_failing_migration_ends_it_as_it_ends_migrate(site):
    site.migration(
        "0002_bad",
        after=["0001_first"],
        code="from django.core.management import CommandError; "
        "raise CommandError('not like this', returncode=3)",
    )
    migrate, release = site.run("migrate"), site.run("release")
    assert (migrate.returncode, release.returncode) == (3, 3)
    assert release.stderr == migrate.stderr
    assert "collectstatic  not begun" in release.stdout
