"""How an app's files stand on a host: the list that it is asked about, and its answers."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.errors import HostError
from toolkit.scaffold.changes import Change, State
from toolkit.scaffold.files import File, made, with_header

if TYPE_CHECKING:
    from collections.abc import Iterable

LINK = 0o777


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a host has.

    Attributes:
        changes: How each file stands to the one that would be made, and what is no longer made.
        running: Units and jobs that run, of files that are no longer made, by path.
        hidden: Paths of what differs and whose text stays on the host.
        containers: The names of containers that run.
    """

    changes: tuple[Change, ...]
    running: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    containers: frozenset[str] = frozenset()


def listing(files: Iterable[File], app: str) -> str:
    """What the script `files` is asked about, a line each.

    Args:
        files: What would be made.
        app: The app that it is of.
    """
    return "".join(f"{_asked(file, app)} {file.path}\n" for file in files)


def read(text: str, files: Iterable[File], app: str, host: str) -> Found:
    """What the script `files` answers.

    Args:
        text: Its output.
        files: What it was asked about.
        app: The app.
        host: Whose answer it is, for errors.

    Raises:
        HostError: The answer is not whole.
    """
    answers = _Answers(app=app, files={file.path: file for file in files})
    lines = text.splitlines()
    if lines[-1:] != ["end"]:
        raise _cut(host)
    for line in lines[:-1]:
        word, *rest = line.split(" ")
        take = getattr(answers, f"_{word.replace('-', '_')}", None)
        if take:
            take(*rest)
    if len(answers.changes) < len(answers.files):
        raise _cut(host)
    return Found(
        changes=tuple(sorted(answers.changes, key=lambda change: change.path)),
        running=frozenset(answers.running),
        hidden=frozenset(answers.hidden),
        containers=frozenset(answers.containers),
    )


@dataclass(kw_only=True)
class _Answers:
    """Takes each line of an answer: a method for each word that one begins with."""

    app: str
    files: dict[str, File]
    changes: list[Change] = field(default_factory=list)
    running: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    containers: list[str] = field(default_factory=list)

    def _same(self, path: str) -> None:
        state = State.FILLED if self.files[path].filled else State.SAME
        self._add(path, state, self._new(path))

    def _absent(self, path: str) -> None:
        self._add(path, State.NEW, "")

    def _mode(self, _: str, path: str) -> None:
        state = State.OPEN if self.files[path].filled else State.CHANGED
        self._add(path, state, self._new(path))

    def _text(self, _: str, data: str, path: str) -> None:
        old = _decoded(data)
        found = made(old)
        if found is None or found.app not in {self.app, ""}:
            self._add(path, State.FOREIGN, old)
        else:
            self._add(path, State.EDITED if found.edited else State.CHANGED, old)

    def _closed(self, _: str, path: str) -> None:
        self.hidden.append(path)
        self._add(path, State.FOREIGN, "")

    def _folder(self, _: str, path: str) -> None:
        self._closed(_, path)

    def _linked(self, to: str, path: str) -> None:
        self._add(path, State.FOREIGN, f"link to {to}\n")

    def _left(self, runs: str, data: str, path: str) -> None:
        if runs == "runs":
            self.running.append(path)
        self._gone(path, _decoded(data), link=False)

    def _left_link(self, to: str, path: str) -> None:
        self._gone(path, to, link=True)

    def _container(self, name: str) -> None:
        self.containers.append(name)

    def _new(self, path: str) -> str:
        file = self.files[path]
        return file.link or with_header(file, self.app)

    def _add(self, path: str, state: State, old: str) -> None:
        file = self.files[path]
        self.changes.append(
            Change(
                path=path,
                state=state,
                mode=LINK if file.link else file.mode,
                new=self._new(path),
                old=old,
                link=bool(file.link),
            )
        )

    def _gone(self, path: str, old: str, *, link: bool) -> None:
        self.changes.append(Change(path=path, state=State.LEFT, mode=0, new="", old=old, link=link))


def _asked(file: File, app: str) -> str:
    if file.link:
        return f"link {file.link} -"
    if file.filled:
        return f"filled {file.mode:04o} -"
    digest = hashlib.sha256(with_header(file, app).encode()).hexdigest()
    return f"file {file.mode:04o} {digest}"


def _decoded(data: str) -> str:
    return base64.b64decode(data).decode(errors="replace")


def _cut(host: str) -> HostError:
    return HostError(
        f"{host} has not told of all its files.", "Is its disk full, or has its shell ended early?"
    )
