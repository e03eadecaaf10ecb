"""Every variable of an app: the fragments', the other databases', and the app's own."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from settings_lib.fragments import FRAGMENTS
from settings_lib.fragments.database import named_url
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GROUPS = tuple(fragment.group for fragment in FRAGMENTS)

SCHEMA: Mapping[str, Var] = MappingProxyType(
    {var.name: var for group in GROUPS for var in group.variables}
)
"""The variables that every app has, by name. An app changes one by declaring what this gives:
``extra=[SCHEMA["DB_HOST"].with_aliases("PGHOST")]``."""

OWN = "The app's own"


def groups_for(
    *,
    extra: Iterable[Var | Group] = (),
    require: Iterable[str] = (),
    databases: Iterable[str] = (),
) -> tuple[Group, ...]:
    """Every variable of an app, by subject.

    Args:
        extra: The app's own; a `Group` has a heading of its own. One of a known name replaces that.
        require: Names of optional variables that this app cannot do without.
        databases: The aliases of its databases besides ``default``.

    Returns:
        The groups: the fragments', then the app's.

    Raises:
        ValueError: A name is declared twice, or required but not declared, or a variable that is
            replaced would be of another type.
    """
    groups = [*GROUPS]
    urls = tuple(named_url(alias) for alias in databases)
    if urls:
        groups.append(Group(title="Other databases", variables=urls))
    changed: dict[str, Var] = {}
    single: list[Var] = []
    own: list[Group] = []
    for each in extra:
        if isinstance(each, Group):
            own.append(each)
        elif each.name in SCHEMA:
            changed[each.name] = _of_same_type(each)
        else:
            single.append(each)
    if single:
        own.insert(0, Group(title=OWN, variables=tuple(single)))
    required = set(require)
    result = tuple(
        replace(
            group,
            variables=tuple(
                replace(var, required=True) if var.name in required else var
                for var in (changed.get(var.name, var) for var in group.variables)
            ),
        )
        for group in (*groups, *own)
    )
    _check_names(result, required)
    return result


def variables_of(groups: Iterable[Group]) -> tuple[Var, ...]:
    """The variables of groups, in their order."""
    return tuple(var for group in groups for var in group.variables)


def _of_same_type(var: Var) -> Var:
    if var.type.name != SCHEMA[var.name].type.name:
        raise ValueError(
            f"{var.name} is declared as {var.type.name}, and the library reads it as "
            f"{SCHEMA[var.name].type.name}."
        )
    return var


def _check_names(groups: Iterable[Group], required: set[str]) -> None:
    variables = variables_of(groups)
    names = [name for var in variables for name in (var.name, *var.aliases)]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"Declared twice: {', '.join(sorted(twice))}")
    unknown = required - {var.name for var in variables}
    if unknown:
        raise ValueError(f"Required but not declared: {', '.join(sorted(unknown))}")
