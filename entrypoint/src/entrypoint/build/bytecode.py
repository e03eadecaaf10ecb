"""Byte code: compiled once, in the build, and valid whatever the files' times are (PEP 552)."""

from __future__ import annotations

import subprocess
import sys


def compile_command(folder: str) -> list[str]:
    """Return the command that compiles a folder, on all processors.

    By hash, checked, since a developer may mount other code over /app. Pycs that are there are
    replaced (`-f`): a step before may have left some of the other kind, by time.
    """
    return [
        *(sys.executable, "-m", "compileall", "-qq", "-f", "-j", "0"),
        *("--invalidation-mode", "checked-hash", folder),
    ]


def compile_tree(folder: str) -> None:
    """Compile an app's code.

    In a process of its own, whose temporary files are gone when it has ended. Files that are not
    Python of this version (templates, fixtures) make compileall fail and are no error here: the
    app's tests tell whether its code works.
    """
    subprocess.run(compile_command(folder), check=False)
