"""Connections of ours to the app's database, apart from those that the app uses."""

from __future__ import annotations

import copy

from django.conf import settings  # type: ignore[import-untyped,import-not-found,unused-ignore]
from django.db import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    connections,
)
from django.db.utils import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    load_backend,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

#: The alias that DIRECT_DATABASE is for.
DEFAULT = "default"


def direct(alias: str = DEFAULT) -> dict[str, Any]:
    """Return how the database is reached without a pooler: a complete entry of DATABASES.

    That is the alias's own entry. The setting DIRECT_DATABASE, where there is one, is laid over the
    default database's, and takes its pool away: a session of its own is what it is for.
    """
    entry: dict[str, Any] = copy.deepcopy(connections[alias].settings_dict)
    other = getattr(settings, "DIRECT_DATABASE", None)
    if alias != DEFAULT or not other:
        return entry
    options = dict(other.get("OPTIONS") or {})
    if other.get("ENGINE", entry["ENGINE"]) == entry["ENGINE"]:
        options = {**(entry.get("OPTIONS") or {}), **options}
    options.pop("pool", None)
    return {**entry, **copy.deepcopy(dict(other)), "OPTIONS": options}


def is_direct(alias: str = DEFAULT) -> bool:
    """Return whether the settings name another way to the database than the app's own."""
    return alias == DEFAULT and bool(getattr(settings, "DIRECT_DATABASE", None))


def use_direct(alias: str = DEFAULT) -> None:
    """Let this whole process reach the database as `direct` says, from its next query on."""
    if not is_direct(alias):
        return
    entry = direct(alias)
    present = connections[alias]
    present.close()
    # In place: django.conf.settings.DATABASES holds the same dict.
    present.settings_dict.update(entry)
    del connections[alias]  # the next one may have another engine


def private(
    alias: str = DEFAULT,
    defaults: Mapping[str, Any] | None = None,
    **options: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401 - Django has no types
    """Return a connection of our own, not yet connected: autocommit, no pool, never reused.

    It is in no transaction while it is not asked anything, so that nothing waits for it, such as
    CREATE INDEX CONCURRENTLY.

    Args:
        alias: the database.
        defaults: what its driver gets where the settings' OPTIONS do not say otherwise.
        options: what its driver gets, whatever they say.
    """
    entry = direct(alias)
    own = dict(entry.get("OPTIONS") or {})
    own.pop("pool", None)
    entry.update(
        OPTIONS={**(defaults or {}), **own, **options},
        AUTOCOMMIT=True,
        CONN_MAX_AGE=None,
        CONN_HEALTH_CHECKS=False,
    )
    connection = load_backend(entry["ENGINE"]).DatabaseWrapper(entry, alias)
    connection.inc_thread_sharing()  # used by one at a time, wherever that is
    return connection
