"""Reads requirements files the way pip does, to say exactly what is wrong and where.

The resolving is uv's; what this module adds is every problem at once with its line, the hashes
(uv does not enforce them when it compiles), the index options (the builds need them too) and the
local folders (they must be copied before anything is built in them).
The format: https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_COMMENT = re.compile(r"(^|\s+)#.*$")
_HASH = re.compile(r"\s--hash[=\s]\s*(\S+)")
_LINE_OPTION = re.compile(r"\s--(config-settings?|global-option|install-option)[=\s].*$")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz")

_WITH_VALUE = {
    "-r": "requirement",
    "--requirement": "requirement",
    "-c": "constraint",
    "--constraint": "constraint",
    "-e": "editable",
    "--editable": "editable",
    "-i": "index_url",
    "--index-url": "index_url",
    "--extra-index-url": "extra_index_url",
    "-f": "find_links",
    "--find-links": "find_links",
    "--trusted-host": "trusted_host",
    "--no-binary": "",
    "--only-binary": "",
    "--use-feature": "",
}
_FLAGS = {
    "--no-index": "no_index",
    "--require-hashes": "require_hashes",
    "--pre": "",
    "--prefer-binary": "",
}


@dataclass(frozen=True)
class Where:
    """A line of a file: the file as the app names it, the number from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Wish:
    """One requirement that a file names."""

    text: str
    where: Where
    name: str = ""  # normalized; empty for a bare URL or path
    hashes: frozenset[str] = frozenset()  # "sha256:…"
    directory: Path | None = None  # of a local project
    constraint: bool = False


@dataclass
class Parsed:
    """What a set of requirements files says, and everything that is wrong with it."""

    wishes: list[Wish] = field(default_factory=list)
    index_url: str = ""
    extra_index_urls: list[str] = field(default_factory=list)
    find_links: list[str] = field(default_factory=list)
    trusted_hosts: list[str] = field(default_factory=list)
    no_index: bool = False
    require_hashes: bool = False
    problems: list[str] = field(default_factory=list)
    files: set[Path] = field(default_factory=set)

    def hashes_of(self, name: str) -> frozenset[str]:
        """Every hash that any line gives for a package.

        Args:
            name: the normalized name.
        """
        return frozenset().union(*(wish.hashes for wish in self.wishes if wish.name == name))

    @property
    def hashed(self) -> bool:
        """Whether the files are in pip's hash-checking mode: one hash anywhere is enough."""
        return self.require_hashes or any(wish.hashes for wish in self.wishes)

    def wanted_by(self, name: str) -> list[Where]:
        """The lines that ask for a package.

        Args:
            name: the normalized name.
        """
        return [w.where for w in self.wishes if w.name == name and not w.constraint]


def parse(files: list[Path], *, root: Path, environment: Mapping[str, str]) -> Parsed:
    """Read requirements files and everything that they include.

    Args:
        files: the files to start with.
        root: the app's folder; messages name files relative to it.
        environment: for ``${NAME}`` in the files.

    Returns:
        What the files say; the caller looks at ``problems``.
    """
    parsed = Parsed()
    for file in files:
        _read(file, parsed, root=root, environment=environment, constraint=False)
    return parsed


