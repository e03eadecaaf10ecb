"""What migrations stand between two tags, and whether the older code can live with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.deploy import migrations
from toolkit.deploy.commands import runner
from toolkit.deploy.lint import findings
from toolkit.errors import RefusedError, ToolkitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.deploy.migrations import Facts
    from toolkit.deploy.ssh import Shell

#: Seconds that an image may take to tell its migrations.
TIMEOUT = 300


@dataclass(frozen=True)
class Review:
    """Asks images on a host what migrations they know, and the database which it has.

    Args:
        shell: Runs commands on hosts.
        fleet: The hosts.
        host: The one that is asked.
        note: Is told what is worth knowing.
    """

    shell: Shell
    fleet: Fleet
    host: Host
    note: Callable[[str], None]

    def forwards(self, tag: str, *, strict: bool) -> tuple[str, ...]:
        """The migrations that a tag is going to apply; what the old code cannot bear is told.

        Raises:
            RefusedError: There is such a one, and `strict` refuses it.
        """
        facts = self._facts(tag)
        if facts is None:
            return ()
        found = [str(each) for each in findings(facts)]
        if found and strict:
            raise RefusedError(
                f"{tag} has migrations that the code that serves cannot live with:{_list(found)}",
                "Do it in two releases; or leave out --strict.",
            )
        for each in found:
            self.note(f"the old code cannot live with {each}")
        return tuple(str(each) for each in migrations.pending(facts))

    def backwards(self, *, current: str, older: str, force: bool) -> None:
        """See that an older tag can live with what the database has.

        Raises:
            RefusedError: It cannot, and `force` does not say that it may.
        """
        if older in {"", current}:
            return
        ours, theirs = self._facts(current), self._facts(older)
        if ours is None or theirs is None:
            return
        between = migrations.between(ours, theirs)
        if not between:
            return
        names = [str(each) for each in between]
        asked = self._facts(current, names)
        found = [str(each) for each in findings(asked or ours)]
        if found and not force:
            raise RefusedError(
                f"{older} cannot live with migrations that the database has:{_list(found)}",
                "Reverse them first (toolkit manage … migrate APP NAME), or say --force.",
            )
        self.note(f"the database has migrations that {older} does not know: {', '.join(names)}")

    def _facts(self, tag: str, names: Iterable[str] = ()) -> Facts | None:
        remote = runner(
            self.host, self.fleet.app, "exec", "python", "-", *names, tag=tag, timeout=TIMEOUT
        )
        program = migrations.PROGRAM.read_text(encoding="utf-8")
        done = self.shell.run(self.host, remote.reading(program))
        try:
            if not done.ok:
                last = (done.said.splitlines() or [""])[-1]
                self.note(f"{tag} does not tell its migrations ({done.code}): {last}")
                return None
            return migrations.read(done.output)
        except ToolkitError as error:
            self.note(f"{tag} does not tell its migrations: {error.args[0]}")
            return None


def _list(lines: Iterable[str]) -> str:
    return "".join(f"\n  - {each}" for each in lines)
