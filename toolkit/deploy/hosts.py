"""Which hosts an app has, who works on them, and what each of them runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from toolkit.errors import UsageError
from toolkit.manifest.models import WEB
from toolkit.scaffold.instances import Instance, instances

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.manifest import Manifest

ROOT = "root"

Discovery = Literal["consul", "nginx", "none"]
"""By what proxies learn of instances: Consul, nginx's own list beside them, or nobody knows."""


@dataclass(frozen=True, kw_only=True)
class Host:
    """A host, and the user that works on it.

    Attributes:
        name: What the manifest calls it, without a user; OpenSSH's configuration may know more.
        user: The user.
    """

    name: str
    user: str

    @property
    def address(self) -> str:
        """What `ssh` is given."""
        return f"{self.user}@{self.name}"

    @property
    def sudo(self) -> tuple[str, ...]:
        """What stands before a command of root's."""
        return () if self.user == ROOT else ("sudo", "-n")

    def admin(self, user: str) -> Host:
        """The same host, for a user with all rights."""
        return Host(name=self.name, user=user)


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """An app's hosts, or those of them that are asked for.

    Attributes:
        manifest: The app's.
        hosts: Those that run roles, web's first; the first of the app's is its leader.
        leader: Where a lock is taken first, and a release is run.
        proxies: Those whose nginx has a list from Consul.
        roles: The roles that are asked for; empty for all.
    """

    manifest: Manifest
    hosts: tuple[Host, ...]
    leader: Host
    proxies: tuple[Host, ...]
    roles: frozenset[str] = frozenset()

    @property
    def app(self) -> str:
        """The app's name."""
        return self.manifest.name

    def instances(self, host: Host) -> tuple[Instance, ...]:
        """The containers of the roles asked for that a host runs."""
        return tuple(
            each
            for each in instances(self.manifest, _named(self.manifest, host))
            if not self.roles or each.role in self.roles
        )

    def web(self, host: Host) -> tuple[Instance, ...]:
        """Its instances of web."""
        return tuple(each for each in self.instances(host) if each.role == WEB)

    @property
    def discovery(self) -> Discovery:
        """By what proxies learn of web's instances."""
        targets = set(self.manifest.targets)
        if targets & {"proxy", "registration"}:
            return "consul"
        return "nginx" if "nginx" in targets else "none"

    @property
    def by_agent(self) -> bool:
        """Whether each host tells its own agent of Consul of its instances of web."""
        kind = self.manifest.registration.kind
        return "registration" in self.manifest.targets and kind == "consul"

    @property
    def everywhere(self) -> tuple[Host, ...]:
        """The hosts that run roles, and the proxies."""
        return tuple(dict.fromkeys((*self.hosts, *self.proxies)))


def fleet(manifest: Manifest, hosts: Iterable[str] = (), roles: Iterable[str] = ()) -> Fleet:
    """An app's hosts.

    Args:
        manifest: The app's.
        hosts: Those that are asked for; none for all. A manifest that names none has these.
        roles: The roles that are asked for; none for all.

    Raises:
        UsageError: There is none, or one that is asked for is no host of the app's, or no role.
    """
    wanted, only = tuple(hosts), frozenset(roles)
    unknown = sorted(only - set(manifest.roles))
    if unknown:
        raise UsageError(
            f"{manifest.name} has no role {unknown[0]!r}.",
            f"Its roles are {', '.join(manifest.roles)}.",
        )
    named = [_host(each, manifest) for each in _names(manifest)]
    if not named:
        named = [_host(each, manifest) for each in wanted]
    if not named:
        raise UsageError(
            f"the manifest of {manifest.name} names no hosts.",
            'Name them: hosts = ["app1.example.org"] under [deploy], or --host.',
        )
    _check_users(named)
    known = {each.name: each for each in named}
    missing = [each for each in wanted if _host(each, manifest).name not in known]
    if missing:
        raise UsageError(
            f"the manifest of {manifest.name} names no host {missing[0]!r}.",
            f"It names {', '.join(known)}.",
        )
    chosen = {_host(each, manifest).name for each in wanted} or set(known)
    found = Fleet(
        manifest=manifest,
        hosts=tuple(each for each in known.values() if each.name in chosen),
        leader=named[0],
        proxies=_proxies(manifest, tuple(known.values())),
        roles=only,
    )
    there = tuple(each for each in found.hosts if found.instances(each))
    if not there:
        raise UsageError(
            f"nothing of {manifest.name} that is asked for runs on {', '.join(sorted(chosen))}.",
            f"Its hosts are {', '.join(known)}; `toolkit manifest show` tells their roles.",
        )
    return replace(found, hosts=there)


def _proxies(manifest: Manifest, hosts: tuple[Host, ...]) -> tuple[Host, ...]:
    """The hosts with consul-template; where none is named, all have it."""
    if "proxy" not in manifest.targets:
        return ()
    named = tuple(_host(each, manifest) for each in manifest.proxy.hosts)
    return tuple(dict.fromkeys(named)) or hosts


def _names(manifest: Manifest) -> Iterator[str]:
    """The hosts that the manifest names, web's first."""
    first = [manifest.roles[WEB]] if WEB in manifest.roles else []
    for role in (*first, *manifest.roles.values()):
        yield from role.hosts or manifest.deploy.hosts


def _host(text: str, manifest: Manifest) -> Host:
    user, _, name = text.rpartition("@")
    return Host(name=name, user=user or manifest.deploy.user)


def _named(manifest: Manifest, host: Host) -> str:
    """What the manifest calls a host: with a user, where it names one."""
    return next((each for each in _names(manifest) if each.rpartition("@")[2] == host.name), "")


def _check_users(hosts: Iterable[Host]) -> None:
    users: dict[str, str] = {}
    for each in hosts:
        if users.setdefault(each.name, each.user) != each.user:
            raise UsageError(
                f"the manifest names {each.name} with two users: {users[each.name]}, {each.user}.",
                "One user deploys to a host.",
            )
