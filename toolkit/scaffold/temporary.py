"""The containers that a deploy starts beside an app's own, and removes: no init has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.manifest import Role
from toolkit.manifest.defaults import PORT, surge_port
from toolkit.manifest.models import WEB
from toolkit.scaffold.instances import Instance, instances

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.manifest import Manifest

#: What docker-runner is asked for: INSTANCE=surge.
SURGE, CANARY, RELEASE = "surge", "canary", "release"

#: Seconds that a release has to end when it is stopped.
RELEASE_STOP = 30

#: Options of `docker run` with a value that one container of a host alone can have.
_ONCE = frozenset({"--publish", "-p", "--ip", "--ip6", "--mac-address", "--cidfile"})


@dataclass(frozen=True, kw_only=True)
class Temporary(Instance):
    """One such container.

    Attributes:
        kind: What docker-runner is asked for.
    """

    kind: str


def temporary(manifest: Manifest, host: str = "") -> Iterator[Temporary]:
    """Every such container of an app: those of web where there is web, a release wherever it is.

    Args:
        manifest: The app's.
        host: The host that they run on; an empty text for all that there are on any.
    """
    there = [each.role for each in instances(manifest, host)]
    if manifest.web and WEB in there:
        yield _of_web(manifest, manifest.web, SURGE, manifest.web.surge_port or surge_port(PORT))
        yield _of_web(manifest, manifest.web, CANARY, None)
    if there:
        name = f"{manifest.name}-{RELEASE}"
        said = {"verb": manifest.release.verb, "stop-timeout": RELEASE_STOP}
        settings = Role.model_validate(said)
        yield Temporary(
            kind=RELEASE, role=RELEASE, name=name, job=name, port=None, settings=settings
        )


def of_kind(manifest: Manifest, kind: str) -> Temporary:
    """The one that docker-runner is asked for by a word.

    Args:
        manifest: The app's, which has web where that is web's.
        kind: The word.
    """
    return next(each for each in temporary(manifest) if each.kind == kind)


def surge(manifest: Manifest, host: str = "") -> Temporary | None:
    """What serves while a deploy restarts an instance of web; None where there is no web.

    Args:
        manifest: The app's.
        host: The host; an empty text for any.
    """
    return next((each for each in temporary(manifest, host) if each.kind == SURGE), None)


def _of_web(manifest: Manifest, web: Role, kind: str, port: int | None) -> Temporary:
    name = f"{manifest.name}-{WEB}-{kind}"
    settings = web.model_copy(update={"options": (*_shared(web.options),)})
    return Temporary(kind=kind, role=WEB, name=name, job=name, port=port, settings=settings)


def _shared(words: Sequence[str]) -> Iterator[str]:
    """The options that a second container of the same host can have too."""
    value_follows = False
    for word in words:
        option, equals, _ = word.partition("=")
        if value_follows:
            value_follows = False
        elif option in _ONCE:
            value_follows = not equals
        elif option != "--publish-all" and not word.startswith(("-p", "-P")):
            yield word
