"""`release`: migrate, and what static files need that live elsewhere, in one process."""

from __future__ import annotations

import time

from django.core import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    management,
)
from django.core.management.base import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    BaseCommand,
)

from entrypoint import staticfiles
from entrypoint.errors import fail
from entrypoint.services import s3
from entrypoint.verbs.release import STEPS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: What Django's own options are that each step gets as it was given.
PASSED_ON = ("verbosity", "no_color", "force_color", "traceback")


class Command(BaseCommand):  # type: ignore[misc,unused-ignore]  # Django has no types
    """Does the steps, one after another, up to the first that fails."""

    help = "What a new version needs once: " + ", ".join(STEPS) + "."
    requires_system_checks: list[str] = []  # noqa: RUF012 - each step has its own

    def add_arguments(self, parser: Any) -> None:  # noqa: ANN401
        """Declare the arguments."""
        parser.add_argument(
            "--skip", action="append", default=[], choices=STEPS, help="leave a step out"
        )
        parser.add_argument(
            "--timeout", type=float, help="seconds to wait for the lock (MIGRATE_TIMEOUT, 600)"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401, ARG002
        """Do the steps, tell each, and sum up.

        A step's exceptions and exit code stay as they are, but for those of S3's client.
        """
        rows: list[tuple[str, str, str]] = []
        try:
            for step in STEPS:
                self._do(step, options, rows)
        finally:
            rows += [(step, "not begun", "") for step in STEPS[len(rows) :]]
            self._tell("==> release")
            for row in rows:
                self._tell("    {:<14} {:<10} {}".format(*row).rstrip())

    def _do(self, step: str, options: dict[str, Any], rows: list[tuple[str, str, str]]) -> None:
        """Do a step, and add what became of it."""
        began = time.monotonic()
        state, why = "failed", ""
        try:
            why = "by choice" if step in options["skip"] else _needless(step)
            if why:
                state = "skipped"
                return
            self._tell(f"==> {step}")
            _call(step, options)
            state = "done"
        except Exception as error:
            told = s3.told(error)
            if told is None:
                raise
            fail(told)
        finally:
            rows.append((step, state, why or f"{time.monotonic() - began:.1f} s"))

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def command(original: Any) -> Any:  # noqa: ANN401, ARG001
    """Return the command; one of the app's own is `manage release`."""
    return Command()


def _needless(step: str) -> str:
    """Return why there is nothing to do for a step, or nothing."""
    if step == "migrate":
        return ""
    static = staticfiles.look()
    if static.nothing:
        return static.nothing
    if not static.remote:
        return "static files are in the image, where `build` put them"
    if step == "compress" and not static.compress:
        return "django-compressor does not work offline here"
    return ""


def _call(step: str, options: dict[str, Any]) -> None:
    """Do one of Django's commands in this process, without questions."""
    own = management.load_command_class(management.get_commands()[step], step)
    passed: dict[str, Any] = {name: options[name] for name in PASSED_ON}
    if step == "migrate":
        own.execute.timeout = options["timeout"]  # entrypoint.commands.migrate.Once
    if step != "compress":
        passed.update(interactive=False, skip_checks=False)
    management.call_command(own, **passed)
