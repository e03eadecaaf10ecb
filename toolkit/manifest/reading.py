"""Reads a manifest: finds the file, completes it, and tells every mistake at once."""

from __future__ import annotations

import json
import math
import os
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from toolkit.errors import ManifestError, UsageError
from toolkit.manifest import rules
from toolkit.manifest.defaults import derived
from toolkit.manifest.models import Manifest
from toolkit.manifest.words import AppName, dotted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pydantic_core import ErrorDetails

FILE = "toolkit.toml"
PYPROJECT = "pyproject.toml"


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A manifest, and where it came from.

    Attributes:
        manifest: The manifest, complete.
        file: The name of its file, or an empty text where there is none.
        given: What the file has.
        derived: What follows from the app, by path, with the reason.
    """

    manifest: Manifest
    file: str
    given: Mapping[str, Any]
    derived: Mapping[str, str]


def load(app: str, folder: Path, file: Path | None = None) -> Loaded:
    """Read an app's manifest.

    Args:
        app: The app's name; an empty text for the one that the file names.
        folder: The app's folder, where `toolkit.toml`, else `[tool.toolkit]` of `pyproject.toml`
            is looked for. Neither has to be there.
        file: Another file.

    Raises:
        UsageError: The file is not there, or another app's.
        ManifestError: It is wrong.
    """
    where, given = _find(folder, file)
    named = given.get("name")
    if app:
        _check_name(app)
    elif not isinstance(named, str):
        raise UsageError(
            "no app is named, and there is no manifest here that names one.",
            "Name it: toolkit scaffold antisocial",
        )
    if app and isinstance(named, str) and named != app:
        raise UsageError(
            f"{where} is the manifest of {named!r}, not of {app!r}.",
            "Name that app, its folder by --directory, or its manifest by --manifest.",
        )
    more, reasons = derived(app or str(named), given, folder)
    manifest = _validated(_merged(more, given), where or app)
    return Loaded(manifest=manifest, file=where, given=given, derived=reasons)


def _check_name(app: str) -> None:
    try:
        TypeAdapter(AppName).validate_python(app)
    except ValidationError as error:
        raise UsageError(
            f"{app[:64]!r} is no name of an app: {_told(error.errors()[0])}.",
            "A package of another name is the manifest's: package = …",
        ) from None


def _validated(data: Mapping[str, Any], where: str) -> Manifest:
    # A date is no type of JSON's, and none of a manifest's: NaN is refused wherever it stands.
    text = json.dumps(data, default=lambda _: math.nan)
    problems = [*rules.broken(data)]
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise ManifestError(where, sorted({*_problems(error), *problems})) from None
    if problems:
        raise ManifestError(where, sorted(problems))
    return manifest


def _find(folder: Path, file: Path | None) -> tuple[str, dict[str, Any]]:
    """The name of the manifest's file, or an empty text where there is none, and what it has."""
    if file is not None:
        found = _parse(file)
        if file.name != PYPROJECT:
            return file.name, found
        if "toolkit" not in _tools(found):
            raise UsageError(f"{file} has no [tool.toolkit].", "Leave --manifest out, or write it.")
        return file.name, _table(found)
    if os.path.lexists(folder / FILE):
        return FILE, _parse(folder / FILE)
    if os.path.lexists(folder / PYPROJECT):
        found = _parse(folder / PYPROJECT)
        if "toolkit" in _tools(found):
            return PYPROJECT, _table(found)
    return "", {}


def _tools(pyproject: dict[str, Any]) -> dict[str, Any]:
    tool = pyproject.get("tool")
    return tool if isinstance(tool, dict) else {}


def _table(pyproject: dict[str, Any]) -> dict[str, Any]:
    table = _tools(pyproject)["toolkit"]
    if not isinstance(table, dict):
        raise ManifestError(PYPROJECT, ["tool.toolkit: expected a table"])
    return table


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"the manifest {path} cannot be read: {error.strerror}.",
            "Without any, everything has a default.",
        ) from None
    except RecursionError:
        raise ManifestError(path.name, ["it is no TOML: nested too deeply"]) from None
    except ValueError as error:  # also of numbers with thousands of digits, and of what is no UTF-8
        raise ManifestError(path.name, [f"it is no TOML: {error}"]) from None


def _merged(more: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What the file has, and beside it what follows from the app."""
    result = dict(more)
    for key, value in given.items():
        other = more.get(key)
        if isinstance(value, dict) and isinstance(other, dict):
            result[key] = _merged(other, value)
        else:
            result[key] = value
    return result


def _problems(error: ValidationError) -> Iterator[str]:
    """What is wrong, a line each: its path in the file, and what is expected there."""
    for each in error.errors(include_url=False):
        if each["type"] != "too_short" or not each["input"]:  # else it has items, all wrong
            path = dotted(part for part in each["loc"] if part != "[key]")
            yield f"{path}: {_told(each)}"


#: What is expected, by the type of pydantic's error.
_EXPECTED = {
    "string_type": "text in quotation marks",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "too_short": "{min_length} or more items",
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le:g} or less",
}


def _told(each: ErrorDetails) -> str:
    if each["type"] == "extra_forbidden":
        *tables, key = map(str, each["loc"])
        known = _keys(tables)
        nearest = _nearest(key.replace("_", "-"), known)
        return f"unknown{nearest}" if nearest else f"unknown; there are {', '.join(known)}"
    if each["type"] == "missing":
        return "missing"
    if each["type"] == "literal_error":
        expected = each["ctx"]["expected"]
        allowed = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
        return f"expected {expected}{_nearest(str(each['input']), allowed)}"
    if each["type"] in _EXPECTED:
        return f"expected {_EXPECTED[each['type']].format(**each.get('ctx', {}))}"
    return each["msg"].removeprefix("Value error, ")


def _nearest(word: str, allowed: list[str]) -> str:
    close = get_close_matches(word, allowed, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _keys(tables: list[str]) -> list[str]:
    """The keys of a table, by its path."""
    model: type[BaseModel] = Manifest
    for table in tables:
        field = model.model_fields.get(table.replace("-", "_"))
        if field is None:
            continue  # the name of a role, in a table of them
        model = next(tables_of(field.annotation), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def tables_of(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - any type's
    """The tables that a field's type has: itself, an item of a union, the values of a table."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from tables_of(part)
