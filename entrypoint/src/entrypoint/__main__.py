"""Where the process begins: the only module that reads the real arguments and environment."""

from __future__ import annotations

import os
import sys

from entrypoint import user
from entrypoint.dispatch import building, dispatch
from entrypoint.errors import ConfigurationError, EntrypointError, fail
from entrypoint.execute import execute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from entrypoint.plan import Plan

#: What the image's ENTRYPOINT says before the verb: this is a container, not a Dockerfile's step.
CONTAINER = "--container"

UMASK_MAX = 0o777


def main() -> None:
    """Do the job that the command line names: `entrypoint VERB ARGS…`."""
    _run(tuple(sys.argv[1:]))


def manage() -> None:
    """Do `entrypoint manage ARGS…`: the `manage` on PATH, since `docker exec` has no entrypoint."""
    _run(("manage", *sys.argv[1:]))


def _run(args: tuple[str, ...]) -> None:
    in_container = args[:1] == (CONTAINER,)
    try:
        plan = _plan(args[in_container:], in_container=in_container)
    except EntrypointError as error:
        fail(error)
    except Exception as error:  # noqa: BLE001 - a defect is one message too
        fail(EntrypointError(f"this is a defect of the entrypoint: {error!r}"))
    try:
        execute(plan, in_container=in_container)
    except EntrypointError as error:
        fail(error)


def _plan(args: tuple[str, ...], *, in_container: bool) -> Plan:
    """Become the right user, and plan the job."""
    # A Dockerfile's steps are root's: they write into /app. Nothing in a container ever is.
    a_step = not in_container and (building(os.environ) or args[:1] == ("build",))
    if user.is_root() and not a_step:
        user.become()
    umask = os.environ.get("UMASK")
    if umask and args[:1] != ("check",):  # which tells of a wrong one among all else
        os.umask(octal(umask))
    return dispatch(args, os.environ)


def octal(umask: str) -> int:
    """Return UMASK as a number.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        value = int(umask, 8)
    except ValueError:
        value = -1
    if not 0 <= value <= UMASK_MAX:
        raise ConfigurationError(f"UMASK is {umask!r}.", "It is an octal number, such as 0002.")
    return value


if __name__ == "__main__":
    main()
