"""Celery's worker and beat, in Celery's own process with what `entrypoint.celery_roles` adds."""

from __future__ import annotations

import os

from entrypoint import sizing
from entrypoint.errors import ConfigurationError
from entrypoint.plan import Plan
from entrypoint.writable import DATA, RUNTIME, TEMPORARY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.project import Project

#: What Celery 5 wants before the verb: options with a value, and without one.
GLOBAL_OPTIONS = (
    *("-A", "--app"),
    *("-b", "--broker"),
    "--result-backend",
    "--loader",
    "--config",
    "--workdir",
)
GLOBAL_FLAGS = ("-C", "--no-color", "-q", "--quiet", "--version", "--skip-checks")

#: Seconds without a heartbeat after which the role is dead.
HEALTH = ("heartbeat", "60")

#: LOG_LEVEL's words. settings_lib knows the same.
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

STANDBY = ("wait", "exit")

#: Where beat's schedule is. `entrypoint.celery_roles.schedule` sees to it: it knows the scheduler.
SCHEDULE = os.path.join(DATA, "celerybeat-schedule")


def plan_worker(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:
    """Run `celery worker` with as many processes as the container has CPUs.

    What says how many, first come first served: an argument (`-c`, `--concurrency`),
    WORKER_CONCURRENCY, Celery's own variable CELERY_WORKER_CONCURRENCY, the app's setting
    `worker_concurrency`, the container's CPUs and memory.

    After TERM it takes no new tasks and ends with those that have begun. It is alive as long as its
    event loop turns, and ready while it is connected to the broker.
    """
    size = sizing.worker_concurrency_size(environ)
    named = bool(environ.get("WORKER_CONCURRENCY"))
    options = [f"--concurrency={size.value}"] if named else []
    over = (
        ("-c",) if named else ("-c", "CELERY_WORKER_CONCURRENCY", "the setting worker_concurrency")
    )
    return _plan(
        *("worker", options, args, environ, project),
        reasons=(
            ("concurrency", str(size.value), size.why),
            ("over this", ", ".join(over), "can change it; earlier ones win"),
        ),
    )


def plan_beat(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:
    """Run `celery beat`, which sends nothing unless it has the lock in the app's database.

    While another beat has it, this one waits, or ends with code 75 where BEAT_STANDBY=exit. It ends
    with 75 as well when it has lost the lock.

    Where a scheduler has a file, it is on the volume /data, since one that dies with its container
    makes a daily job wait a day from each deploy. There is no pid file: the container is the
    process.
    """
    standby = environ.get("BEAT_STANDBY") or STANDBY[0]
    if standby not in STANDBY:
        raise ConfigurationError(
            f"BEAT_STANDBY is {standby!r}.", f"It is one of: {', '.join(STANDBY)}."
        )
    return _plan(
        *("beat", ["--pidfile="], args, environ, project),
        reasons=(
            ("standby", standby, "BEAT_STANDBY" if environ.get("BEAT_STANDBY") else "the default"),
            ("schedule", SCHEDULE, "for a scheduler with a file, unless one is named"),
        ),
    )


def _plan(
    verb: str,
    options: list[str],
    args: tuple[str, ...],
    environ: Mapping[str, str],
    project: Project,
    *,
    reasons: tuple[tuple[str, str, str], ...],
) -> Plan:
    before, after = split(args)
    if not _names_app(before):
        before = ("-A", environ.get("CELERY_APP") or project.app(), *before)
    if environ.get("LOG_FORMAT", "").lower() == "json":
        before = (*before, "--quiet")  # Celery's banner is no JSON
    if not environ.get(f"CELERY_{verb.upper()}_LOGLEVEL"):
        options = [f"--loglevel={_level(environ)}", *options]
    return Plan(
        ("python", "-m", "entrypoint.celery_roles", *before, verb, *options, *after),
        directory=project.directory(),
        variables=project.variables(),
        health=HEALTH,
        writable=(TEMPORARY, RUNTIME),
        reasons=reasons,
    )


def _level(environ: Mapping[str, str]) -> str:
    """Return the level of the log: LOG_LEVEL, unless that is none, which the settings will tell."""
    word = (environ.get("LOG_LEVEL") or environ.get("DJANGO_LOG_LEVEL") or "").upper()
    return word if word in LEVELS else "INFO"


def split(args: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split arguments into those that Celery wants before the verb, and all others.

    >>> split(("-Q", "mail", "-b", "redis://", "-q"))
    (('-b', 'redis://', '-q'), ('-Q', 'mail'))
    """
    before: list[str] = []
    after: list[str] = []
    rest = list(args)
    while rest:
        word = rest.pop(0)
        if word == "--":
            after += (word, *rest)
            break
        if word in GLOBAL_FLAGS or word.startswith(_WITH_VALUE):
            before.append(word)
        elif word in GLOBAL_OPTIONS:
            before += (word, *rest[:1])
            del rest[:1]
        else:
            after.append(word)
    return tuple(before), tuple(after)


#: `--broker=URL`. Celery knows no short ones that are glued to their value and mean this.
_WITH_VALUE = tuple(option + "=" for option in GLOBAL_OPTIONS if option.startswith("--"))


def _names_app(words: tuple[str, ...]) -> bool:
    return any(word in ("-A", "--app") or word.startswith("--app=") for word in words)
