"""The values of declarations: each function takes what the file holds and gives what it means.

What is wrong is added to the problems, with its path in the file, and something harmless is given
in its place, so that the rest is looked at too.
"""

from __future__ import annotations

import re
import shlex
import signal

from entrypoint import placeholders
from entrypoint.secret_names import is_secret_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NAME = re.compile(r"[a-z][a-z0-9_-]*")
FUNCTION = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

HEALTH_KEYS = ("process", "http", "heartbeat", "command")
STOP_KEYS = ("signal", "seconds")

#: How a role is stopped that does not say it.
STOP = ("TERM", 10)


class Problems:
    """Collects what is wrong."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, path: str, wrong: str) -> None:
        """Add what is wrong at a path of the file."""
        self.found.append(f"{path} {wrong}")


def split(line: str) -> list[str]:
    """Split a line into words as a shell would; a placeholder stays whole, with its blanks.

    Raises:
        ValueError: a quote has no other half, or there is a null.
    """
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(match[0])
        return f"\0{len(held) - 1}\0"

    if "\0" in line:
        raise ValueError("there is a null in it")
    words = shlex.split(_PLACEHOLDER.sub(hold, line))
    return [re.sub(r"\0(\d+)\0", lambda match: held[int(match[1])], word) for word in words]


#: One that may have blanks or quotes in it.
_PLACEHOLDER = re.compile(r"\{\*?[A-Z_][A-Z0-9_]*:[-+][^{}]*\}")


def read_words(path: str, value: Any, problems: Problems) -> tuple[str, ...]:  # noqa: ANN401
    """Return a command's words: a list of them, or a line that is split as a shell would."""
    try:
        words = split(value) if isinstance(value, str) else value
    except ValueError as error:
        problems.add(path, f"cannot be split into words: {error}")
        return ()
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        problems.add(path, "is neither a line nor a list of words")
        return ()
    if not words:
        problems.add(path, "is empty")
    for word in words:
        if "\n" in word or "\0" in word:
            problems.add(path, "has a word with a newline or a null in it")
        for wrong in placeholders.problems(word, several=True):
            problems.add(path, wrong)
        for name in placeholders.variables(word):
            if is_secret_name(name):
                problems.add(
                    path,
                    f"puts {name} into an argument list, where every process can read it; "
                    "let the program read the variable",
                )
    return tuple(words)


def read_health(path: str, value: Any, problems: Problems) -> tuple[str, ...]:  # noqa: ANN401
    """Return the rule by which a role is asked: see entrypoint.role."""
    if not isinstance(value, dict) or len(value) > 1 or any(k not in HEALTH_KEYS for k in value):
        problems.add(path, f"is not a table with one of {', '.join(HEALTH_KEYS)}")
        return ("process",)
    for key, rule in value.items():
        if key == "command":
            return ("command", *read_words(f"{path}.command", rule, problems))
        if key in ("process", "http") and rule is True:
            return (key,)
        if key in ("http", "heartbeat") and type(rule) is int and rule > 0:  # bool is an int too
            return (key, str(rule))
        if key in ("http", "heartbeat") and isinstance(rule, str) and placeholders.variables(rule):
            return (key, *read_words(f"{path}.{key}", [rule], problems))
        wanted = {
            "process": "true",
            "http": "true, for $PORT, nor a port, nor a placeholder for one",
            "heartbeat": "a number of seconds, nor a placeholder for one",
        }[key]
        problems.add(f"{path}.{key}", f"is not {wanted}")
    return ("process",)


def read_stop(path: str, value: Any, problems: Problems) -> tuple[str, int]:  # noqa: ANN401
    """Return a signal's name, and the seconds within which it ends a role."""
    if not isinstance(value, dict) or any(key not in STOP_KEYS for key in value):
        problems.add(path, f"is not a table with {' and '.join(STOP_KEYS)}")
        return STOP
    name = str(value.get("signal", STOP[0])).upper().removeprefix("SIG")
    if not hasattr(signal, "SIG" + name):
        problems.add(f"{path}.signal", "is not the name of a signal, such as TERM")
    seconds = value.get("seconds", STOP[1])
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 1:
        problems.add(f"{path}.seconds", "is not a number of seconds of at least 1")
        seconds = STOP[1]
    return name, seconds


def read_variables(path: str, value: Any, problems: Problems) -> dict[str, str]:  # noqa: ANN401
    """Return variables and their texts, which may hold placeholders."""
    if not isinstance(value, dict):
        problems.add(path, "is not a table of variables")
        return {}
    found = {}
    for name, text in value.items():
        if not VARIABLE.fullmatch(name):
            problems.add(f"{path}.{name}", "is not the name of a variable")
        elif not isinstance(text, str):
            problems.add(f"{path}.{name}", "is not a text: put it in quotes")
        else:
            for wrong in placeholders.problems(text):
                problems.add(f"{path}.{name}", wrong)
            found[name] = text
    return found


def read_names(path: str, value: Any, problems: Problems) -> tuple[str, ...]:  # noqa: ANN401
    """Return names of variables: one, or a list."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(
        isinstance(name, str) and VARIABLE.fullmatch(name) for name in names
    ):
        problems.add(path, "is not the name of a variable, nor a list of them")
        return ()
    return tuple(names)


def read_line(path: str, value: Any, problems: Problems) -> str:  # noqa: ANN401
    """Return a line of text."""
    if isinstance(value, str) and "\n" not in value:
        return value
    problems.add(path, "is not a line of text")
    return ""


def read_flag(path: str, value: Any, problems: Problems) -> bool:  # noqa: ANN401
    """Return true or false."""
    if not isinstance(value, bool):
        problems.add(path, "is neither true nor false")
    return bool(value)


def suggest(word: str, known: tuple[str, ...]) -> str:
    """Return the end of a message: the known word that was meant, or all of them."""
    import difflib

    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"one of {', '.join(sorted(known))}"
