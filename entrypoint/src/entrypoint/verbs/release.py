"""`release`: what a new version needs once, before it serves."""

from __future__ import annotations

from entrypoint.errors import ConfigurationError, UsageError
from entrypoint.seconds import seconds
from entrypoint.verbs.django import plan_manage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.plan import Plan
    from entrypoint.project import Project

#: The steps, in their order.
STEPS = ("migrate", "collectstatic", "compress")


def plan_release(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:
    """Run migrate and, where static files live elsewhere, collectstatic and compress.

    One process and one start of Django; it ends at the first step that fails, with that step's exit
    code. migrate is under the same lock as the verb of that name. Static files live elsewhere where
    their storage is no FileSystemStorage; those in the image were collected by `build`.

    `--skip STEP`, once or more, leaves a step out, and so does RELEASE_SKIP=collectstatic,compress;
    `--timeout SECONDS` is how long to wait for the lock, before MIGRATE_TIMEOUT. Other arguments
    are those of any manage.py command, such as `--verbosity 2`.

    Raises:
        UsageError: an argument names no step, or no number of seconds.
        ConfigurationError: RELEASE_SKIP or MIGRATE_TIMEOUT does.
    """
    skipped = [(step, "RELEASE_SKIP") for step in _words(environ.get("RELEASE_SKIP", ""))]
    for step, _ in skipped:
        if step not in STEPS:
            raise ConfigurationError(f"RELEASE_SKIP names no step of release: {step!r}.", _STEPS)
    timeout, named, rest = _parse(args)
    skipped += [(step, "--skip") for step in named if step not in dict(skipped)]
    seconds(environ, "MIGRATE_TIMEOUT", 0)  # asked here, where a wrong one is told at once
    options = [f"--skip={step}" for step, _ in skipped]
    if timeout is not None:
        options.append(f"--timeout={timeout}")
    plan = plan_manage(("release", *options, *rest), environ, project)
    plan.commands = ("release", "migrate")
    plan.reasons = tuple((step, "skipped", why) for step, why in skipped)
    return plan


_STEPS = f"They are: {', '.join(STEPS)}."


def _parse(args: tuple[str, ...]) -> tuple[str | None, list[str], list[str]]:
    """Return the timeout, the steps to leave out, and all other arguments."""
    timeout = None
    skipped = []
    rest = []
    words = iter(args)
    for word in words:
        option, equals, value = word.partition("=")
        if option not in ("--skip", "--timeout"):
            rest.append(word)
            continue
        if not equals:
            value = next(words, "")
        if option == "--timeout":
            timeout = _timeout(value)
            continue
        steps = _words(value)
        if not steps or not set(steps) <= set(STEPS):
            raise UsageError(f"--skip {value} names no step of release.", _STEPS)
        skipped += [step for step in steps if step not in skipped]
    return timeout, skipped, rest


def _timeout(value: str) -> str:
    try:
        seconds({"--timeout": value or "?"}, "--timeout", 600)
    except ConfigurationError as error:
        raise UsageError(str(error.args[0]), "For example: release --timeout 600") from None
    return value


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
