"""A load generator: GET, POST, slow and keep-alive requests without a pause, none of them retried.

    python tests/fleet/traffic.py --url http://127.0.0.1:8080 --seconds 60 --json figures.json

Each answer is checked: its status, that it is the probe's, and of a POST that it tells the length
and the digest of what was sent. What was not right is listed, one by one. Standard library alone.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import random
import select
import signal
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

#: Seconds without an answer after which a request has failed, beyond what it asks for.
TIMEOUT = 20

#: Bytes of a POST's body at most.
LARGEST = 20_000

#: How many failures are listed; all are counted.
LISTED = 1000

#: A share of the quick requests is a POST.
POSTS = 0.25

CONNECTION = (OSError, http.client.HTTPException)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A request that had no right answer.

    Args:
        at: when it ended, in seconds since the start.
        seconds: how long it took.
        request: its method and path.
        connection: new or kept.
        what: was wrong.
    """

    at: float
    seconds: float
    request: str
    connection: str
    what: str


@dataclass(kw_only=True)
class Seen:
    """A version in the answers: how many, and when first and last, in seconds since the start."""

    answers: int = 0
    first: float
    last: float


@dataclass(kw_only=True)
class Figures:
    """What requests came to.

    Args:
        seconds: how long it went on.
        requests: that have ended.
        failures: of these.
        gap: the longest time without a right answer, in seconds.
        gap_at: when that began, in seconds since the start.
        kinds: requests by kind: get, post, slow, and by connection: new, kept.
        versions: by version.
        hosts: answers by host.
        percentiles: of the seconds of quick requests.
        failed: the first of the failures.
    """

    seconds: float = 0
    requests: int = 0
    failures: int = 0
    gap: float = 0
    gap_at: float = 0
    kinds: dict[str, int] = field(default_factory=dict)
    versions: dict[str, Seen] = field(default_factory=dict)
    hosts: dict[str, int] = field(default_factory=dict)
    percentiles: dict[str, float] = field(default_factory=dict)
    failed: list[Failure] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Figures:
        """Return what a run has written."""
        told = json.loads(path.read_text())
        told["versions"] = {name: Seen(**each) for name, each in told["versions"].items()}
        told["failed"] = [Failure(**each) for each in told["failed"]]
        return cls(**told)

    def __str__(self) -> str:
        lines = [
            f"{self.requests} requests in {self.seconds:.0f} s, {self.failures} failed, "
            f"longest gap {self.gap:.2f} s (at {self.gap_at:.0f} s)",
            "  ".join(f"{name} {number}" for name, number in sorted(self.kinds.items())),
            "  ".join(f"{name} {number:.3f} s" for name, number in self.percentiles.items()),
        ]
        lines += [
            f"{name}: {each.answers} answers, from {each.first:.1f} s to {each.last:.1f} s"
            for name, each in self.versions.items()
        ]
        lines += [
            f"failed at {each.at:.2f} s after {each.seconds:.2f} s, {each.request}, "
            f"{each.connection} connection: {each.what}"
            for each in self.failed
        ]
        return "\n".join(lines)


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request.

    Args:
        kind: get, post or slow.
        path: with its query.
        body: of a POST.
        seconds: that it asks for.
    """

    kind: str
    path: str
    body: bytes | None = None
    seconds: float = 0

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"

    @classmethod
    def quick(cls, chance: random.Random) -> Request:
        """Return a GET or a POST."""
        if chance.random() >= POSTS:
            return cls(kind="get", path="/")
        return cls(kind="post", path="/echo", body=chance.randbytes(chance.randrange(LARGEST)))

    @classmethod
    def slow(cls, chance: random.Random, longest: float) -> Request:
        """Return one that takes up to as many seconds."""
        seconds = round(chance.uniform(0, longest), 2)
        return cls(kind="slow", path=f"/slow?s={seconds}", seconds=seconds)

    def wrong(self, status: int, told: dict) -> str:
        """Return what is wrong with an answer, or nothing."""
        if status != 200:
            return f"status {status}"
        if "version" not in told:
            return "it is not the probe's answer"
        if self.body is not None:
            right = {"length": len(self.body), "sha256": hashlib.sha256(self.body).hexdigest()}
            if any(told.get(name) != value for name, value in right.items()):
                return "it answers another body than was sent"
        if self.kind == "slow" and told.get("seconds") != self.seconds:
            return "it answers another request"
        return ""


class Client:
    """Sends one request after another, on one connection or on a new one each time.

    Args:
        url: of the server.
        host: the header Host.
        keep: whether connections are kept.
    """

    def __init__(self, url: str, host: str, *, keep: bool) -> None:
        place = urlsplit(url)
        self._place = (place.hostname, place.port or 80)
        self._headers = {"Host": host or place.netloc}
        self._keep = keep
        if not keep:
            self._headers["Connection"] = "close"
        self._connection: http.client.HTTPConnection | None = None

    def send(self, request: Request) -> tuple[str, int, dict]:
        """Return whether the connection was new or kept, the status and what the answer tells.

        Raises:
            Exception: one of CONNECTION; its attribute `connection` tells new or kept.
        """
        kept = self._usable()
        which = "kept" if kept else "new"
        try:
            if not kept:
                self._connection = http.client.HTTPConnection(
                    *self._place, timeout=TIMEOUT + request.seconds
                )
            elif self._connection.sock:
                self._connection.sock.settimeout(TIMEOUT + request.seconds)
            self._connection.request(request.method, request.path, request.body, self._headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except CONNECTION as error:
            self.close()
            error.connection = which
            raise
        if answer.will_close or not self._keep:
            self.close()
        try:
            told = json.loads(text)
        except ValueError:
            told = {}
        return which, answer.status, told if isinstance(told, dict) else {}

    def _usable(self) -> bool:
        """Whether there is a connection that the server has not closed meanwhile.

        Every pool of connections looks. It is no retry: nothing has been sent.
        """
        if self._connection is None or self._connection.sock is None:
            return False
        if select.select([self._connection.sock], [], [], 0)[0]:
            self.close()
            return False
        return True

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None


class Recorder:
    """Takes down what requests come to, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began = self._right = time.monotonic()
        self._quick: list[float] = []
        self._figures = Figures()
        self._ending = False

    def record(self, request: Request, began: float, connection: str, told: dict, wrong: str):
        """Take down a request that has ended."""
        now = time.monotonic()
        at, figures = now - self._began, self._figures
        with self._lock:
            figures.requests += 1
            for kind in (request.kind, connection):
                figures.kinds[kind] = figures.kinds.get(kind, 0) + 1
            if wrong:
                figures.failures += 1
                if len(figures.failed) < LISTED:
                    figures.failed.append(
                        Failure(
                            at=round(at, 3),
                            seconds=round(now - began, 3),
                            request=f"{request.method} {request.path}",
                            connection=connection,
                            what=wrong,
                        )
                    )
                return
            self._gap(now)
            if request.kind != "slow":
                self._quick.append(now - began)
            seen = figures.versions.setdefault(told["version"], Seen(first=at, last=at))
            seen.answers, seen.last = seen.answers + 1, at
            host = told.get("host", "")
            figures.hosts[host] = figures.hosts.get(host, 0) + 1

    def _gap(self, now: float) -> None:
        if not self._ending and now - self._right > self._figures.gap:
            self._figures.gap = now - self._right
            self._figures.gap_at = self._right - self._began
        self._right = now

    def end(self) -> None:
        """No more is asked for, so that no answers are a gap no longer; what was asked may come."""
        with self._lock:
            self._gap(time.monotonic())
            self._ending = True

    def figures(self) -> Figures:
        """Return what has come so far."""
        now = time.monotonic()
        with self._lock:
            self._figures.seconds = now - self._began
            quick = sorted(self._quick)
            if quick:
                at = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "p99.9": 0.999}
                self._figures.percentiles = {
                    name: quick[int(share * (len(quick) - 1))] for name, share in at.items()
                } | {"max": quick[-1]}
            return self._figures


