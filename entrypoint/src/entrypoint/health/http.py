"""Asking a web server how it is: one request, of which only the answer's first line counts.

http.client would do this too, at the price of the interpreter's start once more: a probe comes
every few seconds for as long as the container lives.
"""

from __future__ import annotations

# The C half of `socket`, whose Python half (enum, selectors) costs 10 ms and is not needed.
import _socket
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Union

    #: A Unix socket's path, or a host and a port.
    Address = Union[str, tuple[str, int]]

#: Dockerflow's, which settings_lib answers: no Host, no redirect, no backend.
PATH = "/__lbheartbeat__"

#: Where a server that listens on every address is asked.
LOOPBACK = {"": ("127.0.0.1",), "0.0.0.0": ("127.0.0.1",), "::": ("::1", "127.0.0.1")}  # noqa: S104

#: Bytes within which an answer's first line ends.
LINE = 4096

#: Seconds between two tries where a Unix socket's queue is full.
PAUSE = 0.05


class NotListeningError(Exception):
    """Nothing listens there."""


class NoAnswerError(Exception):
    """Something listens, and gave no answer in HTTP."""


def addresses(listening: str, port: str) -> list[Address]:
    """Return where to ask, the likeliest first.

    Args:
        listening: what the server wrote into `role.LISTENING`; empty where it did not.
        port: the port of the role's rule.

    Raises:
        ValueError: neither is an address.
    """
    line = listening.partition("\n")[0].strip() or f":: {port}"
    if line.startswith("/"):
        return [line]
    host, _, number = line.rpartition(" ")
    host = host.strip("[]")
    return [(each, int(number)) for each in LOOPBACK.get(host, (host,))]


def request(environ: Mapping[str, str]) -> tuple[str, str]:
    """Return the path to ask for and the Host to name: HEALTH_PATH and HEALTH_HOST.

    Without HEALTH_HOST it is the first name in ALLOWED_HOSTS that stands for one host.

    Raises:
        ValueError: one of them would not be one in a request.
    """
    path = environ.get("HEALTH_PATH") or PATH
    if not path.startswith("/") or not _is_word(path):
        raise ValueError("HEALTH_PATH is not a path, such as /health/.")
    host = environ.get("HEALTH_HOST")
    if host:
        if not _is_word(host):
            raise ValueError("HEALTH_HOST is not the name of a host, such as www.example.org.")
        return path, host
    allowed = environ.get("ALLOWED_HOSTS") or environ.get("DJANGO_ALLOWED_HOSTS") or ""
    for name in allowed.split(","):
        # `.example.org` stands for example.org and all below it, `*` for every name.
        concrete = name.strip().lstrip(".")
        if concrete and "*" not in concrete and _is_word(concrete):
            return path, concrete
    return path, "localhost"


def ask(address: Address, path: str, host: str, timeout: float) -> int:
    """Return the status with which a server answers a GET.

    X-Forwarded-Proto says what a proxy that ends TLS would, or SECURE_SSL_REDIRECT redirects.

    Args:
        address: where it listens.
        path: what to ask for.
        host: the Host to name.
        timeout: seconds for all of it.

    Raises:
        NotListeningError: nothing listens there.
        NoAnswerError: it did not answer in time, or not in HTTP.
    """
    head = (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Proto: https\r\n"
        "User-Agent: entrypoint-health\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    )
    deadline = time.monotonic() + timeout
    try:
        connection = _connect(address, deadline)
        try:
            answer = _exchange(connection, head.encode("utf-8", "surrogateescape"), deadline)
        finally:
            connection.close()
    except _socket.timeout:
        raise NoAnswerError(f"no answer within {timeout:g} s") from None
    except OSError as error:
        raise NoAnswerError(f"it broke off: {error.strerror}") from None
    words = answer.split(None, 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():  # noqa: PLR2004
        raise NoAnswerError("it answers, but not in HTTP" if answer else "it hung up")
    return int(words[1])


def _connect(address: Address, deadline: float) -> _socket.socket:
    if isinstance(address, str):
        family = _socket.AF_UNIX
    else:
        family = _socket.AF_INET6 if ":" in address[0] else _socket.AF_INET
    try:
        connection = _socket.socket(family, _socket.SOCK_STREAM)
    except OSError as error:  # a kernel without IPv6
        raise NotListeningError(error.strerror) from None
    while True:
        try:
            connection.settimeout(_left(deadline))
            connection.connect(address)
        except BlockingIOError:  # a Unix socket whose queue is full says so at once
            time.sleep(PAUSE)
        except _socket.timeout:
            connection.close()
            raise
        except OSError as error:
            connection.close()
            raise NotListeningError(error.strerror) from None
        else:
            return connection


def _exchange(connection: _socket.socket, head: bytes, deadline: float) -> bytes:
    """Send a request; return its answer, at least the first line where there is one."""
    connection.settimeout(_left(deadline))
    connection.sendall(head)
    answer = b""
    while b"\n" not in answer and len(answer) < LINE:
        connection.settimeout(_left(deadline))
        received = connection.recv(LINE)
        if not received:
            break
        answer += received
    return answer


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise _socket.timeout
    return left


def _is_word(text: str) -> bool:
    """Return whether a text can stand in a request's line: no blank, no control character."""
    return text.isprintable() and not any(character.isspace() for character in text)
