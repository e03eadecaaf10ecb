"""Where a variable's text is found in an environment: its names, their files, their aliases."""

from __future__ import annotations

import re
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from settings_lib.errors import Problem
from settings_lib.records import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from settings_lib.variables import Var

FILE_SUFFIX = "_FILE"

_LINK_PORT = re.compile(r"(tcp|udp|sctp)://[^/\s]+:[0-9]+")
_LINK_NAME = re.compile(r"/[^/\s]+/([^/\s]+)")

LARGEST_FILE = 1_048_576
"""How large a file may be, in bytes. One that is larger is another one than was meant."""


@record(frozen=True, kw_only=True)
class Found:
    """The text of one variable under one of its names.

    Attributes:
        source: ``env``, ``NAME_FILE``, or one of these for an alias.
        text: The text; never in the representation, it may be a secret.
        fallback: The name, where it is a fallback's, which some other program may have set.
    """

    source: str
    text: str = field(repr=False)
    fallback: str = ""


def injected(name: str, text: str) -> bool:
    """Whether Docker's links or Kubernetes put this value there, and no person did.

    Both describe a neighbour called ``db`` by ``DB_PORT=tcp://10.0.0.7:5432``, and Docker also by
    ``DB_NAME=/app/db``, which collide with the names of apps. SQLite's ``DB_NAME=/data/app.db`` is
    told from the latter by the name at its end, which is not the neighbour's.
    """
    if name.endswith("_PORT"):
        return bool(_LINK_PORT.fullmatch(text))
    if name.endswith("_NAME"):
        link = _LINK_NAME.fullmatch(text)
        return link is not None and link[1].upper().replace("-", "_") == name.removesuffix("_NAME")
    return False


def find(var: Var, environ: Mapping[str, str]) -> Iterator[Found | Problem]:
    """Every text that is given for a variable, and what is wrong with the way it is given.

    An empty value counts as not set. The fallbacks are looked at, in order, only where neither the
    name nor an alias gives anything; the first that does ends the search.

    Args:
        var: The variable.
        environ: The environment.

    Yields:
        The texts, the canonical name's first, and problems.
    """
    silent = True
    for name in (var.name, *var.aliases):
        for each in _one_name(var, name, environ):
            silent = False
            yield each
    if silent:
        for name in var.fallbacks:
            texts = list(_one_name(var, name, environ))
            if texts:
                yield from texts
                return


def _one_name(var: Var, name: str, environ: Mapping[str, str]) -> Iterator[Found | Problem]:
    file_name = name + FILE_SUFFIX
    text = environ.get(name, "")
    path = environ.get(file_name, "")
    if injected(name, text):
        text = ""
    if text and path:
        yield Problem(
            name=var.name,
            source=f"{name} and {file_name}",
            wrong="is set twice",
            right="Set one of the two.",
        )
    elif text and not _is_text(text):
        yield Problem(
            name=var.name,
            source=_describe(var, name, "env"),
            wrong="is not UTF-8 text",
            right="Write it in UTF-8.",
        )
    elif text:
        yield Found(source=_describe(var, name, "env"), text=text, fallback=_fallback(var, name))
    elif path:
        yield _read_file(var, _describe(var, name, file_name), path, _fallback(var, name))


def _is_text(text: str) -> bool:
    """Whether every byte of an environment's value was read; `os.environ` keeps the others."""
    return not any("\ud800" <= each <= "\udfff" for each in text)


def _fallback(var: Var, name: str) -> str:
    return name if name in var.fallbacks else ""


def _read_file(var: Var, source: str, path: str, fallback: str) -> Found | Problem:
    try:
        text = _content(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        return Problem(
            name=var.name,
            source=source,
            wrong=f"names a file that cannot be read: {reason}",
            right="Mount the file and let the container's user read it.",
        )
    if not text:
        return Problem(
            name=var.name,
            source=source,
            wrong="names a file that is empty",
            right="Write the value into the file.",
        )
    return Found(source=source, text=text, fallback=fallback)


def _content(path: str) -> str:
    """The text of a file, without one newline at its end.

    Raises:
        OSError: It is not there, no file, or cannot be read.
        ValueError: It is not text.
    """
    if not Path(path).is_file():  # a pipe would wait, /dev/zero never end
        Path(path).stat()  # if it is not there
        raise OSError(0, "it is no regular file")
    with Path(path).open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise OSError(0, "it is larger than 1 MiB")
    return content.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")


def _describe(var: Var, name: str, source: str) -> str:
    if name == var.name:
        return source
    return f"alias {name if source == 'env' else source}"
