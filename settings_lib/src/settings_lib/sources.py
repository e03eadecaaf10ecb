"""Where a variable's text is found in an environment: its names, their files, their aliases."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from settings_lib.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from settings_lib.variables import Var

FILE_SUFFIX = "_FILE"

_LINK_PORT = re.compile(r"(tcp|udp|sctp)://[^/\s]+:[0-9]+")
_LINK_NAME = re.compile(r"/[^/\s]+/[^/\s]+")


@dataclass(frozen=True, kw_only=True)
class Found:
    """The text of one variable under one of its names.

    Attributes:
        source: ``env``, ``NAME_FILE``, or one of these for an alias.
        text: The text; never in the representation, it may be a secret.
        fallback: It is a fallback's, which some other program may have set.
    """

    source: str
    text: str = field(repr=False)
    fallback: bool = False


def injected(name: str, text: str) -> bool:
    """Whether Docker's links or Kubernetes put this value there, and no person did.

    Both describe a neighbour called ``db`` by ``DB_PORT=tcp://10.0.0.7:5432``, and Docker also by
    ``DB_NAME=/app/db``, which collide with the names of apps.
    """
    return bool(
        (name.endswith("_PORT") and _LINK_PORT.fullmatch(text))
        or (name.endswith("_NAME") and _LINK_NAME.fullmatch(text))
    )


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
    elif text:
        yield Found(source=_describe(var, name, "env"), text=text, fallback=name in var.fallbacks)
    elif path:
        yield _read_file(var, _describe(var, name, file_name), path)


def _read_file(var: Var, source: str, path: str) -> Found | Problem:
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        return Problem(
            name=var.name,
            source=source,
            wrong=f"names a file that cannot be read: {reason}",
            right="Mount the file and let the container's user read it.",
        )
    text = text.removesuffix("\n")
    if not text:
        return Problem(
            name=var.name,
            source=source,
            wrong="names a file that is empty",
            right="Write the value into the file.",
        )
    return Found(source=source, text=text)


def _describe(var: Var, name: str, source: str) -> str:
    if name == var.name:
        return source
    return f"alias {name if source == 'env' else source}"
