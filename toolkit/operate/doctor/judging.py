"""What is well and what is not, from what hosts said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.deploy.hosts import ROOT
from toolkit.deploy.preflight import FREE, SKEW
from toolkit.operate.doctor import files, leftovers
from toolkit.operate.doctor.examining import Examination, ports
from toolkit.operate.doctor.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.deploy.hosts import Fleet, Host
    from toolkit.deploy.side_by_side import Results
    from toolkit.deploy.ssh import Done
    from toolkit.operate.doctor.findings import Level

#: Seconds of difference that are worth a look.
DRIFT = 3

#: Times the space that a deploy needs at least, below which it is worth a look.
NARROW = 8

#: Lines of what a check or a pull says that are shown.
SHOWN = 12

_MB = 1024


def judged(fleet: Fleet, answers: Results[Host, Examination]) -> Iterator[Finding]:
    """Everything that was looked at, host by host.

    Args:
        fleet: The app's hosts.
        answers: What they said.
    """
    for host in fleet.everywhere:
        if error := answers.failed.get(host):
            text = str(error.args[0])
            yield Finding(host=host.name, what="ssh", level="problem", text=text, hint=error.hint)
        else:
            yield Finding(host=host.name, what="ssh", text=f"{host.user} comes in")
            yield from of_host(fleet, answers.done[host])
    yield from _clocks([each for each in answers.done.values() if each.runs])


def of_host(fleet: Fleet, seen: Examination) -> Iterator[Finding]:
    """What one host is like.

    Args:
        fleet: The app's hosts.
        seen: What it said.
    """
    yield from _folder(fleet, seen)
    if seen.runs:
        yield from _sudo(fleet, seen)
        yield from _engine(seen)
        yield from _clock(seen)
        yield from _disk(fleet, seen)
    host = seen.host
    yield from files.judge(fleet, host, files.wanted(fleet, host), seen.files)
    if seen.runs:
        yield from _ports(fleet, seen)
        yield from _tag(fleet, seen)
        yield from leftovers.judge(fleet, seen)
    if seen.look.maintenance:
        yield Finding(
            host=host.name,
            what="maintenance",
            level="warning",
            text="visitors get the sorry page",
            hint=f"`toolkit maintenance off {fleet.app}` ends that.",
        )


def _folder(fleet: Fleet, seen: Examination) -> Iterator[Finding]:
    name, path = seen.host.name, f"/var/www/{fleet.app}"
    if seen.look.home and (seen.state.writable or not seen.runs):
        yield Finding(host=name, what="folder", text=f"{path} is there")
    else:
        how = f"is not {seen.host.user}'s" if seen.look.home else "is not there"
        hint = f"`toolkit setup {name}` makes it."
        yield Finding(host=name, what="folder", level="problem", text=f"{path} {how}", hint=hint)


def _sudo(fleet: Fleet, seen: Examination) -> Iterator[Finding]:
    host = seen.host
    if host.user == ROOT:
        yield Finding(host=host.name, what="sudo", text="root needs none")
    elif not seen.refused:
        yield Finding(host=host.name, what="sudo", text=f"{host.user} may do what a deploy does")
    else:
        shown = seen.refused[:SHOWN]
        rest = len(seen.refused) - len(shown)
        lines = "\n".join((*shown, *((f"and {rest} more",) if rest else ())))
        yield Finding(
            host=host.name,
            what="sudo",
            level="problem",
            text=f"{host.user} may not do all that a deploy does",
            hint=f"{lines}\n`toolkit apply {fleet.app}` installs /etc/sudoers.d/{fleet.app}.",
        )


def _engine(seen: Examination) -> Iterator[Finding]:
    name, engine = seen.host.name, seen.state.engine
    if engine:
        hint = f"`systemctl status docker` on {name}; `toolkit setup {name}` installs it."
        yield Finding(host=name, what="engine", level="problem", text=engine, hint=hint)
    else:
        yield Finding(host=name, what="engine", text="Docker answers")


def _clock(seen: Examination) -> Iterator[Finding]:
    yield _by_seconds(seen.host.name, abs(seen.skew), "this machine's")


def _clocks(seen: Sequence[Examination]) -> Iterator[Finding]:
    skews = [each.skew for each in seen]
    if len(skews) > 1:
        yield _by_seconds("", max(skews) - min(skews), "one another's")


def _by_seconds(host: str, seconds: float, other: str) -> Finding:
    level: Level = "problem" if seconds > SKEW else "warning" if seconds > DRIFT else "ok"
    text = f"{seconds:.0f} s from {other}"
    return Finding(host=host, what="clock", level=level, text=text, hint="Set it, by NTP.")


def _disk(fleet: Fleet, seen: Examination) -> Iterator[Finding]:
    free = seen.state.free
    if free is None:
        return
    level: Level = "problem" if free < FREE else "warning" if free < FREE * NARROW else "ok"
    yield Finding(
        host=seen.host.name,
        what="disk",
        level=level,
        text=f"{free // _MB} MB are free for images",
        hint=f"`toolkit prune {fleet.app}` removes old ones; `docker system df` tells more.",
    )


def _ports(fleet: Fleet, seen: Examination) -> Iterator[Finding]:
    """Who listens: it has to be the port's own container, or nobody."""
    known = ports(fleet, seen.host)
    taken = {
        port: name
        for port, name in known.items()
        if port in seen.listening and not seen.state.up(name)
    }
    for port, name in taken.items():
        who = seen.listening[port] or "something"
        yield Finding(
            host=seen.host.name,
            what="ports",
            level="problem",
            text=f"{who} listens at {port}, and {name}, whose port it is, does not run",
            hint=f"`ss -ltnp sport = :{port}` as root tells who; `port` and `surge-port` under "
            "[roles.web] name others.",
        )
    if known and not taken:
        every = ", ".join(map(str, known))
        yield Finding(host=seen.host.name, what="ports", text=f"{every}: nobody else's")


def _tag(fleet: Fleet, seen: Examination) -> Iterator[Finding]:
    name, tag = seen.host.name, seen.state.tag
    if not tag:
        yield Finding(
            host=name,
            what="tag",
            level="warning",
            text="nothing is deployed",
            hint=f"`toolkit deploy {fleet.app} --tag …` does.",
        )
        return
    if seen.pulled:
        yield Finding(
            host=name,
            what="registry",
            level="ok" if seen.pulled.ok else "problem",
            text=f"{tag} {'can' if seen.pulled.ok else 'cannot'} be pulled",
            hint=f"{_last(seen.pulled)}\nIs the registry there, `docker login` done as root?",
        )
    if seen.checked:
        yield Finding(
            host=name,
            what="check",
            level="ok" if seen.checked.ok else "problem",
            text=f"the settings of {tag} are {'right' if seen.checked.ok else 'not right'}",
            hint=f"{_last(seen.checked)}\n`toolkit env push {fleet.app}` brings variables.",
        )


def _last(done: Done) -> str:
    return "\n".join(f"{done.output}\n{done.error}".strip().splitlines()[-SHOWN:])
