"""The command `toolkit`: where the real environment is read."""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import NoReturn

import click

from toolkit.cli import cli
from toolkit.errors import SpaceError, ToolkitError, UsageError
from toolkit.process import CommandError

INTERRUPTED = 128 + signal.SIGINT


def main() -> None:
    """Run the command line; an error is one message and its exit code."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(UsageError.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(UsageError.exit_code)
    except ToolkitError as error:
        sys.stdout.flush()
        if str(error):
            click.echo(error, err=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("toolkit: interrupted; what was finished is kept.", err=True)
        sys.exit(INTERRUPTED)
    except CommandError as error:
        click.echo(f"toolkit: {error.command} ended with {error.code}.\n{error.output}", err=True)
        sys.exit(ToolkitError.exit_code)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            _defect(error)
        click.echo(f"toolkit: no space is left on the device: {error.filename or ''}", err=True)
        sys.exit(SpaceError.exit_code)
    except Exception as error:  # noqa: BLE001 - the last resort: a defect is a message too
        _defect(error)


def _defect(error: Exception) -> NoReturn:
    if "TOOLKIT_TRACEBACK" in os.environ:
        raise error
    click.echo(
        f"toolkit: this is a defect of the toolkit: {type(error).__name__}: {error}\n"
        "  Please report it, with what TOOLKIT_TRACEBACK=1 shows.",
        err=True,
    )
    sys.exit(ToolkitError.exit_code)


if __name__ == "__main__":
    main()
