"""What a manifest says and may say, for people and for editors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.manifest.models import Manifest
from toolkit.manifest.reading import tables_of

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
        return self.path, json.dumps(self.value, ensure_ascii=False), self.origin


@dataclass(frozen=True, kw_only=True)
class Key:
    """One key that a manifest may have.

    Attributes:
        path: Its keys, with full stops between them.
        default: Its default as TOML, or what it follows from.
        text: What it is.
        examples: Right values.
    """

    path: str
    default: str
    text: str
    examples: tuple[Any, ...]


def resolved(loaded: Loaded) -> tuple[Value, ...]:
    """Every value of a manifest, defaults included, and where it came from."""
    data = loaded.manifest.model_dump(mode="json", by_alias=True)
    return tuple(
        Value(path=path, value=value, origin=_origin(path, loaded))
        for path, value in _leaves(data)
        if value is not None
    )


def _leaves(data: Any, path: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - JSON
    if isinstance(data, dict) and data:
        for key, value in data.items():
            yield from _leaves(value, f"{path}.{key}" if path else key)
    else:
        yield path, data


def _origin(path: str, loaded: Loaded) -> str:
    at: Any = loaded.given
    for key in path.split("."):
        if not isinstance(at, dict) or key not in at:
            break
        at = at[key]
    else:
        return loaded.file
    return loaded.derived.get(path, "default")


def every_key() -> tuple[Key, ...]:
    """Every key that a manifest may have."""
    return tuple(_keys(Manifest))


def _keys(model: type[BaseModel], before: str = "") -> Iterator[Key]:
    for name, field in model.model_fields.items():
        path = f"{before}{field.alias or name}"
        tables = list(tables_of(field.annotation))
        if tables and not (field.examples and "dict" not in str(field.annotation)):
            inner = f"{path}.{ANY}." if "dict" in str(field.annotation) else f"{path}."
            yield from _keys(tables[0], inner)
            continue
        text, _, default = (field.description or "").removesuffix("]").partition("  [")
        if not default and not field.is_required() and field.default is not None:
            default = json.dumps(_plain(field.default), ensure_ascii=False)
        yield Key(
            path=path,
            default=default,
            text=text,
            examples=tuple(field.examples or ()),
        )


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field's
    return list(value) if isinstance(value, tuple) else value


def schema() -> Mapping[str, Any]:
    """The JSON Schema of a manifest's file. What follows from the app is not required there."""
    made = Manifest.model_json_schema(by_alias=True)
    required = [name for name in made.pop("required", []) if name not in _FOLLOWING]
    return {"$schema": DIALECT, **made, **({"required": required} if required else {})}


_FOLLOWING = ("name", "package", "image", "roles")


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
