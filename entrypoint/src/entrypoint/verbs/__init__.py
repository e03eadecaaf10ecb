"""The registry: every verb, what it does, and what plans it.

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
        module: the module of this package that plans it, by its function `plan_VERB`, whose
            documentation is the long help.
        arguments: what it takes, for the help.
        help: one line.
        role: for a job that serves for long, what its container is then: `web`, `worker`, `beat`.
            It refuses to start in build mode.
        stop: how a container with that role is stopped, and within how many seconds it has ended.
        settings: it needs the app's settings module.
        exit_codes: the entrypoint's own codes that it can end with, beside those of any verb.
        variables: the variables that it reads, beside those of any verb.
    """

    __slots__ = (
        "arguments",
        "exit_codes",
        "help",
        "module",
        "role",
        "settings",
        "stop",
        "variables",
    )

    def __init__(
        self,
        module: str,
        *,
        arguments: str,
        help: str,  # noqa: A002
        role: str | None = None,
        stop: tuple[str, int] = ("TERM", 10),
        settings: bool = True,
        exit_codes: tuple[int, ...] = (),
        variables: tuple[str, ...] = (),
    ) -> None:
        self.module = module
        self.arguments = arguments
        self.help = help
        self.role = role
        self.stop = stop
        self.settings = settings
        self.exit_codes = exit_codes
        self.variables = variables


VERBS: dict[str, Verb] = {
    "run": Verb(
        "run",
        arguments="[--wait-migrated] [GUNICORN ARGS…]",
        help="serve the app with gunicorn (default)",
        role="web",
        stop=("TERM", 35),
        exit_codes=(69, 73, 75, 78),
        variables=(
            "PORT",
            "WEB_CONCURRENCY",
            "WEB_THREADS",
            "WEB_INTERFACE",
            "WEB_MAX_REQUESTS",
            "WEB_KEEPALIVE",
            "WEB_METRICS",
            "DEBUG",
            "LOG_FORMAT",
            "GUNICORN_CMD_ARGS",
            "FORWARDED_ALLOW_IPS",
        ),
    ),
    "migrate": Verb(
        "django",
        arguments="[ARGS…]",
        help="apply migrations, once, however many containers try",
        exit_codes=(73, 75, 78),
        variables=("MIGRATE_TIMEOUT",),
    ),
    "collectstatic": Verb(
        "django", arguments="[ARGS…]", help="collect static files, without questions"
    ),
    "compress": Verb(
        "django", arguments="[ARGS…]", help="compress assets for django-compressor's offline mode"
    ),
    "release": Verb(
        "release",
        arguments="[--skip STEP]… [--timeout SECONDS]",
        help="what a new version needs once: migrate; static files, where they live elsewhere",
        exit_codes=(73, 75, 78),
        variables=("MIGRATE_TIMEOUT", "RELEASE_SKIP"),
    ),
    "worker": Verb(
        "celery",
        arguments="[CELERY ARGS…]",
        help="work on Celery's tasks",
        role="worker",
        stop=("TERM", 60),
        exit_codes=(73, 78),
        variables=("CELERY_APP", "WORKER_CONCURRENCY", "LOG_FORMAT", "LOG_LEVEL"),
    ),
    "beat": Verb(
        "celery",
        arguments="[CELERY ARGS…]",
        help="send Celery's periodic tasks, as the only one to do so",
        role="beat",
        stop=("TERM", 10),
        exit_codes=(69, 73, 75, 78),
        variables=("CELERY_APP", "BEAT_STANDBY", "LOG_FORMAT", "LOG_LEVEL"),
    ),
    "shell": Verb("django", arguments="[ARGS…]", help="Django's Python shell"),
    "dbshell": Verb("django", arguments="[ARGS…]", help="the database's own client"),
    "test": Verb("django", arguments="[ARGS…]", help="Django's test runner"),
    "manage": Verb("django", arguments="COMMAND [ARGS…]", help="any of manage.py's commands"),
    "check": Verb(
        "check",
        arguments="[--json] [CHECK ARGS…]",
        help="whether this environment is right: every problem of it at once",
        exit_codes=(78,),
    ),
    "explain": Verb(
        "explain",
        arguments="[--json] VERB [ARGS…]",
        help="what a verb would do, in which environment, and why",
        settings=False,
        exit_codes=(64,),
    ),
    "health": Verb(
        "health",
        arguments="[--ready]",
        help="whether this container's role is alive, or ready for traffic",
        settings=False,
        exit_codes=(64,),
        variables=("HEALTH_HOST", "HEALTH_PATH", "HEALTH_TIMEOUT", "DRAIN_FILE"),
    ),
    "wait": Verb(
        "wait",
        arguments="[--timeout SECONDS] [database|cache|broker]…",
        help="wait until what the app needs accepts its credentials",
        exit_codes=(64, 69, 78),
        variables=("WAIT_TIMEOUT", "CELERY_APP"),
    ),
    "drain": Verb(
        "drain",
        arguments="[--begin | --over | --undo]",
        help="make readiness fail, so that proxies move away, and give them time",
        settings=False,
        exit_codes=(64, 73, 78),
        variables=("DRAIN_FILE", "DRAIN_SECONDS"),
    ),
    "exec": Verb(
        "program",
        arguments="PROGRAM [ARGS…]",
        help="any program, same environment",
        settings=False,
        exit_codes=(64, 126, 127),
    ),
    "build": Verb(
        "build",
        arguments="[--test COMMAND | --no-test] [--allow-no-tests] [--no-run]",
        help="in a Dockerfile: verbs, byte code, tests, static files",
        exit_codes=(65, 127),
        variables=("TEST_COMMAND", "SOURCE_DATE_EPOCH"),
    ),
    "help": Verb("help", arguments="[VERB]", help="this list, or more of one verb", settings=False),
}


def planner(name: str) -> Planner:
    """Return the function that plans a verb of the registry."""
    module = VERBS[name].module
    package = __import__(f"{__name__}.{module}", fromlist=[module])
    function: Planner = getattr(package, "plan_" + name)
    return function
