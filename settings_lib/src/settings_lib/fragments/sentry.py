"""Error reporting to Sentry, where there is a DSN; `settings_lib.sentry` does it."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from settings_lib.errors import Problem
from settings_lib.fragment import Check, Fragment
from settings_lib.logs.handler import is_job
from settings_lib.types.parsing import RATE, Type
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from settings_lib.app import App
    from settings_lib.values import Values

_MOST_CHARACTERS = {"environment": 64, "release": 200}


def _dsn(text: str) -> str:
    """What sentry_sdk takes (``sentry_sdk.utils.Dsn``), and raven's with a secret key."""
    parts = urlsplit(text)
    project = parts.path.rpartition("/")[2]
    right = (
        parts.scheme in {"http", "https"}
        and parts.hostname
        and parts.username
        and project.isascii()
        and project.isdecimal()
    )
    if not right or parts.port == 0 or parts.fragment or not text.isprintable() or " " in text:
        raise ValueError
    return text


def _label(kind: str) -> Type:
    """What Sentry takes for the name of an environment or a release: others it drops, silently.

    See https://docs.sentry.io/platforms/python/configuration/environments/ and …/releases/.
    """
    most = _MOST_CHARACTERS[kind]

    def parse(text: str) -> str:
        wrong = set(text) & set("/\\") or not text.isprintable() or " " in text
        if wrong or len(text) > most or text in {".", "..", "None"}:
            raise ValueError
        return text

    return Type(
        name=kind,
        expected=f"at most {most} characters, without spaces and slashes",
        pattern=rf"^[^\s/\\]{{1,{most}}}$",
        parse=parse,
    )


DSN = Type(
    name="dsn",
    expected="a DSN as Sentry shows it: https://KEY@HOST/PROJECT, where PROJECT is a number",
    example="https://examplekey@sentry.example.org/1",
    parse=_dsn,
)

GROUP = Group(
    title="Sentry",
    variables=(
        Var(
            name="SENTRY_DSN",
            type=DSN,
            secret=True,
            aliases=("RAVEN_DSN",),
            help=(
                "Where the roles report errors; jobs such as migrate never do. Needs the package "
                "sentry-sdk."
            ),
        ),
        Var(
            name="SENTRY_ENVIRONMENT",
            type=_label("environment"),
            help="The environment's name in Sentry.",
            example="staging",
            default_text="production",
        ),
        Var(
            name="SENTRY_RELEASE",
            type=_label("release"),
            help="The release's name in Sentry.",
            example="antisocial@build-42",
            default_text="IMAGE_TAG, then IMAGE_REVISION",
        ),
        Var(
            name="SENTRY_SAMPLE_RATE",
            type=RATE,
            default=1.0,
            help="The share of errors that is reported.",
        ),
        Var(
            name="SENTRY_TRACES_SAMPLE_RATE",
            type=RATE,
            default=0.0,
            help="The share of requests and tasks that is traced. Health probes never are.",
        ),
    ),
)


def _sentry_installed(values: Values, app: App) -> Iterator[Problem]:
    if values["SENTRY_DSN"] and find_spec("sentry_sdk") is None:
        yield Problem(
            name="SENTRY_DSN",
            wrong="is set, but the package sentry-sdk is not installed",
            right="Add sentry-sdk to the app's requirements, or unset the variable.",
        )


def settings(values: Values, app: App) -> dict[str, Any]:
    """Nothing: `start` does it."""
    return {}


def start(values: Values, secrets: Iterable[str] = ()) -> None:
    """Start Sentry's SDK if the environment has a DSN and this is no job; a check saw it installed.

    Args:
        values: The parsed values by name.
        secrets: The names of the variables whose values must not get there, aliases included.
    """
    if values["SENTRY_DSN"] and not is_job():
        from settings_lib import sentry  # noqa: PLC0415 - it imports the SDK

        sentry.start(values, secrets)


FRAGMENT = Fragment(
    group=GROUP,
    settings=settings,
    checks=(Check(names=("SENTRY_DSN",), find=_sentry_installed),),
    stand_ins={"SENTRY_DSN": None},
)