def requirement_problem(text: str) -> str:
    """What is wrong with a requirement, as PEP 508 has it; empty if nothing is.

    Args:
        text: the requirement.
    """
    try:
        Requirement(text)
    except InvalidRequirement as error:
        return _why(text, error)
    return ""


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a file with continuations joined and comments gone.

    Args:
        text: the file's contents.

    Yields:
        The number of the first physical line, from 1, and the line; empty ones are left out.
    """
    buffer, start = "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        start = start or number
        if raw.endswith("\\") and not raw.lstrip().startswith("#"):
            buffer += raw[:-1] + " "
            continue
        line = _COMMENT.sub("", buffer + raw).strip()
        if line:
            yield start, line
        buffer, start = "", 0
    if buffer.strip():
        yield start, buffer.strip()


def _read(
    file: Path, parsed: Parsed, *, root: Path, environment: Mapping[str, str], constraint: bool
) -> None:
    if file in parsed.files:
        return
    parsed.files.add(file)
    shown = _shown(file, root)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        parsed.problems.append(f"{shown}: there is no such file")
        return
    except (OSError, UnicodeDecodeError) as error:
        parsed.problems.append(f"{shown}: cannot be read: {error}")
        return
    for number, raw in logical_lines(text):
        where = Where(file=shown, line=number)
        line = _VARIABLE.sub(lambda m: environment.get(m.group(1), m.group(0)), raw)
        if not line.startswith("-"):
            problem = _requirement(line, where, root, parsed, constraint=constraint)
        else:
            name, value = _split_option(line)
            kind = _WITH_VALUE.get(name, "")
            if kind in {"requirement", "constraint"} and value and "://" not in value:
                target = file.parent / value
                nested = constraint or kind == "constraint"
                problem = "" if target.is_file() else f"there is no file {_shown(target, root)}"
                if not problem:
                    _read(target, parsed, root=root, environment=environment, constraint=nested)
            elif kind == "editable" and value:
                problem = _requirement(value, where, root, parsed, constraint=constraint)
            else:
                problem = _option(name, _from_here(kind, value, file, root), parsed)
        if problem:
            parsed.problems.append(f"{where}: {raw}\n    {problem}")


def _from_here(kind: str, value: str, file: Path, root: Path) -> str:
    # Folders of wheels are looked for beside the file first, as by pip.
    if kind != "find_links" or not value or "://" in value:
        return value
    beside = file.parent / value
    return str(beside if beside.exists() else root / value)


def _split_option(line: str) -> tuple[str, str]:
    name, _, value = line.partition("=") if re.match(r"--[\w-]+=", line) else line.partition(" ")
    if re.match(r"-[rcief]\S", name) and not name.startswith("--"):
        name, value = name[:2], name[2:] + value
    try:
        return name, " ".join(shlex.split(value))
    except ValueError:
        return name, value.strip()


def _option(name: str, value: str, parsed: Parsed) -> str:
    if name in _FLAGS:
        if name == "--no-index":
            parsed.no_index = True
        elif name == "--require-hashes":
            parsed.require_hashes = True
        return ""
    if name not in _WITH_VALUE:
        close = difflib.get_close_matches(name, [*_WITH_VALUE, *_FLAGS], n=1)
        return f"{name} is no option of a requirements file" + (
            f"; did you mean {close[0]}?" if close else ""
        )
    if not value:
        return f"{name} needs a value"
    if _WITH_VALUE[name] == "index_url":
        parsed.index_url = value
    elif _WITH_VALUE[name] == "extra_index_url":
        parsed.extra_index_urls.append(value)
    elif _WITH_VALUE[name] == "find_links":
        parsed.find_links.append(value)
    elif _WITH_VALUE[name] == "trusted_host":
        parsed.trusted_hosts.append(value)
    return ""


def _requirement(line: str, where: Where, root: Path, parsed: Parsed, *, constraint: bool) -> str:
    # Like pip's, a local path is relative to the app, not to the file that names it.
    hashes = frozenset(_HASH.findall(line))
    if bad := sorted(h for h in hashes if not re.fullmatch(r"[a-z0-9]+:[0-9a-fA-F]{32,}", h)):
        return f"{bad[0]} is not a hash such as sha256:…"
    text = _LINE_OPTION.sub("", _HASH.sub("", line)).strip()
    path = _local_path(text)
    if path is not None:
        target = Path(root, path)
        if not target.exists():
            return f"there is nothing at {path}"
        parsed.wishes.append(
            Wish(
                text=text,
                where=where,
                hashes=hashes,
                directory=target if target.is_dir() else None,
                constraint=constraint,
            )
        )
        return ""
    if re.match(r"(git|hg|svn|bzr)\+|https?://|file:", text):
        parsed.wishes.append(Wish(text=text, where=where, hashes=hashes, constraint=constraint))
        return ""
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        return _why(text, error)
    directory = None
    if requirement.url and requirement.url.startswith("file:"):
        target = Path(unquote(urlsplit(requirement.url).path))
        directory = target if target.is_dir() else None
    parsed.wishes.append(
        Wish(
            text=text,
            where=where,
            name=canonicalize_name(requirement.name),
            hashes=frozenset(h.lower() for h in hashes),
            directory=directory,
            constraint=constraint,
        )
    )
    return ""


def _why(text: str, error: InvalidRequirement) -> str:
    if match := re.fullmatch(r"([A-Za-z0-9._-]+(?:\[[^]]*\])?)\s*=\s*([^=\s]\S*)", text):
        return f"one = compares nothing; did you mean {match.group(1)}=={match.group(2)}?"
    return str(error).splitlines()[0]


def _local_path(text: str) -> str | None:
    path = re.sub(r"\[[^]]*\]$", "", text.partition(";")[0].strip())
    if " @ " in path or "://" in path or path.startswith("file:"):
        return None
    if path.startswith((".", "/")) or "/" in path or path.endswith(_ARCHIVES):
        return path
    return None


def _shown(file: Path, root: Path) -> str:
    try:
        return str(Path(os.path.normpath(file)).relative_to(root))
    except ValueError:
        return str(file)
