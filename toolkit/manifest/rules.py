"""What is wrong in a manifest though each key of it is right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.manifest.models import MOST_INSTANCES, WEB
from toolkit.manifest.words import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: What docker-runner sets by itself, and so may not be in ``options``.
RUNNERS = (
    "--name", "--rm", "--detach", "-d", "--env-file", "--interactive", "-i", "--tty", "-t",
    "--stop-timeout",
)  # fmt: skip

#: Short ones in one word, such as ``-it``.
_BUNDLE = re.compile(r"-[a-zA-Z]*[dit][a-zA-Z]*")

LAST_PORT, HTTP, HTTPS = 65_535, 80, 443

#: Names whose files, units or jobs a host has already.
HOSTS_OWN = frozenset({
    "apache2", "apparmor", "apt", "basic", "bluetooth", "boot-complete", "console-setup",
    "consul", "consul-template", "containerd", "cron", "cryptsetup", "crypttab", "ctrl-alt-del",
    "dbus", "default", "docker", "docker-runner", "emergency", "exit", "factory-reset", "final",
    "first-boot-complete", "getty", "graphical", "grub", "halt", "hibernate", "html",
    "hybrid-sleep", "initrd", "integritysetup", "kexec", "keyboard", "local-fs", "local-fs-pre",
    "locale", "machines", "multi-user", "mysql", "network", "network-online", "network-pre",
    "networking", "nginx", "nss", "nss-lookup", "nss-user-lookup", "ntp", "paths", "postgresql",
    "poweroff", "printer", "reboot", "redis", "redis-server", "registrator", "remote-fs",
    "remote-fs-pre", "rescue", "rpcbind", "rsync", "rsyslog", "shutdown", "sleep", "slices",
    "smartcard", "sockets", "soft-reboot", "sound", "ssh", "sshd", "suspend", "swap", "sysinit",
    "syslog", "systemd", "time-set", "time-sync", "timers", "tmpfs", "ufw", "umount",
    "usb-gadget", "useradd", "veritysetup",
})  # fmt: skip

#: Roles whose containers would be called as those that a deploy starts beside the app's own.
DEPLOYS = ("web-surge", "web-canary", "release")

#: Addresses of web at which nginx on the same host finds it.
NGINX_REACHES = (None, "127.0.0.1", "0.0.0.0")  # noqa: S104 - nothing is bound here

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
        if name in DEPLOYS:
            yield f"{path}: deploys have a container that is called so; call the role otherwise"
        for key in ("port", "surge-port", "address", "drain"):
            if name != WEB and key in role:
                yield f"{path}.{key}: web alone has one"
        yield from _options(f"{path}.options", _texts(role, "options"))
    yield from _containers(roles)
    yield from _ports(data, roles.get(WEB, {}))
    yield from _order(_texts(_table(data, "deploy"), "order"), roles)
    registration = _table(data, "registration")
    agent = registration.get("consul")
    if registration.get("kind") == "consul" and isinstance(agent, str) and not _is_local(agent):
        yield "registration.consul: each host asks its own agent, such as 127.0.0.1:8500"


def _options(path: str, words: list[str]) -> Iterator[str]:
    """Whether words are options of `docker run`, each perhaps with a value behind it."""
    value_may_follow = False
    for word in words:
        option = word.partition("=")[0]
        if option in RUNNERS or _BUNDLE.fullmatch(word):
            yield f"{path}: docker-runner sets {option} by itself"
        if not word.startswith("-") and not value_may_follow:
            yield f"{path}: {word} is neither an option nor one's value"
        value_may_follow = word.startswith("-") and "=" not in word


def _ports(data: Mapping[str, Any], web: Mapping[str, Any]) -> Iterator[str]:
    """Whether nginx, and web's surge instance, have their ports for themselves."""
    proxy = _table(data, "proxy")
    listens = [proxy.get("port", HTTP), *([HTTPS] if "tls" in proxy else [])]
    if "tls" in proxy and proxy.get("port") == HTTPS:
        yield f"proxy.port: {HTTPS} is for https, and this one is for http"
    first, count, surge = web.get("port", 0), web.get("instances", 1), web.get("surge-port")
    if not isinstance(first, int) or not isinstance(count, int) or count > MOST_INSTANCES:
        return
    beside = bool({*EITHER} & {*(_texts(data, "targets") or EITHER)})
    taken = [port for port in listens if port in range(first, first + count)]
    if taken and beside:
        yield f"roles.web.port: nginx has {taken[0]}"
    if surge in listens and beside:
        yield f"roles.web.surge-port: nginx has {surge}"
    if surge in range(first, first + count):
        yield f"roles.web.surge-port: an instance of web has {surge}"
    address = web.get("address")
    if "nginx" in _texts(data, "targets") and address not in NGINX_REACHES:
        yield "roles.web.address: nginx on the same host asks 127.0.0.1; leave it out"


def _order(order: list[str], roles: Mapping[str, Any]) -> Iterator[str]:
    """Whether each role that is named is one, and named once."""
    for name in dict.fromkeys(order):
        if name not in roles:
            yield f"deploy.order: there is no role {name}; there are {', '.join(roles)}"
        if order.count(name) > 1:
            yield f"deploy.order: {name} is there {order.count(name)} times"


def _is_local(agent: str) -> bool:
    return agent.startswith(("127.", "localhost:", "[::1]:"))


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
