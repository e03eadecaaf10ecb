"""The program behind `help`: texts from the registry, the app's verbs and the errors."""

from __future__ import annotations

import os
import shlex
import textwrap

from entrypoint import __version__, dispatch, errors, table
from entrypoint.errors import UsageError
from entrypoint.project import Project
from entrypoint.verbs import VERBS, planner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from entrypoint.table import Table
    from entrypoint.verbs import Verb

#: What any verb may end with, of the entrypoint's own.
ANY = (64, 70, 77, 78)

#: What any verb reads.
COMMON = ("APP", "SETTINGS", "DJANGO_SETTINGS_MODULE", "MANAGE_PY", "UMASK")


def main(args: tuple[str, ...]) -> int:
    """Print the help.

    Raises:
        UsageError: there is no such verb.
    """
    if len(args) > 1:
        raise UsageError("help takes one verb.", "For example: help run")
    added = table.load(Project(os.environ))
    print(of_verb(args[0], added) if args else overview(added))
    return 0


def overview(added: Table) -> str:
    """Return the list of verbs and exit codes."""
    verbs = {**VERBS, **added.verbs}
    width = max(map(len, verbs))
    codes = [f"  {error.exit_code:>3}  {error.meaning}" for error in errors.ALL]
    lines = [
        f"django-container entrypoint {__version__}",
        "",
        "docker run IMAGE [VERB [ARGUMENTS…]]",
        "",
        *(f"  {name.ljust(width)}  {verb.help}" for name, verb in VERBS.items()),
        "",
    ]
    if added.verbs:
        lines += [
            "Of this app:",
            *(f"  {name.ljust(width)}  {verb.help}" for name, verb in added.verbs.items()),
            "",
        ]
    return "\n".join(
        [
            *lines,
            "More of one: help VERB. What it would do here, and why: explain VERB.",
            "",
            "Exit codes of its own; any other is the program's:",
            *codes,
        ]
    )


def of_verb(name: str, added: Table) -> str:
    """Return all that is known of one verb.

    Raises:
        UsageError: there is none of that name.
    """
    verb = dispatch.find(name, added)
    lines = [f"docker run IMAGE {name} {verb.arguments}".rstrip(), "", verb.help, ""]
    said = details(name, verb)
    lines += [*said, ""] if said else []
    for when, hooks in zip(("before", "after"), added.hooks.get(name, ((), ()))):
        lines += [f"{when}: {shlex.join(words)}" for words, *_ in hooks]
    lines += facts(verb)
    return "\n".join(lines).rstrip()


def details(name: str, verb: Verb) -> list[str]:
    """Return what the verb's planner says about itself."""
    if name not in VERBS:
        source = getattr(verb, "source", "")
        return [f"Declared by {source}."]
    first, _, rest = (planner(name).__doc__ or "").partition("\n")
    text = first + "\n" + textwrap.dedent(rest)
    return text.partition("\nRaises:")[0].partition("\nArgs:")[0].strip().splitlines()


def facts(verb: Verb) -> list[str]:
    """Return a verb's role, variables and exit codes, as lines."""
    lines = []
    if verb.role:
        signal, seconds = verb.stop
        lines += [f"Role: {verb.role}. It stops by {signal}, within {seconds} s.", ""]
    if not verb.settings:
        lines += ["It needs no settings module.", ""]
    variables = ", ".join((*verb.variables, *COMMON))
    lines += textwrap.wrap(f"Variables: {variables}", 96, subsequent_indent="  ")
    meanings = {error.exit_code: error.meaning for error in errors.ALL}
    codes = sorted({*verb.exit_codes, *ANY})
    return [*lines, "", "Exit codes:", *(f"  {code:>3}  {meanings[code]}" for code in codes)]
