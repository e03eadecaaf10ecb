"""What follows from an app where its manifest says nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from toolkit.manifest.models import WEB

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CELERY = ("worker", "beat")
SECRET = ("SECRET_KEY", "DATABASE_URL")
BROKER = "CELERY_BROKER_URL"

#: Seconds that web's proxies have, and after which its container is killed: gunicorn gives requests
#: in flight 30 s. A worker finishes its tasks, however long they take.
DRAIN, WORKER_STOP = 10, 300

PORT = 8000

#: How far the port of web's surge instance is from that of its first one.
APART, LAST_PORT = 10_000, 65_535


def derived(
    app: str, given: Mapping[str, Any], folder: Path
) -> tuple[dict[str, Any], dict[str, str]]:
    """What a manifest has besides what its file says.

    Args:
        app: The app's name.
        given: What the file says.
        folder: The app's folder; looked at for Celery alone.

    Returns:
        Tables to be completed by the file's, and the reason for each value, by its path.
    """
    package = given.get("package") or app.replace("-", "_")
    made: dict[str, Any] = {"name": app, "package": package, "image": app}
    reasons = {"name": "the command line", "package": "the name", "image": "the name"}
    roles, why = _roles(given, str(package), folder)
    made["roles"] = {}
    for name in roles:
        made["roles"][name] = values = _role(name, _table(_table(given, "roles"), name))
        reasons |= {f"roles.{name}.{key}": why or f"the role {name}" for key in values}
    celery = any(name in CELERY for name in roles)
    made["env"] = {"secret": _secret(given, (*SECRET, BROKER) if celery else SECRET)}
    reasons["env.secret"] = "roles of Celery" if celery else "what every app needs"
    return made, reasons


def _roles(given: Mapping[str, Any], package: str, folder: Path) -> tuple[tuple[str, ...], str]:
    named = given.get("roles")
    if isinstance(named, dict) and named:
        return tuple(named), ""
    source = folder.joinpath(*package.split("."))
    # pathlib raises where a name is too long for the file system.
    if os.path.isdir(source) and not os.path.isfile(source / "celery.py"):  # noqa: PTH112, PTH113
        return (WEB,), f"no {package}/celery.py is there"
    return (WEB, *CELERY), "no roles are named"


def _secret(given: Mapping[str, Any], wanted: tuple[str, ...]) -> list[str]:
    """What is wanted and not clear: a database's URL may be no secret, unlike SECRET_KEY."""
    said = _table(_table(given, "env"), "clear")
    return [name for name in wanted if name == SECRET[0] or name not in said]


def _role(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    if name == WEB:
        made = {"verb": ["run"], "port": PORT, "drain": DRAIN}
        port = given.get("port", PORT)
        right = type(port) is int and 1 <= port <= LAST_PORT
        return made | ({"surge-port": surge_port(port)} if right else {})
    if name == "worker":
        return {"verb": [name], "stop-timeout": WORKER_STOP}
    return {"verb": [name]}


def surge_port(port: int) -> int:
    """The port of web's surge instance, by that of its first one."""
    return port + APART if port + APART <= LAST_PORT else port - APART


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}
