"""`help`: the verbs and the exit codes."""

from __future__ import annotations

import sys

from entrypoint import __version__, errors
from entrypoint.plan import Plan
from entrypoint.verbs import VERBS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.project import Project


def plan_help(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:  # noqa: ARG001
    """Plan printing the help."""
    return Plan((sys.executable, "-m", "entrypoint.verbs.help"))


def text() -> str:
    """Return the help, from the registry and the errors."""
    width = max(map(len, VERBS))
    verbs = [f"  {name.ljust(width)}  {verb.help}" for name, verb in VERBS.items()]
    arguments = [
        f"  {name.ljust(width)}  {verb.arguments}" for name, verb in VERBS.items() if verb.arguments
    ]
    codes = [f"  {error.exit_code:>3}  {error.meaning}" for error in errors.ALL]
    return "\n".join(
        [
            f"django-container entrypoint {__version__}",
            "",
            "docker run IMAGE [VERB [ARGUMENTS…]]",
            "",
            *verbs,
            "",
            "Arguments are passed on as they are:",
            *arguments,
            "",
            "Exit codes of its own; any other is the program's:",
            *codes,
        ]
    )


if __name__ == "__main__":
    print(text())
