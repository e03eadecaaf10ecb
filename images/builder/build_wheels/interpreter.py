"""The interpreter that the wheels are for: its markers and its tags."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import packaging
from packaging.tags import Tag

from build_wheels.errors import ConfigurationError

if TYPE_CHECKING:
    from packaging.markers import Environment

    from build_wheels.process import Runner

_QUESTION = """\
import json, sys, sysconfig
sys.path.insert(0, sys.argv[1])
from packaging.markers import default_environment
from packaging.tags import sys_tags
tags = [[t.interpreter, t.abi, t.platform] for t in sys_tags()]
print(json.dumps([default_environment(), tags, sysconfig.get_config_var("CFLAGS") or ""]))
"""


@dataclass(frozen=True)
class Target:
    """An interpreter, as PEP 508 and PEP 425 describe it."""

    python: str
    environment: Environment
    tags: tuple[Tag, ...]
    compiler_flags: str = ""

    @property
    def shown(self) -> str:
        """As a person names it, such as ``CPython 3.13 on x86_64``."""
        env = self.environment
        return (
            f"{env['platform_python_implementation']} {env['python_version']}"
            f" on {env['platform_machine']}"
        )


def without_debugging(flags: str) -> str:
    """Compiler flags that leave out debugging information.

    It names the folder of the build, which is another one each time, and so no two builds would
    be equal; and it is two thirds of the size of an extension such as psycopg2's.

    Args:
        flags: those that the interpreter was built with.
    """
    return " ".join([*(flag for flag in flags.split() if not re.match(r"-g\d?$", flag)), "-g0"])


def question(python: str) -> list[str]:
    """The command that asks an interpreter for its markers and tags.

    Args:
        python: its path.
    """
    return [python, "-c", _QUESTION, str(Path(packaging.__file__).parent.parent)]


def ask(python: str, runner: Runner) -> Target:
    """Ask an interpreter for its markers and tags.

    Args:
        python: its path.
        runner: what runs it.

    Raises:
        ConfigurationError: it does not run.
    """
    done = runner.run(question(python), merge=False)
    try:
        environment, tags, flags = json.loads(done.output)
    except ValueError:
        raise ConfigurationError(
            f"the target interpreter {python} does not work",
            why=done.errors or done.output,
            then="name another with --python, or rebuild the builder image",
        ) from None
    return Target(
        python=python,
        environment=cast("Environment", environment),
        tags=tuple(Tag(*parts) for parts in tags),
        compiler_flags=without_debugging(flags),
    )
