"""`toolkit apply` on all hosts: shows what differs, asks, installs, tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.deploy.side_by_side import end, side_by_side
from toolkit.errors import ScaffoldError
from toolkit.provision import applying
from toolkit.scaffold.changes import State
from toolkit.scaffold.targets.nginx import UPSTREAMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from toolkit.deploy.ssh import Shell
    from toolkit.provision.applying import Installed
    from toolkit.provision.comparing import Found
    from toolkit.provision.machines import Machine


@dataclass(frozen=True, kw_only=True)
class Approval:
    """How much is done.

    Attributes:
        ask: Asks a question; None where there is nobody to ask.
        yes: Nobody is asked.
        only_show: Nothing is installed.
        prune: Remove what is no longer made.
        force: Write over what was edited by hand.
    """

    ask: Callable[[str], bool] | None
    yes: bool = False
    only_show: bool = False
    prune: bool = False
    force: bool = False

    def given(self, question: str) -> bool:
        """Whether it is to be done."""
        return not self.only_show and (self.yes or (self.ask is not None and self.ask(question)))


def apply(
    shell: Shell,
    app: str,
    machines: tuple[Machine, ...],
    approval: Approval,
    say: Callable[[str], None],
) -> None:
    """Bring hosts to what an app's manifest says.

    Args:
        shell: Runs commands on hosts.
        app: The app.
        machines: The hosts.
        approval: How much is done.
        say: Gets each line for people.

    Raises:
        ScaffoldError: Something differs still, or was edited by hand.
        ToolkitError: A host has failed; the others are done.
    """
    looked = side_by_side(machines, lambda each: applying.look(shell, app, each))
    _show(looked.done, approval, say)
    stopped = {} if approval.force else _edited(looked.done)
    open_ = {
        machine: found
        for machine, found in looked.done.items()
        if applying.wanted(found, prune=approval.prune) and machine not in stopped
    }
    if open_ and approval.given(f"Install on {_names(open_)}?"):
        done = side_by_side(
            open_,
            lambda each: applying.install(
                shell, app, each, looked.done[each], prune=approval.prune
            ),
        )
        for machine, installed in done.done.items():
            for line in lines(app, installed):
                say(f"{machine.name}: {line}")
        end(looked.failed | done.failed)
        open_ = {}
    end(looked.failed)
    if stopped:
        paths = "".join(
            f"\n  - {machine.name}: /{path}" for machine, names in stopped.items() for path in names
        )
        raise ScaffoldError(
            f"nothing was installed where files were edited by hand, or are another's:{paths}",
            f"Take the edit into the manifest; --force writes over them.{_why(stopped)}",
        )
    if open_:
        raise ScaffoldError(
            f"nothing was installed on {_names(open_)}, whose files differ.",
            "" if approval.ask or approval.only_show else "--yes installs without a question.",
        )


def lines(app: str, installed: Installed) -> Iterator[str]:
    """What people are told of an installation, a line each."""
    if installed.written:
        yield f"{_count(installed.written)} installed."
    for path in installed.removed:
        yield f"/{path} removed."
    for line in installed.done:
        yield f"{line}."
    yield from installed.lacks
    if installed.former:
        yield (
            f"{', '.join(installed.former)} run with their former options until they are started "
            f"again: toolkit deploy {app} --restart"
        )


def _show(found: Mapping[Machine, Found], approval: Approval, say: Callable[[str], None]) -> None:
    """What differs, once for all hosts where it is the same; then what is no longer made."""
    texts: dict[str, list[str]] = {}
    for machine, each in found.items():
        text = applying.difference(each, prune=approval.prune, whole=approval.only_show)
        texts.setdefault(text, []).append(machine.name)
        if not text:
            say(f"{machine.name}: {_count(machine.files)}, all as they would be made.")
    for text, names in texts.items():
        if text:
            say(f"== {', '.join(names)}")
            say(text.rstrip("\n"))
    for machine, each in found.items():
        for line in _left(each, prune=approval.prune):
            say(f"{machine.name}: {line}")


def _left(found: Found, *, prune: bool) -> Iterator[str]:
    """What is no longer made and stays, and why."""
    for change in found.changes:
        if change.state is not State.LEFT:
            continue
        if change.path in found.running:
            name = change.path.rpartition("/")[2]
            yield (
                f"/{change.path} is no longer made, and runs: nothing is removed until it is "
                f"stopped there, `systemctl stop {name}`."
            )
        elif not prune:
            yield f"/{change.path} is no longer made; --prune removes it."


def _edited(found: Mapping[Machine, Found]) -> dict[Machine, list[str]]:
    paths = {machine: [each.path for each in applying.hand(its)] for machine, its in found.items()}
    return {machine: each for machine, each in paths.items() if each}


def _why(stopped: Mapping[Machine, list[str]]) -> str:
    if not any(path.startswith(f"{UPSTREAMS}/") for paths in stopped.values() for path in paths):
        return ""
    return (
        f" What is in /{UPSTREAMS} differs while a deploy is under way, or where one was cut off: "
        "`toolkit rollback --unfinished` puts it right."
    )


def _names(machines: Mapping[Machine, Found]) -> str:
    return ", ".join(each.name for each in machines)


def _count(files: tuple[object, ...]) -> str:
    return "1 file" if len(files) == 1 else f"{len(files)} files"
