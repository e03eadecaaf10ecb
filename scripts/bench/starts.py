"""How long a container takes from `docker run` to its first answer 200."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ConfigurationError

if TYPE_CHECKING:
    from toolkit.engine import Engine

#: Seconds between two questions: the figure is too large by half of it on average.
INTERVAL = 0.004

#: Seconds within which a container answers.
TIMEOUT = 60

OK = 200

DOCKERFILE = Path(__file__).resolve().with_name("no-compile.Dockerfile")


def build_without_byte_code(image: str, app: Path) -> None:
    """Build an app's image as most Dockerfiles would: see no-compile.Dockerfile.

    Args:
        image: its name.
        app: the app's folder, with its wheelhouse.

    Raises:
        ConfigurationError: it cannot be built.
    """
    toolkit = (sys.executable, "-m", "toolkit", "build", image)
    built = subprocess.run(
        [*toolkit, "--directory", str(app), "--file", str(DOCKERFILE)],
        cwd=DOCKERFILE.parent.parent.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if built.returncode:
        print(built.stdout, file=sys.stderr)
        raise ConfigurationError(f"{image} cannot be built.", "The output is above.")


def first_answer(engine: Engine, name: str, image: str, options: tuple[str, ...]) -> float:
    """Start a container, wait until it answers 200, and remove it.

    Args:
        engine: what runs it.
        name: what to call it.
        image: the image, which serves on port 8000.
        options: further ones of `docker run`.

    Returns:
        The time from before `docker run` to the answer's first line, in ms.

    Raises:
        ConfigurationError: it does not answer, or not 200.
    """
    port = free_port()
    publish = ("--publish", f"127.0.0.1:{port}:8000")
    try:
        began = time.perf_counter()
        engine.answer("run", "--detach", "--name", name, *publish, *options, image)
        while (status := ask(port)) != OK:
            if time.perf_counter() > began + TIMEOUT:
                log = engine.answer("logs", "--tail", "20", name)
                raise ConfigurationError(
                    f"{image} does not answer {OK} within {TIMEOUT} s (last: {status}).",
                    f"Its log: {log}",
                )
            time.sleep(INTERVAL)
        return (time.perf_counter() - began) * 1000
    finally:
        engine.try_to("rm", "--force", "--volumes", name)


def free_port() -> int:
    """Return a port of the loopback that nothing listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


def ask(port: int) -> int | None:
    """Return the status of the page at `/`, or None where nothing answers yet."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):  # the engine accepts before the app listens
        return None
    finally:
        connection.close()
