"""How a value is written for each program that reads it. Each takes a text, and gives one."""

from __future__ import annotations

import json
import shlex

shell = shlex.quote


def systemd(text: str) -> str:
    """A word of a unit's command line or of ``Environment=``.

    A percent sign begins a specifier, a dollar sign a variable; see systemd.service(5), COMMAND
    LINES, and systemd.unit(5), SPECIFIERS.
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    plain = escaped == text and text and not any(each.isspace() or each in "';" for each in text)
    return escaped if plain else f'"{escaped}"'


def systemd_argument(text: str) -> str:
    """A word of ``ExecStart=``, where ``$`` is a variable's besides."""
    return systemd(text.replace("$", "$$"))


def yaml(text: str) -> str:
    """A scalar of YAML 1.2, of which JSON's texts are a part."""
    return json.dumps(text, ensure_ascii=False)


def compose(text: str) -> str:
    """A scalar of a compose file, which expands ``$``."""
    return yaml(text.replace("$", "$$"))


def nginx(text: str) -> str:
    """A parameter of a directive. There is no way to say a dollar sign, so it has none."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def consul_template(text: str) -> str:
    """Text that consul-template passes on as it is, where ``[[`` begins an action."""
    return text.replace("[[", '[[ "[[" ]]')
