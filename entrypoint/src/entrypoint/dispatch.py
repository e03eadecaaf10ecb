"""From a command line and an environment to a plan."""

from __future__ import annotations

from entrypoint import table
from entrypoint.errors import ConfigurationError, UsageError
from entrypoint.plan import Hook
from entrypoint.project import ROOT, Project
from entrypoint.verbs import VERBS, planner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.plan import Plan
    from entrypoint.table import HookData, Table
    from entrypoint.verbs import Verb

DEFAULT = "run"
HELP = ("-h", "--help")
TRUE = ("1", "true", "yes", "on")
FALSE = ("", "0", "false", "no", "off")

#: The variable that tells a role's processes which one it is. A job has none; settings_lib asks.
ROLE = "ENTRYPOINT_ROLE"

#: What has no hooks, and so needs no table: they answer fast, or look into what may be broken.
WITHOUT_HOOKS = ("build", "drain", "explain", "health", "help")


def building(environ: Mapping[str, str]) -> bool:
    """Return whether this is build mode (`BUILD=1`): a Dockerfile's step, with no secret."""
    return environ.get("BUILD", "").strip().lower() in TRUE


def dispatch(
    args: tuple[str, ...], environ: Mapping[str, str], root: str = ROOT, path: str | None = None
) -> Plan:
    """Plan the job that the arguments name.

    Args:
        args: the verb and its arguments; none means `run`.
        environ: the container's environment.
        root: the folder that holds the app's code.
        path: the file with the static table of the verbs that the app adds, if another one.

    Raises:
        UsageError: there is no such verb.
        ConfigurationError: the image or the environment is not set up for it.
    """
    name, *rest = args or (DEFAULT,)
    if name in HELP:
        name = "help"
    project = Project(environ, root)
    return plan_verb(name, tuple(rest), environ, project, added(name, project, path))


def added(name: str, project: Project, path: str | None = None) -> Table:
    """Return what the app adds to the registry, as far as a verb needs it.

    Raises:
        ConfigurationError: a declaration is wrong. `exec` goes on without them: it is there to look
            into a broken image.
    """
    if name in WITHOUT_HOOKS:
        return table.Table()
    try:
        return table.load(project, path)
    except ConfigurationError:
        if name != "exec":
            raise
        return table.Table()


def plan_verb(
    name: str,
    args: tuple[str, ...],
    environ: Mapping[str, str],
    project: Project,
    added: Table,
) -> Plan:
    """Plan a verb with its hooks.

    Raises:
        UsageError: there is no such verb.
        ConfigurationError: the image or the environment is not set up for it.
    """
    verb = find(name, added)
    if verb.role and building(environ):
        raise ConfigurationError(
            f"{name} refuses to start in build mode, which knows no secrets.",
            "Take BUILD out of the container's environment.",
        )
    if name in VERBS:
        plan = planner(name)(args, environ, project)
    else:
        from entrypoint.verbs.app import plan_app

        plan = plan_app(added.verbs[name], args, environ, project)
    plan.verb = name
    plan.role = verb.role or name
    if verb.role:
        plan.variables[ROLE] = verb.role
    if name in added.hooks:
        before, after = (
            tuple(_hook(hook, environ, project, added) for hook in hooks if _wanted(hook, environ))
            for hooks in added.hooks[name]
        )
        plan.before = (*plan.before, *before)
        plan.after = after
    return plan


def _hook(hook: HookData, environ: Mapping[str, str], project: Project, added: Table) -> Hook:
    """Plan a hook. It is named as it was declared, whatever its placeholders stand for."""
    words = hook[0]
    if "{" in "".join(words):
        from entrypoint.placeholders import expand_words

        words = expand_words(words, environ, project)
    plan = plan_verb(words[0], words[1:], environ, project, added)
    return Hook(hook[0], plan, may_fail=hook[3])


def find(name: str, added: Table) -> Verb:
    """Return a verb of the registry or of the app's.

    Raises:
        UsageError: there is none of that name.
    """
    verb = VERBS.get(name) or added.verbs.get(name)
    if verb is None:
        raise UsageError(f"there is no verb {name!r}.", _suggestion(name, added))
    return verb


def _wanted(hook: HookData, environ: Mapping[str, str]) -> bool:
    """Return whether the variables want a hook: set means anything but a word for no."""
    _, when, unless, _ = hook

    def is_set(name: str) -> bool:
        return environ.get(name, "").lower() not in FALSE

    return (not when or any(map(is_set, when))) and not any(map(is_set, unless))


def _suggestion(name: str, added: Table) -> str:
    import difflib
    import shutil

    verbs = (*VERBS, *added.verbs)
    close = difflib.get_close_matches(name, verbs, n=1)
    if close:
        return f"Did you mean {close[0]!r}? `help` lists them all."
    if shutil.which(name):
        return f"To run a program: exec {name} …"
    return f"One of: {', '.join(verbs)}. Django's own commands: manage {name} …"
