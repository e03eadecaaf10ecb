"""The paths that an app's container may write to, declared once.

Everything else can be read-only (`docker run --read-only`). Whoever mounts them (docker-runner,
compose, the tests) and whoever writes to them (gunicorn, Celery beat) takes them from here; the
base image carries them as labels too.

`python -m entrypoint.writable` prints them, one a line, with their kind.
"""

from __future__ import annotations

TEMPORARY = "/tmp"  # noqa: S108 - the system's, declared writable
RUNTIME = "/run/app"  # sockets, heartbeats: as long as the container
HOME = "/home/app"  # what libraries write into a home directory
DATA = "/data"  # beat's schedule, SQLite, uploads: outlives the container

TMPFS = (TEMPORARY, RUNTIME, HOME)
VOLUMES = (DATA,)


def main() -> None:
    """Print the kind and path of each writable path, one a line."""
    for kind, paths in (("tmpfs", TMPFS), ("volume", VOLUMES)):
        for path in paths:
            print(kind, path)


if __name__ == "__main__":
    main()
