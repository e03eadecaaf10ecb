"""SSH to the hosts: a key, the hosts' keys, and OpenSSH's configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from containers import command

HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Access:
    """What `ssh -F` needs, in a folder.

    Args:
        folder: where it is.
    """

    folder: Path

    @property
    def config(self) -> Path:
        """Every host at its address."""
        return self.folder / "ssh_config"

    @property
    def jump(self) -> Path:
        """The app hosts through the proxy's alone: their names are known there only."""
        return self.folder / "ssh_config.jump"

    @property
    def key(self) -> Path:
        return self.folder / "key"

    @property
    def public(self) -> str:
        """The key that the hosts let in."""
        return self.key.with_suffix(".pub").read_text().strip()

    @classmethod
    def make(cls, folder: Path) -> Access:
        """Make a key."""
        access = cls(folder=folder)
        folder.mkdir(parents=True, exist_ok=True)
        argv = ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "tests", "-f")
        made = command(*argv, str(access.key))
        assert made.returncode == 0, made.stderr
        return access

    def write(self, addresses: dict[str, str], keys: dict[str, str]) -> None:
        """Write the configurations.

        Args:
            addresses: of each host, by name.
            keys: its public key.
        """
        known = self.folder / "known_hosts"
        known.write_text("".join(f"{name} {key.strip()}\n" for name, key in keys.items()))
        common = "\n".join(
            (
                "Host *",
                "    User deploy",
                f"    IdentityFile {self.key}",
                "    IdentitiesOnly yes",
                f"    UserKnownHostsFile {known}",
                "    GlobalKnownHostsFile /dev/null",
                "    StrictHostKeyChecking yes",
                "    UpdateHostKeys no",
                "",
            )
        )

        def direct(name: str) -> str:
            return f"Host {name}\n    HostName {addresses[name]}\n    HostKeyAlias {name}\n"

        def jumping(name: str) -> str:
            return f"Host {name}\n    ProxyJump proxy1\n    HostKeyAlias {name}\n"

        self.config.write_text("".join(map(direct, addresses)) + common)
        through = (jumping(name) if name.startswith("app") else direct(name) for name in addresses)
        self.jump.write_text("".join(through) + common)

    def run(self, host: str, script: str, *, user: str = "deploy", jump: bool = False):
        """Run a script on a host, as somebody with SSH and nothing else."""
        config = self.jump if jump else self.config
        return command("ssh", "-F", str(config), f"{user}@{host}", script)
