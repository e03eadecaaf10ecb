"""Reads a job of Upstart as strictly as Upstart does, by init(5): what is unknown is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: A word: plain, or in quotes, in which a backslash takes its meaning from what follows.
_WORD = r"""(?:[^\s"'#\\]|\\.|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')+"""
_NUMBER = r"\d+"
_SECONDS = _NUMBER
_SIGNAL = r"(?:SIG)?[A-Z]+\d?|\d+"
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_ENV = rf"{_NAME}(?:={_WORD}|=)?"
_EVENT = rf"(?!and\b|or\b){_WORD}(?:[ \t]+(?!and\b|or\b){_WORD})*"
_EVENTS = rf"\(?\s*{_EVENT}\s*\)?(?:\s+(?:and|or)\s+\(?\s*{_EVENT}\s*\)?)*"
_LIMIT = r"(?:\d+|unlimited)"

#: What may follow the name of each stanza.
STANZAS = {
    **dict.fromkeys(("description", "author", "version", "usage"), _WORD),
    **dict.fromkeys(("start", "stop"), rf"on\s+{_EVENTS}"),
    **dict.fromkeys(("chdir", "chroot", "setuid", "setgid", "instance"), _WORD),
    **dict.fromkeys(("task", "manual"), r""),
    "emits": rf"{_WORD}(?:\s+{_WORD})*",
    "env": _ENV,
    "export": rf"{_NAME}(?:\s+{_NAME})*",
    "respawn": rf"(?:limit\s+(?:unlimited|{_NUMBER}\s+{_SECONDS}))?",
    "normal": rf"exit\s+(?:{_SIGNAL}|{_NUMBER})(?:\s+(?:{_SIGNAL}|{_NUMBER}))*",
    "kill": rf"(?:timeout\s+{_SECONDS}|signal\s+(?:{_SIGNAL}))",
    "reload": rf"signal\s+(?:{_SIGNAL})",
    "expect": r"(?:fork|daemon|stop|none)",
    "console": r"(?:none|log|output|owner)",
    "umask": r"[0-7]{3,4}",
    "nice": r"-?\d{1,2}",
    "oom": r"(?:score\s+)?(?:-?\d{1,4}|never)",
    "limit": rf"[a-z]+\s+{_LIMIT}\s+{_LIMIT}",
    "exec": r"\S.*",
}

#: A process of a job's life: a script, or a command.
PROCESSES = ("pre-start", "post-start", "pre-stop", "post-stop")

#: Stanzas that say another thing each time.
_SEVERAL = ("env", "export", "emits", "limit", "respawn", "kill")


@dataclass
class Job:
    """A job.

    Attributes:
        problems: what is wrong, by line.
        scripts: what a shell runs, by the name of the process; `main` is the job's own.
        stanzas: the names of the stanzas, in their order.
    """

    problems: list[str] = field(default_factory=list)
    scripts: dict[str, str] = field(default_factory=dict)
    stanzas: list[str] = field(default_factory=list)


def read(text: str) -> Job:
    """Read a job's file."""
    job = Job()
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, _, rest = stripped.partition(" ")
        process, rest = (name, rest.strip()) if name in PROCESSES else ("", rest.strip())
        if process:
            name, _, rest = rest.partition(" ")
        if name == "script" and not rest:
            job.scripts[process or "main"] = _block(lines, number, job)
        elif process and name != "exec":
            job.problems.append(f"{number}: {process} is followed by exec or script, not {name!r}")
        elif name not in STANZAS:
            job.problems.append(f"{number}: unknown stanza {name!r}")
        elif not re.fullmatch(STANZAS[name], rest) or (name == "exec" and not _closed(rest)):
            job.problems.append(f"{number}: {name}: {rest!r}")
        _once(process or ("exec" if name == "script" else name), number, job)
    if "exec" not in job.stanzas and "manual" not in job.stanzas:
        job.problems.append("0: there is neither script nor exec")
    return job


def _block(lines, number: int, job: Job) -> str:
    """Return what stands before `end script`."""
    block = []
    for _, line in lines:
        if line.split() == ["end", "script"]:
            return "\n".join(block) + "\n"
        block.append(line)
    job.problems.append(f"{number}: script has no end")
    return ""


def _closed(command: str) -> bool:
    """Whether each quote of a command ends; a backslash hides the next one, in quotes too."""
    return re.fullmatch(rf"(?:{_WORD}|\s)*", command) is not None


def _once(name: str, number: int, job: Job) -> None:
    if name in job.stanzas and name not in _SEVERAL:
        job.problems.append(f"{number}: {name} is there twice")
    job.stanzas.append(name)
