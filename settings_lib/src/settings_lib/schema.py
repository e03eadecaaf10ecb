"""Every variable of an app: the fragments', the other databases', and the app's own."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from settings_lib.declaring import check_extra, check_names, items
from settings_lib.errors import DeclarationError
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
        DeclarationError: A declaration is wrong, a name is declared twice or required but not
            declared, or a variable that is replaced would be of another type.
    """
    extra = items(extra, "extra", "Var(name=…, help=…)")
    require = items(require, "require", '"CACHE_URL"')
    check_extra(extra)
    groups = [*GROUPS]
    urls = tuple(named_url(alias) for alias in items(databases, "databases", '"replica"'))
    if urls:
        groups.append(Group(title="Other databases", variables=urls))
    known = {**SCHEMA, **{var.name: var for var in urls}}
    changed: dict[str, Var] = {}
    single: list[Var] = []
    own: list[Group] = []
    for each in extra:
        if isinstance(each, Group):
            own.append(each)
        elif each.name in known:
            changed[each.name] = _of_same_type(each, known[each.name])
        else:
            single.append(each)
    if single:
        own.insert(0, Group(title=OWN, variables=tuple(single)))
    result = tuple(
        replace(
            group,
            variables=tuple(
                replace(var, required=True) if var.name in require else var
                for var in (changed.get(var.name, var) for var in group.variables)
            ),
        )
        for group in (*groups, *own)
    )
    check_names(variables_of(result), require)
    return result


def own_variables(groups: Iterable[Group], databases: Iterable[str] = ()) -> tuple[Var, ...]:
    """The variables that are the app's own: each is a setting of the same name.

    Args:
        groups: What `groups_for` gave.
        databases: As there.
    """
    common = {*SCHEMA, *(named_url(alias).name for alias in databases)}
    return tuple(var for var in variables_of(groups) if var.name not in common)


def variables_of(groups: Iterable[Group]) -> tuple[Var, ...]:
    """The variables of groups, in their order."""
    return tuple(var for group in groups for var in group.variables)


def _of_same_type(var: Var, known: Var) -> Var:
    if var.type.name != known.type.name:
        raise DeclarationError(
            f"{var.name} is declared as {var.type.name}, and the library reads it as "
            f"{known.type.name}. Give it another name, or change what "
            f'SCHEMA["{var.name}"] gives: with_aliases, dataclasses.replace.'
        )
    return var
