"""Renders the templates of the targets: files with the names that they get on a host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from toolkit.resources import TARGETS
from toolkit.scaffold import quoting

if TYPE_CHECKING:
    from toolkit.manifest import Manifest

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TARGETS),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 - no HTML of anybody's; each value is quoted for its reader
)
_ENVIRONMENT.filters |= {
    "sh": quoting.shell,
    "systemd": quoting.systemd,
    "argument": quoting.systemd_argument,
    "yaml": quoting.yaml,
    "compose": quoting.compose,
    "nginx": quoting.nginx,
}


def render(name: str, manifest: Manifest, **values: Any) -> str:  # noqa: ANN401 - as jinja2
    """Render a template.

    Args:
        name: The target, a slash and the template's name.
        manifest: What every template has, as ``app``.
        values: What it has besides.
    """
    target, _, file = name.partition("/")
    template = _ENVIRONMENT.get_template(f"{target}/templates/{file}")
    return template.render(app=manifest, **values)


def static(name: str) -> str:
    """The text of a template that has nothing to render."""
    target, _, file = name.partition("/")
    return (TARGETS / target / "templates" / file).read_text(encoding="utf-8")
