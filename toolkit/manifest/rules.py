"""What is wrong in a manifest though each key of it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.manifest.models import MOST_INSTANCES, WEB
from toolkit.manifest.words import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: What docker-runner sets by itself, and so may not be in ``options``.
RUNNERS = ("--name", "--rm", "--detach", "-d", "--env-file", "--interactive", "-i", "--tty", "-t")

LAST_PORT = 65_535

#: Names whose files, units or jobs a host has already.
HOSTS_OWN = frozenset({
    "apache2", "apparmor", "apt", "basic", "console-setup", "consul", "consul-template",
    "containerd", "cron", "crypttab", "dbus", "default", "docker", "docker-runner", "getty",
    "graphical", "grub", "halt", "keyboard", "locale", "multi-user", "mysql", "network",
    "networking", "nginx", "nss", "ntp", "postgresql", "poweroff", "reboot", "redis",
    "redis-server", "registrator", "rescue", "rsync", "rsyslog", "shutdown", "ssh", "sshd",
    "sysinit", "syslog", "tmpfs", "ufw", "useradd",
})  # fmt: skip

#: Targets that make the same files.
EITHER = ("nginx", "proxy")


def broken(data: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong, a line each, beginning with the path.

    Args:
        data: The manifest, complete, but of any types: what is of a wrong one is passed over, since
            that is told by the models.
    """
    if (name := str(data.get("name"))) in HOSTS_OWN:
        yield f"name: hosts have files of their own for {name}; call the app otherwise"
    if set(EITHER) <= set(_texts(data, "targets")):
        yield f"targets: {' and '.join(EITHER)} make the same site; name one of them"
    env = _table(data, "env")
    for name in sorted({*_table(env, "clear")} & {*_texts(env, "secret")}):
        yield f"{dotted(('env', 'clear', name))}: env.secret has it too"
    roles = {name: _table(_table(data, "roles"), name) for name in _table(data, "roles")}
    for name, role in roles.items():
        path = dotted(("roles", name))
        for key in ("port", "drain"):
            if name != WEB and key in role:
                yield f"{path}.{key}: web alone has one"
        for option in [word.partition("=")[0] for word in _texts(role, "options")]:
            if option in RUNNERS:
                yield f"{path}.options: docker-runner sets {option} by itself"
    yield from _containers(roles)


def _containers(roles: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Whether each container has a port and a name of its own: see toolkit.scaffold.instances."""
    for name, role in roles.items():
        path = dotted(("roles", name))
        count, port = role.get("instances", 1), role.get("port", 1)
        if not isinstance(count, int) or not isinstance(port, int) or count > MOST_INSTANCES:
            continue
        if port <= LAST_PORT < port + count - 1:
            yield f"{path}.port: there are not {count} from it on"
        first = port if name == WEB else 1
        for number in range(first, first + count) if count > 1 else ():
            if f"{name}-{number}" in roles:
                yield f"roles.{name}-{number}: an instance of {name} is called so"


def _table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _texts(data: Mapping[str, Any], key: str) -> list[str]:
    value = data.get(key)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
