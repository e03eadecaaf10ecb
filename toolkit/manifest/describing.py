"""What a manifest says and may say, for people and for editors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_origin

from toolkit.manifest.models import Manifest
from toolkit.manifest.reading import tables_of
from toolkit.manifest.words import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pydantic import BaseModel

    from toolkit.manifest.reading import Loaded

DIALECT = "https://json-schema.org/draft/2020-12/schema"

#: How the name of a role is written where any is meant.
ANY = "NAME"


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value of a manifest.

    Attributes:
        path: Its keys, with full stops between them.
        value: What it is.
        origin: The name of the file that says so, "default", or the reason why it is so.
    """

    path: str
    value: Any
    origin: str

    def data(self) -> dict[str, Any]:
        """What a program reads."""
        return {"key": self.path, "value": self.value, "from": self.origin}

    def cells(self) -> tuple[str, str, str]:
        """What a person reads, for a table."""
        return self.path, toml(self.value), self.origin


@dataclass(frozen=True, kw_only=True)
class Key:
    """One key that a manifest may have.

    Attributes:
        path: Its keys, with full stops between them.
        default: Its default as TOML, or what it follows from; an empty text where it has none.
        text: What it is.
        example: A right value as TOML.
    """

    path: str
    default: str
    text: str
    example: str


def resolved(loaded: Loaded) -> tuple[Value, ...]:
    """Every value of a manifest, defaults included, and where it came from."""
    data = loaded.manifest.model_dump(mode="json", by_alias=True)
    return tuple(
        Value(path=dotted(keys), value=value, origin=_origin(keys, loaded))
        for keys, value in _leaves(data)
        if value is not None
    )


def _leaves(data: Any, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401 - JSON
    if isinstance(data, dict) and data:
        for key, value in data.items():
            yield from _leaves(value, (*keys, key))
    else:
        yield keys, data


def _origin(keys: tuple[str, ...], loaded: Loaded) -> str:
    at: Any = loaded.given
    for key in keys:
        if not isinstance(at, dict) or key not in at:
            return loaded.derived.get(dotted(keys), "default")
        at = at[key]
    return loaded.file


def every_key() -> tuple[Key, ...]:
    """Every key that a manifest may have."""
    return tuple(_keys(Manifest))


def _keys(model: type[BaseModel], before: str = "") -> Iterator[Key]:
    for name, field in model.model_fields.items():
        path = f"{before}{field.alias or name}"
        inner = next(tables_of(field.annotation), None)
        if inner:
            of_roles = get_origin(field.annotation) is dict
            yield from _keys(inner, f"{path}.{ANY}." if of_roles else f"{path}.")
            continue
        text, _, default = (field.description or "").removesuffix("]").partition("  [")
        if not default and not field.is_required() and field.default is not None:
            default = toml(field.default)
        yield Key(path=path, default=default, text=text, example=toml((field.examples or [""])[0]))


def schema() -> Mapping[str, Any]:
    """The JSON Schema of a manifest's file. What follows from the app is not required there."""
    made = Manifest.model_json_schema(by_alias=True)
    del made["required"], made["properties"]["roles"]["minProperties"]  # no roles: the usual ones
    return {"$schema": DIALECT, **_closed(made)}


def _closed(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """A schema that refuses keys of another form than a pattern's; pydantic's takes them."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    more = {"additionalProperties": False} if "patternProperties" in schema else {}
    return {key: _closed(value) for key, value in schema.items()} | more


def toml(value: Any) -> str:  # noqa: ANN401 - JSON
    """A value of JSON's, as TOML writes it on one line."""
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{dotted([key])} = {toml(each)}" for key, each in value.items()) + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of plain text: columns as wide as they need to be, the last one as it comes."""
    lines = [tuple(head), *map(tuple, rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head) - 1)]
    return "\n".join(
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[-1]]
        ).rstrip()
        for line in lines
    )