@dataclass(frozen=True, kw_only=True)
class Load:
    """How much, of what.

    Args:
        url: of the server.
        host: the header Host.
        workers: clients of quick requests; every other one keeps its connection.
        slow: clients of slow requests.
        longest: seconds that those take at most.
        rate: quick requests a second, of all clients together.
        seed: of what is asked for.
    """

    url: str
    host: str = ""
    workers: int = 8
    slow: int = 4
    longest: float = 5
    rate: float = 150
    seed: int = 1


class Generator:
    """Sends requests from threads until it is stopped."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._ended = threading.Event()
        self.recorder = Recorder()
        quick = [threading.Thread(target=self._quick, args=(n,)) for n in range(load.workers)]
        slow = [threading.Thread(target=self._slow, args=(n,)) for n in range(load.slow)]
        self._threads = quick + slow

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every request end that has begun."""
        self._ended.set()
        self.recorder.end()
        for thread in self._threads:
            thread.join()

    def _quick(self, number: int) -> None:
        """Send at this client's share of the rate; one that is late sends at once."""
        load, chance = self._load, random.Random(f"{self._load.seed}-{number}")
        client = Client(load.url, load.host, keep=number % 2 == 0)
        pause = load.workers / load.rate
        due = time.monotonic() + pause * number / load.workers
        while not self._ended.wait(max(0.0, due - time.monotonic())):
            due = max(due + pause, time.monotonic() - 1)
            self._ask(client, Request.quick(chance))
        client.close()

    def _slow(self, number: int) -> None:
        load, chance = self._load, random.Random(f"{self._load.seed}-slow-{number}")
        client = Client(load.url, load.host, keep=number % 2 == 0)
        while not self._ended.is_set():
            self._ask(client, Request.slow(chance, load.longest))
        client.close()

    def _ask(self, client: Client, request: Request) -> None:
        began = time.monotonic()
        try:
            connection, status, told = client.send(request)
        except CONNECTION as error:
            self.recorder.record(request, began, error.connection, {}, repr(error))
            self._ended.wait(0.05)  # where everything fails, not thousands a second
        else:
            self.recorder.record(request, began, connection, told, request.wrong(status, told))


