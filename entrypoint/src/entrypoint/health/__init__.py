"""`health`: whether this container's role is alive or, with `--ready`, ready for traffic.

It prints one line, which `docker inspect` shows, and gives 0 or 1: Docker reserves 2. A probe runs
every few seconds, beside the app and on its CPU: no Django, no module that is not needed.
"""

from __future__ import annotations

import os
import sys
import time

from entrypoint import role
from entrypoint.errors import ConfigurationError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.role import Role

#: Seconds within which an answer has to be there.
TIMEOUT = 3

#: Characters that are quoted of what a role waits for.
QUOTED = 200


class Verdict:
    """How a role is.

    Args:
        state: a word or two.
        why: the reason.
        good: it is what was asked: alive, or ready.
    """

    __slots__ = ("good", "state", "why")

    def __init__(self, state: str, why: str, *, good: bool = False) -> None:
        self.good = good
        self.state = state
        self.why = why


def main(args: tuple[str, ...]) -> int:
    """Print how this container's role is; return 0 where it is alive, or ready, and else 1.

    Raises:
        UsageError: an argument is wrong.
    """
    if args not in {(), ("--ready",)}:
        raise UsageError("health takes --ready, or nothing.", "Without it, health asks for life.")
    found = role.read()
    if found is None:
        verdict = _unknown()
    else:
        try:
            verdict = judge(found, os.environ, ready=bool(args))
        except (ConfigurationError, ValueError) as error:
            verdict = Verdict("unknown", str(error.args[0]))
    name = "health" if found is None else found.name
    sys.stdout.write(f"{name}: {verdict.state}: {verdict.why}\n")
    return 0 if verdict.good else 1


def judge(found: Role, environ: Mapping[str, str], *, ready: bool) -> Verdict:
    """Return how a role is.

    Args:
        found: the role.
        environ: HEALTH_PATH, HEALTH_HOST, HEALTH_TIMEOUT and DRAIN_FILE are read.
        ready: readiness is asked, and not life.

    Raises:
        ConfigurationError: HEALTH_TIMEOUT is not a time.
        ValueError: HEALTH_PATH or HEALTH_HOST is not one, or the rule is none.
    """
    if not _runs(found.pid):
        return Verdict("dead", f"its process, {found.pid}, has ended")
    draining = os.path.exists(role.drain_file(environ))
    if draining and ready:
        return Verdict("not ready", "draining")
    waiting = _waiting()
    if waiting is not None:
        return Verdict("not ready" if ready else "alive", f"waits for {waiting}", good=not ready)
    verdict = _by_rule(found, environ, ready=ready)
    if draining:
        verdict.why += " (draining)"
    return verdict


def _by_rule(found: Role, environ: Mapping[str, str], *, ready: bool) -> Verdict:
    rule, *words = found.health or ("process",)
    state = "ready" if ready else "alive"
    if rule == "process":
        return Verdict(state, f"process {found.pid} is there", good=True)
    if rule in role.RULES and not words:
        raise ValueError(f"the rule {rule} says nothing more.")
    if rule == "http":
        return _http(words[0], environ, ready=ready)
    if rule == "heartbeat":
        return _heartbeat(float(words[0]), state)
    if rule == "command":
        from entrypoint.health import command

        code, last = command.run(words, _timeout(environ))
        return Verdict(state if code == 0 else "dead", f"{words[0]} {last}", good=code == 0)
    raise ValueError(f"there is no rule {rule!r}.")


def _http(port: str, environ: Mapping[str, str], *, ready: bool) -> Verdict:
    from entrypoint.health import http

    listening = _text(role.LISTENING)
    path, host = http.request(environ)
    timeout = _timeout(environ)
    where = "nowhere"
    for address in http.addresses(listening, port):
        where = address if isinstance(address, str) else f"{address[0]} port {address[1]}"
        try:
            status = http.ask(address, path, host, timeout)
        except http.NotListeningError:
            continue
        except http.NoAnswerError as error:
            return Verdict("not ready" if ready else "dead", f"{where}: {error}")
        said = f"answered {status} to {path}"
        if ready:
            return _ready(status, said, environ, host)
        return Verdict("alive", said, good=True)
    if listening:
        return Verdict("not ready" if ready else "dead", f"nothing listens on {where}")
    return Verdict("starting", f"nothing listens on port {port} yet")


def _ready(status: int, said: str, environ: Mapping[str, str], host: str) -> Verdict:
    """Judge an answer's status: only 2xx is ready."""
    kind = status // 100
    if kind == 2:  # noqa: PLR2004
        return Verdict("ready", said, good=True)
    if status == 404 and not environ.get("HEALTH_PATH"):  # noqa: PLR2004
        hint = ", which the app does not have; HEALTH_PATH names a page that it has"
        return Verdict("ready", said + hint, good=True)
    hint = ""
    if kind == 3:  # noqa: PLR2004
        hint = ", a redirect; HEALTH_PATH names a page that answers by itself"
    elif status == 400:  # noqa: PLR2004
        hint = f"; is the Host {host} allowed? HEALTH_HOST names one that is"
    return Verdict("not ready", said + hint)


def _heartbeat(seconds: float, state: str) -> Verdict:
    try:
        touched = os.stat(role.HEARTBEAT).st_mtime
    except FileNotFoundError:
        return Verdict("starting", "no heartbeat yet")
    # One from the future is no better: the clock was set back, and nothing beats since.
    age = abs(time.time() - touched)
    said = f"its last heartbeat was {age:.0f} s ago"
    if age <= seconds:
        return Verdict(state, said, good=True)
    return Verdict("dead", f"{said}, and {seconds:g} are allowed")


def _unknown() -> Verdict:
    if os.path.exists(role.FILE):
        why = f"{role.FILE} cannot be read, so the role is not known"
    else:
        why = (
            "this container was not started by the image's entrypoint, or could not write "
            f"{role.FILE}, so its role is not known"
        )
    return Verdict("unknown", why)


def _runs(pid: int) -> bool:
    """Return whether a process is there, and no zombie."""
    # proc(5): pid (comm) state …; comm may hold anything.
    state = _text(f"/proc/{pid}/stat").rpartition(")")[2].split()[:1]
    return bool(state) and state[0] not in {"Z", "X"}


def _waiting() -> str | None:
    """Return what the role waits for, as one short line, or None where it does not wait."""
    if not os.path.exists(role.WAITING):
        return None
    line = _text(role.WAITING).partition("\n")[0][:QUOTED]
    return "".join(each if each.isprintable() else "?" for each in line) or "something"


def _timeout(environ: Mapping[str, str]) -> float:
    from entrypoint.seconds import seconds

    return seconds(environ, "HEALTH_TIMEOUT", TIMEOUT, positive=True)


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
