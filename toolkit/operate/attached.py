"""Commands on a host that belong to a person's terminal, and leave nothing there at their end."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from toolkit.deploy.commands import Remote
from toolkit.deploy.ssh import LOST
from toolkit.errors import HostError

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.deploy.hosts import Host
    from toolkit.deploy.ssh import Ssh

#: Finds out whether a host is there.
HELLO = Remote(argv=("true",))


def run(ssh: Ssh, host: Host, remote: Remote, *, terminal: bool) -> int:
    """Run a command with this process's own stdin, stdout and stderr.

    Args:
        ssh: Knows the way.
        host: Where.
        remote: What.
        terminal: With a terminal there: for a person. Without one, bytes come as they are.

    Returns:
        Its exit code.

    Raises:
        HostError: The host cannot be reached, or was lost.
    """
    ssh.run(host, HELLO)
    process = subprocess.Popen(ssh.argv(host, remote, terminal=terminal))
    while True:
        try:
            code = process.wait()
            break
        except KeyboardInterrupt:  # the command's too: it ends as it likes, and so does this
            continue
    if code == LOST:  # the command's own, or a connection that broke
        ssh.run(host, HELLO)
    return code


def follow(ssh: Ssh, host: Host, remote: Remote, listen: Callable[[str], None]) -> Followed:
    """Start a command that goes on until it is ended here.

    It gets a terminal on the host: the kernel there ends what is left as soon as that is gone, also
    what runs as root.

    Args:
        ssh: Knows the way.
        host: Where.
        remote: What.
        listen: Gets each line that it prints.

    Raises:
        HostError: The host cannot be reached.
    """
    ssh.run(host, HELLO)
    program, *rest = ssh.argv(host, remote, terminal=True)
    process = subprocess.Popen(
        (program, "-t", *rest),  # twice: also where here is none
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,  # an interrupt of this terminal is judged here
    )
    return Followed(host=host, process=process, listen=listen)


class Followed:
    """A command that goes on.

    Args:
        host: Where.
        process: The local end.
        listen: Gets each line.
    """

    def __init__(
        self, host: Host, process: subprocess.Popen[str], listen: Callable[[str], None]
    ) -> None:
        self._host, self._process, self._listen = host, process, listen
        self._wanted = True

    def until_end(self) -> None:
        """Hand on lines until it ends.

        Raises:
            HostError: The host was lost.
        """
        for line in self._process.stdout or ():
            self._listen(line)
        _, error = self._process.communicate()
        if self._process.returncode == LOST and self._wanted:
            raise HostError(
                f"{self._host.name} was lost: {error.strip() or 'the connection was closed'}",
                f"Try it: ssh {self._host.address} true",
            )

    def end(self) -> None:
        """End it, here and there."""
        self._wanted = False
        self._process.terminate()
