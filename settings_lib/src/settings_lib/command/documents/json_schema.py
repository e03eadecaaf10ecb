"""A JSON Schema (2020-12) of an app's environment: one object, each variable a text in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from settings_lib.command.documents import words
from settings_lib.sources import FILE_SUFFIX

if TYPE_CHECKING:
    from settings_lib.configured import Configured
    from settings_lib.variables import Var

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_INJECTED = r"(tcp|udp|sctp)://[^/\s]+:[0-9]+"


def json_schema(configured: Configured) -> dict[str, Any]:
    """The schema of an app's environment.

    It takes what the library takes, as far as a pattern can tell: an environment that it refuses is
    wrong. Other variables may be there. What is required under a condition is so in words only.

    Args:
        configured: The app and its variables.
    """
    properties: dict[str, Any] = {}
    for var in configured.variables:
        properties[var.name] = _property(var)
    for var in configured.variables:
        for name in var.aliases:
            properties[name] = {
                "description": f"Another name of {var.name}.",
                "deprecated": True,
                **_values(var, name),
            }
    for var in configured.variables:
        for name in var.fallbacks:
            if name not in properties:  # several variables may fall back to one
                properties[name] = {
                    "description": f"Read where {var.name} is not set.",
                    **_values(None, name),
                    **({"writeOnly": True} if var.secret else {}),
                }
    names = "|".join(properties)
    return {
        "$schema": DIALECT,
        "title": f"The environment of {configured.app.name}",
        "type": "object",
        "properties": properties,
        "patternProperties": {
            f"^({names}){FILE_SUFFIX}$": {
                "type": "string",
                "description": "The path of a file that holds the value.",
            }
        },
        "if": {"not": _is_built(configured)},
        "then": {"allOf": [_one_of(var) for var in configured.variables if var.required is True]},
    }


def _is_built(configured: Configured) -> dict[str, Any]:
    """That it is build mode, in which nothing is required."""
    (build,) = (var for var in configured.variables if var.name == "BUILD")
    yes = "|".join(_any_case(word) for word in ("1", "true", "yes", "on"))
    found = {"properties": {build.name: {"pattern": rf"^\s*({yes})\s*$"}}, "required": [build.name]}
    return {"anyOf": [found, {"required": [build.name + FILE_SUFFIX]}]}


def _property(var: Var) -> dict[str, Any]:
    parts = (
        words.sentence(var.help),
        words.sentence(words.expected(var)),
        words.sentence(words.required(var)),
        words.sentence(f"default: {var.default_text}" if var.default_text else ""),
    )
    result = {"description": " ".join(filter(None, parts)), **_values(var, var.name)}
    if words.default(var) and not var.default_text:
        result["default"] = words.default(var)
    if var.example or (var.right and var.type.name != "str"):
        result["examples"] = [var.right]
    return result


def _values(var: Var | None, name: str) -> dict[str, Any]:
    """What a text must be like. An empty one is as good as none; blanks around it are let go."""
    result: dict[str, Any] = {"type": "string"}
    if var is None:
        return result
    if var.type.choices:
        words_ = "|".join(_any_case(word) for word in var.type.choices)
        result["anyOf"] = [{"enum": list(var.type.choices)}, {"pattern": rf"^(\s*({words_})\s*)?$"}]
    elif var.type.pattern:
        inner = var.type.pattern.removeprefix("^").removesuffix("$")
        injected = rf"|{_INJECTED}" if name.endswith("_PORT") else ""
        result["pattern"] = rf"^(\s*({inner})\s*{injected})?$"
    if var.secret:
        result["writeOnly"] = True
    return result


def _any_case(word: str) -> str:
    return "".join(
        f"[{each.lower()}{each.upper()}]" if each.isalpha() else each for each in word
    ).replace("+", "\\+")


def _one_of(var: Var) -> dict[str, Any]:
    """That it is there under one of its names."""
    return {
        "anyOf": [
            {"required": [each], "properties": {each: {"minLength": 1}}}
            for name in var.names
            for each in (name, name + FILE_SUFFIX)
        ]
    }
