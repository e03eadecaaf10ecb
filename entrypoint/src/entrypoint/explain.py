"""The program behind `explain VERB`: a plan for people and, with `--json`, for programs."""

from __future__ import annotations

import json
import os
import shlex
from typing import Any

from entrypoint import cgroup, dispatch, sizing, table
from entrypoint.errors import UsageError
from entrypoint.project import ROOT, Project
from entrypoint.redact import MASK, Redactor
from entrypoint.secret_names import is_secret_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.plan import Hook, Plan
    from entrypoint.verbs import Verb


def main(args: tuple[str, ...]) -> int:
    """Print what a verb would do.

    Raises:
        EntrypointError: it could not be planned.
    """
    as_json = "--json" in args[:1]
    words = args[1:] if as_json else args
    if not words or words[0].startswith("-"):
        raise UsageError("explain needs a verb.", "For example: explain run, explain --json run")
    found = explanation(words, os.environ)
    print(json.dumps(found, indent=2, ensure_ascii=False) if as_json else text(found))
    return 0


def explanation(
    words: tuple[str, ...], environ: Mapping[str, str], root: str = ROOT
) -> dict[str, Any]:
    """Return what a command line would do, with no secret in it.

    Args:
        words: the verb and its arguments.
        environ: the container's environment.
        root: the folder that holds the app's code.

    Raises:
        EntrypointError: it could not be planned.
    """
    name, *rest = words
    project = Project(environ, root)
    added = table.load(project)
    verb = dispatch.find(name, added)
    plan = dispatch.plan_verb(name, tuple(rest), environ, project, added)
    redactor = Redactor(environ, added.secrets)
    found = _described(plan, verb)
    found["control_group"] = _control_group() if verb.role else None
    found["environment"] = redactor.environ()
    for key in ("variables", "before", "after", "why"):
        found[key] = _redacted(found[key], redactor)
    for command in (found, *found["before"], *found["after"]):
        command["command"] = _words(command["command"], redactor)
    return found


def _described(plan: Plan, verb: Verb) -> dict[str, Any]:
    role = None
    if verb.role:
        signal, seconds = verb.stop
        role = {
            "name": verb.role,
            "health": list(plan.health),
            "stop": {"signal": signal, "seconds": seconds},
        }
    return {
        "verb": plan.verb,
        "help": verb.help,
        "command": list(plan.argv),
        "directory": plan.directory,
        "in_this_interpreter": plan.inline,
        "variables": plan.variables,
        "role": role,
        "writable": list(plan.writable),
        "before": [_hook(hook) for hook in plan.before],
        "after": [_hook(hook) for hook in plan.after],
        "why": [
            {"name": name, "value": value, "reason": reason} for name, value, reason in plan.reasons
        ],
    }


def _control_group() -> dict[str, Any]:
    """Return what the container may use, with the files that say so: what numbers come from."""
    limits = {
        "cpu_quota": cgroup.cpu_quota(),
        "cpuset": cgroup.cpuset(),
        "memory": cgroup.memory(),
    }
    return {
        name: limit and {"value": limit.value, "source": limit.source}
        for name, limit in limits.items()
    }


def _hook(hook: Hook) -> dict[str, Any]:
    return {
        "run": list(hook.words),
        "command": list(hook.plan.argv),
        "may_fail": hook.may_fail,
    }


def _redacted(value: Any, redactor: Redactor) -> Any:  # noqa: ANN401 - JSON
    """Return a value without its secrets."""
    if isinstance(value, str):
        return redactor.text(value)
    if isinstance(value, list):
        return [_redacted(each, redactor) for each in value]
    if isinstance(value, dict):
        return {key: _redacted(each, redactor) for key, each in value.items()}
    return value


def _words(words: list[str], redactor: Redactor) -> list[str]:
    """Return a command without its secrets: `--password` and the word after it are one."""
    return [
        MASK if before.startswith("--") and is_secret_name(before[2:]) else redactor.text(word)
        for before, word in zip(("", *words), words)
    ]


def text(found: Mapping[str, Any]) -> str:
    """Return an explanation as lines for people."""
    rows = [("command", shlex.join(found["command"]))]
    if found["directory"]:
        rows.append(("directory", found["directory"]))
    rows += [("adds", f"{name}={value}") for name, value in found["variables"].items()]
    role = found["role"]
    if role:
        stop = role["stop"]
        health = " ".join(role["health"])
        rows.append(("role", f"{role['name']}; health: {health}"))
        rows.append(("stops by", f"{stop['signal']}, within {stop['seconds']} s"))
    if found["writable"]:
        rows.append(("writes to", " ".join(found["writable"])))
    for when in ("before", "after"):
        rows += [
            (when, shlex.join(hook["run"]) + (" (may fail)" if hook["may_fail"] else ""))
            for hook in found[when]
        ]
    parts = [f"{found['verb']}: {found['help']}", "", *_columns(rows)]
    if found["why"]:
        why = [(each["name"], f"{each['value']}: {each['reason']}") for each in found["why"]]
        parts += ["", "why", *_columns(why)]
    if found["control_group"]:
        parts += ["", "control group", *_columns(_limits(found["control_group"]))]
    environment = [f"  {name}={value}" for name, value in sorted(found["environment"].items())]
    return "\n".join([*parts, "", "environment", *environment])


def _limits(limits: Mapping[str, Any]) -> list[tuple[str, str]]:
    units = {"cpu_quota": (1, "CPUs"), "cpuset": (1, "CPUs"), "memory": (sizing.MIB, "MiB")}
    return [
        (
            name.replace("_", " "),
            f"{limit['value'] / units[name][0]:.4g} {units[name][1]}: {limit['source']}"
            if limit
            else "no limit",
        )
        for name, limit in limits.items()
    ]


def _columns(rows: list[tuple[str, str]]) -> list[str]:
    width = max(len(name) for name, _ in rows)
    return [f"  {name.ljust(width)}  {value}" for name, value in rows]
