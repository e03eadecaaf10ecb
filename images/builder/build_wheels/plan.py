"""Decides, for every package, whether to keep, to download or to build."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from build_wheels.manifest import Manifest, Package, sha256_of
from build_wheels.selection import Kind, Wanted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from build_wheels.manifest import Stamp


@dataclass
class Plan:
    """What is to be done."""

    keep: list[Package] = field(default_factory=list)
    fetch: list[Wanted] = field(default_factory=list)  # wheels, ready as they are
    build: list[Wanted] = field(default_factory=list)


def plan(
    wanted: Iterable[Wanted],
    previous: Manifest | None,
    *,
    stamp: Stamp,
    intact: Collection[str],
    rebuild: Collection[str] = (),
) -> Plan:
    """Compare what is wanted with what is there.

    Args:
        wanted: the packages.
        previous: the wheelhouse's manifest.
        stamp: the builder's; what another builder has built is of no use here.
        intact: the file names whose contents are what the manifest says.
        rebuild: names of packages to make anew in any case.
    """
    there = {p.identity: p for p in previous.packages} if previous else {}
    same_builder = previous is not None and previous.stamp == stamp
    result = Plan()
    for want in wanted:
        old = there.get(want.identity)
        if (
            old is not None
            and old.name == want.name
            and old.filename in intact
            and want.name not in rebuild
            and (same_builder or old.origin == "downloaded")
        ):
            result.keep.append(old)
        elif want.kind is Kind.WHEEL:
            result.fetch.append(want)
        else:
            result.build.append(want)
    return result


def intact_files(wheelhouse: Path, previous: Manifest | None) -> set[str]:
    """The names of the files that are what the manifest says.

    Args:
        wheelhouse: its folder.
        previous: its manifest.
    """
    if previous is None:
        return set()
    files = [(p.filename, p.filename, p.sha256) for p in previous.packages]
    files += [(d.filename, f"debs/{d.filename}", d.sha256) for d in previous.debs]
    return {
        name
        for name, path, sha256 in files
        if (wheelhouse / path).is_file() and sha256_of(wheelhouse / path) == sha256
    }
