"""The audit logs of an app's hosts, as one."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from toolkit.deploy.commands import Remote, script
from toolkit.deploy.wording import clean, duration
from toolkit.errors import HostError
from toolkit.manifest.describing import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.deploy.ssh import Shell

HEAD = ("when", "what", "tag", "from", "outcome", "took", "who", "hosts", "reason")

#: From the worst: what a release came to is what it came to on the host where it went worst.
_OUTCOMES = ("broken", "interrupted", "failed", "returned", "succeeded")


@dataclass(frozen=True, kw_only=True)
class Release:
    """A deploy, a rollback or a restart, on all of its hosts.

    Attributes:
        id: Its own.
        at: When it ended, in ISO 8601, UTC.
        kind: What it was.
        tag: The tag that it brought, or should have.
        before: The tags that hosts had before, each once.
        outcome: How it ended, where it went worst.
        who: Who began it.
        seconds: How long it took.
        reason: Why it failed.
        migrations: What it applied.
        hosts: How it ended on each.
    """

    id: str
    at: str
    kind: str
    tag: str
    before: tuple[str, ...]
    outcome: str
    who: str
    seconds: float
    reason: str
    migrations: tuple[str, ...]
    hosts: Mapping[str, str]

    def cells(self) -> tuple[str, ...]:
        """What a person reads."""
        when = self.at.replace("T", " ").replace("+00:00", "Z")
        hosts = ", ".join(
            host if outcome == self.outcome else f"{host} ({outcome})"
            for host, outcome in self.hosts.items()
        )
        cells = (
            *(when, self.kind, self.tag or "-", ", ".join(self.before) or "-", self.outcome),
            *(duration(self.seconds), self.who, hosts, self.reason.partition("\n")[0]),
        )
        return tuple(clean(cell) for cell in cells)


def ask(app: str, number: int) -> Remote:
    """The command by which a host tells the last lines of its audit log.

    Args:
        app: The app.
        number: How many.
    """
    return script("operate/past", app, str(number))


def asker(shell: Shell, fleet: Fleet, number: int) -> Callable[[Host], str]:
    """What asks one host.

    Args:
        shell: Runs commands on hosts.
        fleet: The app's hosts.
        number: How many lines.
    """

    def of(host: Host) -> str:
        done = shell.run(host, ask(fleet.app, number))
        if not done.ok:
            raise HostError(
                f"{host.name} does not tell its history: {done.said}",
                f"/var/www/{fleet.app}/HISTORY has to be readable for {host.user} there.",
            )
        return done.output

    return of


def merged(logs: Mapping[str, str]) -> tuple[Release, ...]:
    """The releases of several hosts, the newest first. A line that is none is passed over.

    Args:
        logs: What each host's audit log has.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for host, log in logs.items():
        for at, line in enumerate(log.splitlines()):
            entry = _entry(line)
            if entry is not None:
                key = str(entry.get("id") or f"{host}-{at}")
                found.setdefault(key, []).append({**entry, "host": host})
    releases = [_release(key, entries) for key, entries in found.items()]
    return tuple(sorted(releases, key=lambda each: (each.at, each.id), reverse=True))


def _entry(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _release(key: str, entries: Sequence[dict[str, Any]]) -> Release:
    last = max(entries, key=lambda each: str(each.get("at", "")))
    outcomes = {each["host"]: str(each.get("outcome", "")) for each in entries}
    worst = next((each for each in _OUTCOMES if each in outcomes.values()), last.get("outcome", ""))
    return Release(
        id=key,
        at=str(last.get("at", "")),
        kind=str(last.get("kind", "")),
        tag=str(last.get("tag", "")),
        before=tuple(_once(str(each.get("before") or "") for each in entries)),
        outcome=str(worst),
        who=str(last.get("who", "")),
        seconds=max(_number(each.get("seconds")) for each in entries),
        reason="\n".join(_once(str(each.get("reason") or "") for each in entries)),
        migrations=tuple(
            _once(str(name) for each in entries for name in each.get("migrations") or ())
        ),
        hosts=outcomes,
    )


def _once(texts: Iterable[str]) -> list[str]:
    return [each for each in dict.fromkeys(texts) if each]


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0


def text(releases: Sequence[Release]) -> str:
    """What a person reads."""
    if not releases:
        return "Nothing was ever deployed."
    return table(HEAD, [each.cells() for each in releases])


def data(releases: Sequence[Release]) -> list[dict[str, Any]]:
    """What a program reads."""
    return [asdict(each) for each in releases]
