"""The command line of ``build-wheels``."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from build_wheels.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARE = Path("/usr/share/django-container")


@dataclass(frozen=True)
class Options:
    """What one run is to do."""

    source: Path
    wheelhouse: Path
    cache: Path
    python: str
    requirements: tuple[str, ...]
    lock: str
    groups: tuple[str, ...]
    no_groups: tuple[str, ...]
    extras: tuple[str, ...]
    extra: tuple[str, ...]
    find_links: tuple[str, ...]
    rebuild: tuple[str, ...]
    upgrade: bool
    stamp: Path
    base_packages: Path
    quiet: bool


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message, then="build-wheels --help lists the options")


def parse(arguments: Sequence[str]) -> Options:
    """Read the command line.

    Args:
        arguments: without the program's name.

    Raises:
        UsageError: it is wrong.
        SystemExit: it asks for help.
    """
    given = vars(_parser().parse_args(arguments))
    many = {key: tuple(value) for key, value in given.items() if isinstance(value, list)}
    return Options(**{**given, **many})


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="build-wheels",
        description="Fill a wheelhouse with every package of an app.",
        epilog="exit codes: 64 usage, 65 wrong requirements, 66 no requirements, 69 unreachable, "
        "70 defect of the builder, 73 cannot write (disk full), 75 busy, 77 credentials refused, "
        "78 configuration, 79 a package cannot be built, 130 and 143 interrupted",
        allow_abbrev=False,
    )
    what = parser.add_argument_group(
        "what to require (default: uv.lock, pylock.toml, then "
        "requirements.txt, the first that there is)"
    )
    what.add_argument("--requirements", "-r", action="append", default=[], metavar="FILE")
    what.add_argument("--lock", default="", metavar="FILE", help="uv.lock or pylock.toml")
    what.add_argument(
        "--group", dest="groups", action="append", default=[], help="for uv.lock, as in uv"
    )
    what.add_argument("--no-group", dest="no_groups", action="append", default=[])
    what.add_argument("--extra", dest="extras", action="append", default=[])
    what.add_argument(
        "--with", dest="extra", action="append", default=[], metavar="REQ", help="one more"
    )
    how = parser.add_argument_group("how")
    how.add_argument(
        "--upgrade", action="store_true", help="the newest versions, not those of the last run"
    )
    how.add_argument(
        "--rebuild", action="append", default=[], metavar="NAME", help="make this package anew"
    )
    how.add_argument(
        "--find-links",
        action="append",
        default=[str(SHARE / "wheels")],
        metavar="DIR",
        help="wheels that are on no index",
    )
    how.add_argument("--python", default="/ve/bin/python", help="the interpreter to build for")
    how.add_argument("--quiet", "-q", action="store_true", help="only errors and the summary")
    where = parser.add_argument_group("where")
    where.add_argument("--source", type=Path, default=Path("/src"), help="the app, read only")
    where.add_argument("--wheelhouse", type=Path, default=Path("/wheelhouse"))
    where.add_argument("--cache", type=Path, default=Path("/cache"))
    where.add_argument("--stamp", type=Path, default=SHARE / "stamp.json")
    where.add_argument("--base-packages", type=Path, default=SHARE / "base-packages")
    return parser
