"""``python -m build_wheels``: the only place that reads the environment and takes signals."""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import TYPE_CHECKING

from build_wheels import cli
from build_wheels.errors import (
    CannotCreateError,
    InternalError,
    Interrupted,
    WheelhouseError,
    no_space,
)
from build_wheels.progress import Progress
from build_wheels.redact import redact
from build_wheels.run import fill

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``build-wheels``.

    Args:
        arguments: without the program's name; None takes those of this process.

    Returns:
        The exit code, see :mod:`build_wheels.errors`.
    """
    # Modes of files inside built wheels follow it; wheels must not depend on who builds them.
    os.umask(0o022)
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
    try:
        options = cli.parse(sys.argv[1:] if arguments is None else arguments)
        with Progress(sys.stderr, live=sys.stderr.isatty(), quiet=options.quiet) as progress:
            summary = fill(options, dict(os.environ), progress)
            progress.summary(str(summary))
    except WheelhouseError as error:
        return _fail(error)
    except Interrupted as error:
        print("interrupted; the wheelhouse is as it was", file=sys.stderr)
        return error.code
    except OSError as error:
        return _fail(_of_os(error))
    except Exception as error:  # noqa: BLE001 - the last resort, so that nobody sees a traceback
        return _fail(_of_defect(error))
    return 0


def _interrupt(number: int, _frame: FrameType | None) -> None:
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Interrupted(number)


def _fail(error: WheelhouseError) -> int:
    print(redact(str(error)), file=sys.stderr, flush=True)
    return error.code


def _of_os(error: OSError) -> WheelhouseError:
    where = str(error.filename or "the wheelhouse")
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return no_space(where)
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return CannotCreateError(
            f"{where} cannot be used: {error.strerror}",
            then="see to it that the builder's user may read the app and write the wheelhouse",
        )
    return _of_defect(error)


def _of_defect(error: Exception) -> WheelhouseError:
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{os.path.basename(code.co_filename)}:{trace.tb_lineno}")  # noqa: PTH119
        trace = trace.tb_next
    return InternalError(
        "the builder has a defect",
        why=f"{type(error).__name__}: {error}\nat {' > '.join(frames[-4:])}",
        then="please report it with these lines",
    )


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    if code:
        os._exit(code)  # a download that still waits for its server must not hold up the end