def wait(seconds: float | None, *, until_stdin_closes: bool) -> None:
    """Wait for the end."""
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    if until_stdin_closes:

        def read() -> None:
            sys.stdin.buffer.read()
            over.set()

        threading.Thread(target=read, daemon=True).start()
    over.wait(seconds)


def main(argv: list[str] | None = None) -> int:
    """Run it, print the figures, and return 1 if a request failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--url", required=True, help="http://ADDRESS:PORT")
    parser.add_argument("--host-header", default="", help="what Host says  [the address]")
    parser.add_argument("--seconds", type=float, help="how long  [until it is stopped]")
    parser.add_argument("--until-stdin-closes", action="store_true")
    parser.add_argument("--workers", type=int, default=Load.workers, help="quick clients")
    parser.add_argument("--slow", type=int, default=Load.slow, help="slow clients")
    parser.add_argument(
        "--longest", type=float, default=Load.longest, help="a slow request's seconds"
    )
    parser.add_argument("--rate", type=float, default=Load.rate, help="quick requests a second")
    parser.add_argument("--seed", type=int, default=Load.seed)
    parser.add_argument("--json", type=Path, help="a file for the figures")
    args = parser.parse_args(argv)
    generator = Generator(
        Load(
            url=args.url,
            host=args.host_header,
            workers=args.workers,
            slow=args.slow,
            longest=args.longest,
            rate=args.rate,
            seed=args.seed,
        )
    )
    generator.start()
    wait(args.seconds, until_stdin_closes=args.until_stdin_closes)
    generator.stop()
    figures = generator.recorder.figures()
    if args.json:
        args.json.write_text(json.dumps(asdict(figures), indent=2) + "\n")
    print(figures)
    return 1 if figures.failures else 0


if __name__ == "__main__":
    sys.exit(main())
