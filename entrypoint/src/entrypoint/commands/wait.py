"""manage.py's `wait`: until the services of the settings accept their credentials."""

from __future__ import annotations

import os
import sys

from django.core.management.base import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    BaseCommand,
)

from entrypoint import waiting
from entrypoint.errors import ConfigurationError, EntrypointError, UnavailableError
from entrypoint.services import KINDS, Service, broker, cache, database, secrets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

MODULES = {"database": database, "cache": cache, "broker": broker}

INTERRUPTED = 130


class Command(BaseCommand):  # type: ignore[misc]  # Django has no types
    """Waits. The entrypoint's verb has looked at its arguments already."""

    help = "Wait until databases, caches and the broker accept the app's credentials."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's, and it may not be there

    def add_arguments(self, parser: Any) -> None:  # noqa: ANN401
        """Declare the arguments."""
        parser.add_argument("--timeout", type=float, default=60.0, help="seconds")
        parser.add_argument("kinds", nargs="*", metavar="kind", help=", ".join(KINDS))

    def handle(self, *_: Any, **options: Any) -> None:  # noqa: ANN401
        """Wait, and end the process where something is missing."""
        hide = secrets.redactor().text

        def say(line: str) -> None:
            print(hide(line), flush=True)

        found = []
        for kind in options["kinds"] or KINDS:
            for each in MODULES[kind].services():
                if isinstance(each, Service):
                    found.append(each)
                    continue
                if options["kinds"] and not each.configured:
                    _end(ConfigurationError(f"there is no {each.name}: {hide(each.why)}."))
                say(f"{each.name}: not waited for: {each.why}")
        try:
            missing = waiting.wait(found, options["timeout"], say)
        except KeyboardInterrupt:
            _leave(INTERRUPTED)
        if missing:
            lines = [f"\n    {hide(name)}: {hide(why)}" for name, why in missing.items()]
            _end(
                UnavailableError(
                    f"not there after {options['timeout']:g} s:" + "".join(lines),
                    "If it only needs more time: WAIT_TIMEOUT=SECONDS.",
                )
            )


def _end(error: EntrypointError) -> NoReturn:
    sys.stdout.flush()
    print(error, file=sys.stderr)
    _leave(error.exit_code)


def _leave(code: int) -> NoReturn:
    """End at once: threads that hang in a driver could hold up an ordinary end."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def command(original: Any) -> BaseCommand:  # noqa: ANN401, ARG001 - Django has none of this name
    """Return the command."""
    return Command()
