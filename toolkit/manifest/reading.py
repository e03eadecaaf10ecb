"""Reads a manifest: finds the file, completes it, and tells every mistake at once."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from toolkit.errors import ManifestError, UsageError
from toolkit.manifest.defaults import derived
from toolkit.manifest.models import Manifest

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
    path, given = _find(folder, file)
    where = path.name if path else ""
    if not app and not isinstance(given.get("name"), str):
        raise UsageError(
            "no app is named, and there is no manifest here that names one.",
            "Name it: toolkit scaffold antisocial",
        )
    if app and given.get("name", app) != app:
        raise UsageError(
            f"{where} is the manifest of {given['name']!r}, not of {app!r}.",
            "Name that app, its folder by --directory, or its manifest by --manifest.",
        )
    more, reasons = derived(app or given["name"], given, folder)
    try:
        manifest = Manifest.model_validate_json(json.dumps(_merged(more, given), default=str))
    except ValidationError as error:
        raise ManifestError(where or app, sorted(set(_problems(error)))) from None
    return Loaded(manifest=manifest, file=where, given=given, derived=reasons)


def _find(folder: Path, file: Path | None) -> tuple[Path | None, dict[str, Any]]:
    """The file of the manifest, and what it has."""
    if file is not None:
        if not file.is_file():
            raise UsageError(f"there is no manifest {file}.", "Leave --manifest out, or write it.")
        found = _parse(file)
        return file, found if file.name != PYPROJECT else _table(found)
    if (folder / FILE).is_file():
        return folder / FILE, _parse(folder / FILE)
    if (folder / PYPROJECT).is_file():
        found = _table(_parse(folder / PYPROJECT))
        if found:
            return folder / PYPROJECT, found
    return None, {}


def _table(pyproject: dict[str, Any]) -> dict[str, Any]:
    tool = pyproject.get("tool")
    table = tool.get("toolkit") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else {}


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
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
        path = ".".join(str(part) for part in each["loc"] if part != "[key]")
        yield f"{path}: {_told(each)}" if path else _told(each)


def _told(each: ErrorDetails) -> str:
    if each["type"] == "extra_forbidden":
        *tables, key = map(str, each["loc"])
        close = get_close_matches(key.replace("_", "-"), _keys(tables), n=1)
        known = ", ".join(_keys(tables))
        return f"unknown; did you mean {close[0]}?" if close else f"unknown; there are {known}"
    if each["type"] == "missing":
        return "missing"
    if each["type"] == "literal_error":
        return f"expected {each['ctx']['expected']}{_nearest(each)}"
    text = each["msg"].removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def _nearest(each: ErrorDetails) -> str:
    allowed = [
        word.strip("'") for word in each["ctx"]["expected"].replace(" or ", ", ").split(", ")
    ]
    close = get_close_matches(str(each["input"]), allowed, n=1)
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
