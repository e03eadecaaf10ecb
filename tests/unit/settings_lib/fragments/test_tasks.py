import sys

import pytest

from settings_lib.app import App
from settings_lib.errors import ConfigurationError
from settings_lib.fragments import tasks
from settings_lib.reading import read
from settings_lib.schema import SCHEMA
from settings_lib.types.installed import leads_somewhere, source_of

NEW, OLD = (6, 0, 0), (5, 2, 0)
IMMEDIATE = "django.tasks.backends.immediate.ImmediateBackend"
BACKPORT = "django_tasks.backends.immediate.ImmediateBackend"


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Puts packages on the path, by dotted path of a class; nothing of them may be imported."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def put(*paths):
        for path in paths:
            module, _, name = path.rpartition(".")
            folder = tmp_path
            for part in module.split("."):
                folder /= part
                folder.mkdir(exist_ok=True)
                (folder / "__init__.py").touch()
            (folder / "__init__.py").write_text(f"from .backend import {name}\nraise OSError\n")

    return put


@pytest.fixture
def settings(values):
    """The setting TASKS of an environment and a project."""

    def made(environ, django=NEW, **project):
        found = tasks.settings(values(**environ), App(django=django, project=project))
        return found.get("TASKS")

    return made


@pytest.fixture
def problems(complete):
    """The problems of a backend, as texts."""

    def find(backend, django=NEW, **project):
        app = App(django=django, project=project)
        try:
            read(SCHEMA.values(), complete | {"TASKS_BACKEND": backend}, app)
        except ConfigurationError as error:
            assert {problem.name for problem in error.problems} == {"TASKS_BACKEND"}
            return [problem.wrong for problem in error.problems]
        return []

    return find


def test_nothing_said_nothing_set(settings):
    assert settings({}) is None
    assert settings({}, TASKS={"default": {"BACKEND": "theirs.Backend"}}) is None


@pytest.mark.parametrize(
    ("backend", "path"),
    [
        ("theirs.Backend", "theirs.Backend"),
        ("database", "django_tasks_db.DatabaseBackend"),
    ],
)
def test_the_projects_queues_and_other_backends_stay(packages, settings, backend, path):
    packages("theirs.Backend", "django_tasks_db.DatabaseBackend")
    theirs = {
        "default": {"BACKEND": "theirs.Backend", "QUEUES": ["mail"], "OPTIONS": {"a": 1}},
        "other": {"BACKEND": "theirs.Backend"},
    }
    app = App(django=NEW, project={"TASKS": theirs, "INSTALLED_APPS": ["django_tasks_db"]})
    assert tasks.path_of(backend, app) == path
    environ = {
        "SECRET_KEY": "k",
        "ALLOWED_HOSTS": "h",
        "DATABASE_URL": "sqlite://:memory:",
        "TASKS_BACKEND": backend,
    }
    made = tasks.settings(read(SCHEMA.values(), environ, app), app)["TASKS"]
    kept = {"OPTIONS": {"a": 1}} if backend == "theirs.Backend" else {}
    assert made == {
        "default": {"BACKEND": path, "QUEUES": ["mail"], **kept},
        "other": {"BACKEND": "theirs.Backend"},
    }


def test_build_mode_is_immediate(settings):
    theirs = {"default": {"BACKEND": "django_tasks_rq.RQBackend", "QUEUES": ["mail"]}}
    assert settings({"BUILD": "1", "TASKS_BACKEND": "rq"}) is None
    made = {"default": {"BACKEND": IMMEDIATE, "QUEUES": ["mail"]}}
    assert settings({"BUILD": "1"}, TASKS=theirs) == made
    made = {"default": {"BACKEND": BACKPORT, "QUEUES": ["mail"]}}
    assert settings({"BUILD": "1"}, OLD, TASKS=theirs) == made


def test_an_app_with_the_backport_has_its_backends():
    for name in ("django_tasks", "django_tasks.apps.TasksAppConfig"):
        app = App(django=NEW, project={"INSTALLED_APPS": [name]})
        assert tasks.path_of("immediate", app) == BACKPORT
    app = App(django=NEW, project={"INSTALLED_APPS": ["django_tasks_db"]})
    assert tasks.path_of("immediate", app) == IMMEDIATE


@pytest.mark.parametrize("backend", ["celery", "database.", "no such", "no.such.Backend", "a b.C"])
def test_a_wrong_backend(problems, backend):
    assert len(problems(backend)) == 1


def test_a_class_that_its_package_does_not_have(packages, problems):
    packages("theirs.Backend")
    assert problems("theirs.Backend") == []
    assert problems("theirs.Backand") == ["names a class that is not there"]


def test_database(packages, problems):
    missing = ["needs the package django-tasks-db, which is not installed"]
    assert problems("database") == missing
    assert problems("django_tasks_db.DatabaseBackend") == missing
    packages("django_tasks_db.DatabaseBackend")
    wanted = ["needs django_tasks_db in INSTALLED_APPS"]
    assert problems("database") == wanted
    assert problems("DataBase", INSTALLED_APPS=["django_tasks_db"]) == []
    assert problems("database", INSTALLED_APPS=["django_tasks_db.apps.TasksAppConfig"]) == []


def test_a_django_without_tasks(packages, problems):
    assert problems("immediate", OLD) == ["needs the package django-tasks, which is not installed"]
    packages(BACKPORT, "django_tasks_db.DatabaseBackend")
    assert problems("immediate", OLD) == ["needs django_tasks in INSTALLED_APPS"]
    assert problems("immediate", OLD, INSTALLED_APPS=["django_tasks"]) == []
    both = ["django_tasks", "django_tasks_db"]
    assert problems("database", OLD, INSTALLED_APPS=both) == []


def test_rq(packages, problems):
    packages("django_tasks_rq.RQBackend")
    assert problems("rq") == [
        "needs the package django-rq, which is not installed",
        "needs the package django-tasks, which is not installed",
    ]
    packages("django_rq.Queue", BACKPORT)
    apps = ["django_tasks_rq", "django_rq"]
    queues = "needs RQ_QUEUES with each queue of the tasks in the settings module"
    assert problems("rq", INSTALLED_APPS=apps) == [queues]
    assert problems("rq", INSTALLED_APPS=apps, RQ_QUEUES={"default": {}}) == []
    mail = {"default": {"QUEUES": ["default", "mail"]}}
    assert problems("rq", INSTALLED_APPS=apps, RQ_QUEUES={"default": {}}, TASKS=mail) == [queues]


def test_a_dotted_path_is_followed_without_importing(packages):
    packages("theirs.deeper.Thing")
    assert leads_somewhere("theirs.deeper.Thing")
    assert not leads_somewhere("theirs.deeper.Thin")
    assert not leads_somewhere("theirs.other.Thing")
    assert not leads_somewhere("theirs.deeper.Thing.more")
    assert leads_somewhere("_bisect.bisect")  # no source
    assert source_of("..") is None
    assert "theirs" not in sys.modules
