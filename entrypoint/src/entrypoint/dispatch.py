"""From a command line and an environment to a plan."""

from __future__ import annotations

from entrypoint.errors import ConfigurationError, UsageError
from entrypoint.project import ROOT, Project
from entrypoint.verbs import VERBS, planner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.plan import Plan

DEFAULT = "run"
HELP = ("-h", "--help")
TRUE = ("1", "true", "yes", "on")


def building(environ: Mapping[str, str]) -> bool:
    """Return whether this is build mode (`BUILD=1`): a Dockerfile's step, with no secret."""
    return environ.get("BUILD", "").lower() in TRUE


def dispatch(args: tuple[str, ...], environ: Mapping[str, str], root: str = ROOT) -> Plan:
    """Plan the job that the arguments name.

    Args:
        args: the verb and its arguments; none means `run`.
        environ: the container's environment.
        root: the folder that holds the app's code.

    Raises:
        UsageError: there is no such verb.
        ConfigurationError: the image or the environment is not set up for it.
    """
    name, *rest = args or (DEFAULT,)
    if name in HELP:
        name = "help"
    verb = VERBS.get(name)
    if verb is None:
        raise UsageError(f"there is no verb {name!r}.", _suggestion(name))
    if verb.role and building(environ):
        raise ConfigurationError(
            f"{name} refuses to start in build mode, which knows no secrets.",
            "Take BUILD out of the container's environment.",
        )
    return planner(name)(tuple(rest), environ, Project(environ, root))


def _suggestion(name: str) -> str:
    import difflib
    import shutil

    close = difflib.get_close_matches(name, VERBS, n=1)
    if close:
        return f"Did you mean {close[0]!r}? `help` lists them all."
    if shutil.which(name):
        return f"To run a program: exec {name} …"
    return f"One of: {', '.join(VERBS)}. Django's own commands: manage {name} …"
