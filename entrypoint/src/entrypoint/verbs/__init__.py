"""The registry: every verb, what it does and what plans it.

A verb's module is imported only when the verb is used, so that one verb does not pay for another.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from entrypoint.plan import Plan
    from entrypoint.project import Project

    Planner = Callable[[tuple[str, ...], Mapping[str, str], Project], Plan]


class Verb:
    """One job of the image.

    Args:
        module: the module of this package that plans it, by its function `plan_VERB`.
        arguments: what it passes on, for the help.
        help: one line.
        role: it serves for long (run, worker, beat), and refuses to start in build mode.
    """

    __slots__ = ("arguments", "help", "module", "role")

    def __init__(self, module: str, *, arguments: str, help: str, role: bool = False) -> None:  # noqa: A002
        self.module = module
        self.arguments = arguments
        self.help = help
        self.role = role


VERBS: dict[str, Verb] = {
    "run": Verb(
        "run", arguments="[GUNICORN ARGS…]", help="serve the app with gunicorn (default)", role=True
    ),
    "migrate": Verb("django", arguments="[ARGS…]", help="apply migrations, without questions"),
    "collectstatic": Verb(
        "django", arguments="[ARGS…]", help="collect static files, without questions"
    ),
    "compress": Verb(
        "django", arguments="[ARGS…]", help="compress assets for django-compressor's offline mode"
    ),
    "worker": Verb("celery", arguments="[CELERY ARGS…]", help="work on Celery's tasks", role=True),
    "beat": Verb(
        "celery", arguments="[CELERY ARGS…]", help="send Celery's periodic tasks", role=True
    ),
    "shell": Verb("django", arguments="[ARGS…]", help="Django's Python shell"),
    "dbshell": Verb("django", arguments="[ARGS…]", help="the database's own client"),
    "test": Verb("django", arguments="[ARGS…]", help="Django's test runner"),
    "manage": Verb("django", arguments="COMMAND [ARGS…]", help="any of manage.py's commands"),
    "exec": Verb("program", arguments="PROGRAM [ARGS…]", help="any program, same environment"),
    "build": Verb(
        "build",
        arguments="[--test COMMAND | --no-test] [--allow-no-tests] [--no-run]",
        help="in a Dockerfile: byte code, tests, static files",
    ),
    "help": Verb("help", arguments="", help="this list"),
}


def planner(name: str) -> Planner:
    """Return the function that plans a verb of the registry."""
    module = VERBS[name].module
    package = __import__(f"{__name__}.{module}", fromlist=[module])
    function: Planner = getattr(package, "plan_" + name)
    return function
