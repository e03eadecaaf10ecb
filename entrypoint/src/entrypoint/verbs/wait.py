"""`wait`: until what the app needs accepts its credentials."""

from __future__ import annotations

from entrypoint.errors import ConfigurationError, UsageError
from entrypoint.seconds import seconds
from entrypoint.verbs.django import plan_manage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.plan import Plan
    from entrypoint.project import Project

#: The modules of entrypoint.services.
KINDS = ("database", "cache", "broker")

TIMEOUT = 60.0
OPTION = "--timeout"


def plan_wait(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:
    """Wait until the databases, caches and the broker of the settings accept real credentials.

    All are asked at the same time: the databases a query, Redis a PING, memcached a get, the broker
    a handshake with user and password. Without names, all that the settings name are waited for.
    After WAIT_TIMEOUT seconds (60), or `--timeout`, it ends with 69 and lists what is missing, and
    why. What lives in the process or in files is not waited for.
    """
    timeout = f"{seconds(environ, 'WAIT_TIMEOUT', TIMEOUT, positive=True):g}"
    kinds: list[str] = []
    rest = list(args)
    while rest:
        word = rest.pop(0)
        if word.startswith("--"):
            option, equals, value = word.partition("=")
            if option != OPTION:
                raise UsageError(f"wait has no option {option}.", f"It has one: {OPTION} SECONDS.")
            timeout = _seconds(value if equals else rest.pop(0) if rest else "")
        elif word in KINDS:
            kinds.append(word)
        else:
            raise UsageError(f"wait does not know {word!r}.", _suggestion(word))
    plan = plan_manage(("wait", f"{OPTION}={timeout}", *kinds), environ, project)
    plan.commands = ("wait",)
    return plan


def _seconds(text: str) -> str:
    try:
        value = seconds({OPTION: text}, OPTION, 0, positive=True)
    except ConfigurationError as error:
        raise UsageError(str(error.args[0]), f"For example {OPTION} 120") from None
    if not value:
        raise UsageError(f"{OPTION} needs a number of seconds.", f"For example {OPTION} 120")
    return f"{value:g}"


def _suggestion(word: str) -> str:
    import difflib

    aliases = {"db": "database", "postgres": "database", "redis": "cache", "celery": "broker"}
    close = aliases.get(word) or "".join(difflib.get_close_matches(word, KINDS, n=1))
    start = f"Did you mean {close}? " if close else ""
    return f"{start}It is any of: {', '.join(KINDS)}; without a name, all of them."
