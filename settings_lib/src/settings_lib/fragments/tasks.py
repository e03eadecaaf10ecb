"""Django's tasks: what runs them, ``TASKS``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from settings_lib.errors import Problem
from settings_lib.fragment import Check, Fragment
from settings_lib.records import record
from settings_lib.types.installed import leads_somewhere, source_of
from settings_lib.types.parsing import DOTTED, Type
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from collections.abc import Iterator

    from settings_lib.app import App
    from settings_lib.values import Values

BUILT_IN_SINCE = (6, 0)
"""The first Django release with ``django.tasks``. Before, it is the package django-tasks."""


@record(frozen=True, kw_only=True)
class Queue:
    """A backend that keeps tasks for a worker, in a package of its own.

    Attributes:
        path: The backend's dotted path.
        package: What is installed.
        apps: What has to be in INSTALLED_APPS.
        modules: What it imports besides itself.
    """

    path: str
    package: str
    apps: tuple[str, ...]
    modules: tuple[str, ...] = ()


QUEUES = {
    "database": Queue(
        path="django_tasks_db.DatabaseBackend",
        package="django-tasks-db",
        apps=("django_tasks_db",),
    ),
    "rq": Queue(
        path="django_tasks_rq.RQBackend",
        package="django-tasks-rq",
        apps=("django_tasks_rq", "django_rq"),
        modules=("django_tasks", "django_rq"),
    ),
}
AT_ONCE = {"immediate": "immediate.ImmediateBackend", "dummy": "dummy.DummyBackend"}
"""The backends of the framework itself, below its ``backends``."""


def _backend(text: str) -> str:
    word = text.lower()
    return word if word in {**AT_ONCE, **QUEUES} else DOTTED.parse(text)


BACKEND = Type(
    name="task backend",
    expected="one of immediate, dummy, database, rq, or the dotted path of a class",
    example="database",
    parse=_backend,
)

GROUP = Group(
    title="Django tasks",
    variables=(
        Var(
            name="TASKS_BACKEND",
            type=BACKEND,
            help=(
                "What runs Django's tasks: immediate in the process that sends them, dummy not at "
                "all, database (django-tasks-db) and rq (django-tasks-rq) in a worker."
            ),
            default_text="the project's, else immediate",
        ),
    ),
)


def settings(values: Values, app: App) -> dict[str, Any]:
    """The setting ``TASKS``: its entry ``default`` where the environment says something.

    The project's queues stay, since tasks name them, and its options where the backend is the same;
    so do its other backends. In build mode all of them are immediate: tests see what tasks do, as
    with Django's own default, and no service is asked.

    Args:
        values: The parsed values by name.
        app: The app.

    Returns:
        Django settings; empty where the environment says nothing.
    """
    project = app.project.get("TASKS", {})
    if values["BUILD"]:
        at_once = path_of("immediate", app)
        entries = {alias: _entry(entry, at_once) for alias, entry in project.items()}
        return {"TASKS": entries} if entries else {}
    if not values["TASKS_BACKEND"]:
        return {}
    path = path_of(values["TASKS_BACKEND"], app)
    return {"TASKS": {**project, "default": _entry(project.get("default", {}), path)}}


def path_of(backend: str, app: App) -> str:
    """The dotted path of a backend, which may be named by a word.

    Args:
        backend: The variable's value.
        app: The app; one that has django-tasks defines its tasks with it, whatever its Django.
    """
    if backend in QUEUES:
        return QUEUES[backend].path
    if backend not in AT_ONCE:
        return backend
    package = "django_tasks" if _has_app("django_tasks", app) else "django.tasks"
    if not app.since(*BUILT_IN_SINCE):
        package = "django_tasks"
    return f"{package}.backends.{AT_ONCE[backend]}"


def _entry(entry: dict[str, Any], path: str) -> dict[str, Any]:
    kept = {key: value for key, value in entry.items() if key != "OPTIONS"}
    return {**(entry if entry.get("BACKEND") == path else kept), "BACKEND": path}


def _has_app(name: str, app: App) -> bool:
    """Whether an app is installed, by its name or by its configuration's path."""
    return any(
        re.match(rf"{name}(\.apps\.|$)", str(each))
        for each in app.project.get("INSTALLED_APPS", ())
    )


def _backend_can_be_used(values: Values, app: App) -> Iterator[Problem]:
    if not values["TASKS_BACKEND"]:
        return
    path = path_of(values["TASKS_BACKEND"], app)
    queue = next((each for each in QUEUES.values() if each.path == path), None)
    packages = list(_missing_packages(queue, app))
    for package in packages:
        yield Problem(
            name="TASKS_BACKEND",
            wrong=f"needs the package {package}, which is not installed",
            right=f"Add {package} to the app's requirements.",
        )
    if packages:
        return
    if not leads_somewhere(path):
        yield Problem(
            name="TASKS_BACKEND",
            wrong="names a class that is not there",
            right="Is its package among the app's requirements, and its name right?",
            example="database",
        )
    own = () if app.since(*BUILT_IN_SINCE) else ("django_tasks",)
    for name in (*own, *(queue.apps if queue else ())):
        if not _has_app(name, app):
            yield Problem(
                name="TASKS_BACKEND",
                wrong=f"needs {name} in INSTALLED_APPS",
                right="Add it in the settings module, and migrate.",
            )
    if queue is QUEUES["rq"]:
        yield from _queues_are_known(app)


def _missing_packages(queue: Queue | None, app: App) -> Iterator[str]:
    if queue and source_of(queue.path.partition(".")[0]) is None:
        yield queue.package
    modules = set(queue.modules if queue else ())
    if not app.since(*BUILT_IN_SINCE):
        modules.add("django_tasks")
    yield from (name.replace("_", "-") for name in sorted(modules) if source_of(name) is None)


def _queues_are_known(app: App) -> Iterator[Problem]:
    known = app.project.get("RQ_QUEUES", {})
    for name in app.project.get("TASKS", {}).get("default", {}).get("QUEUES", ["default"]):
        if name not in known:
            yield Problem(
                name="TASKS_BACKEND",
                wrong="needs RQ_QUEUES with each queue of the tasks in the settings module",
                right='For example RQ_QUEUES = {"default": {"URL": os.environ["REDIS_URL"]}}.',
            )
            return


FRAGMENT = Fragment(
    group=GROUP,
    settings=settings,
    checks=(Check(names=("TASKS_BACKEND",), find=_backend_can_be_used),),
    stand_ins={"TASKS_BACKEND": None},
)
