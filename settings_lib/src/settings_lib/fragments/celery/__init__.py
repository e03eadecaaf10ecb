"""Celery: the broker, results, limits and safe defaults, under the namespace ``CELERY``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from settings_lib.fragment import Check, Fragment
from settings_lib.fragments.celery.brokers import (
    REDIS,
    SCHEMES,
    VISIBILITY,
    check_broker,
    check_results,
    check_semicolons,
    scheme_of,
    transport_options,
)
from settings_lib.fragments.celery.project import (
    LIMITS,
    OLD,
    broker_of,
    has_own_broker,
    own,
    setting,
)
from settings_lib.fragments.celery.rules import (
    broker_can_be_used,
    limits_fit,
    results_can_be_kept,
    visibility_fits,
)
from settings_lib.types.parsing import BOOL, DURATION, TIME_ZONE, Type, url
from settings_lib.types.urls import each, split
from settings_lib.variables import Group, Var, When

if TYPE_CHECKING:
    from settings_lib.app import App
    from settings_lib.values import Values


def _multiplier(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len("9999")):
        raise ValueError
    return int(text)


def _brokers(text: str) -> str:
    check_semicolons(text)
    parsed: str = _BROKERS.parse(text)
    return parsed


def _results(text: str) -> str:
    scheme = text.partition("://")[0]
    if scheme in REDIS:
        check_semicolons(text)
        for one in each(text) if scheme == "sentinel" else (text,):
            check_results(split(one))
    elif not text.isprintable() or "#" in text or " " in text:
        raise ValueError
    return text


_BROKERS = url(*SCHEMES, several=True, check=check_broker)
BROKERS = replace(_BROKERS, parse=_brokers)
MULTIPLIER = Type(
    name="count",
    expected="a whole number from 0 to 9999",
    example="1",
    pattern="^[0-9]{1,4}$",
    parse=_multiplier,
)
RESULTS = Type(
    name="result backend",
    expected="a URL, or one of django-db, django-cache, rpc, disabled",
    example="redis://redis.example.org:6379/2",
    parse=_results,
)

_OWN_BROKER = ("CELERY_BROKER_URL", "BROKER_URL", "CELERY_TASK_ALWAYS_EAGER")

GROUP = Group(
    title="Celery",
    variables=(
        Var(
            name="CELERY_BROKER_URL",
            type=BROKERS,
            required=When(
                names=(),
                text="the app has Celery and its settings module no broker",
                holds=lambda _, app: app.celery and not any(map(app.project.get, _OWN_BROKER)),
            ),
            secret=True,
            aliases=("BROKER_URL", "CLOUDAMQP_URL"),
            fallbacks=("REDIS_URL",),
            falls_back=lambda app: app.celery and not any(map(app.project.get, _OWN_BROKER)),
            help=(
                "Celery's broker. filesystem:///data/broker is for demonstrations: one host, a "
                "folder that exists, and umask 0002 where roles run as different users."
            ),
            example="redis://redis.example.org:6379/0",
        ),
        Var(
            name="CELERY_SENTINEL_MASTER",
            help="The name of the Redis group, where the broker is Sentinel.",
            example="mymaster",
        ),
        Var(
            name="CELERY_RESULT_BACKEND",
            type=RESULTS,
            secret=True,
            aliases=("RESULT_BACKEND",),
            help="Where results of tasks are kept.",
            default_text="the project's, else nowhere",
        ),
        Var(
            name="CELERY_VISIBILITY_TIMEOUT",
            type=DURATION,
            help=(
                "After how long Redis or SQS delivers a task again that nobody has acknowledged; "
                "longer than any task takes that is acknowledged late, or waits for its time."
            ),
            example="6h",
            default_text="1h with Redis, 30m with SQS",
        ),
        Var(
            name="CELERY_TASK_TIME_LIMIT",
            type=DURATION,
            help="After how long a task is killed; 0 is never.",
            example="10m",
        ),
        Var(
            name="CELERY_TASK_SOFT_TIME_LIMIT",
            type=DURATION,
            help="After how long SoftTimeLimitExceeded is raised in a task; 0 is never.",
            example="9m",
        ),
        Var(
            name="CELERY_TASK_ACKS_LATE",
            type=BOOL,
            default=False,
            help="Acknowledge a task after it ran: a lost worker's task runs again, so twice.",
        ),
        Var(
            name="CELERY_TASK_REJECT_ON_WORKER_LOST",
            type=BOOL,
            default=False,
            help=(
                "With late acknowledgement, run a task again whose process was killed, as for want "
                "of memory; one that is killed each time never ends."
            ),
        ),
        Var(
            name="CELERY_WORKER_PREFETCH_MULTIPLIER",
            type=MULTIPLIER,
            default=1,
            help=(
                "How many tasks are fetched in advance for each process; 0 is no limit. More is "
                "faster for many short tasks, and unfair to short ones behind long ones."
            ),
        ),
        Var(
            name="CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT",
            type=DURATION,
            help="How long tasks may go on after a soft shutdown began (QUIT), in seconds.",
            example="50s",
        ),
        Var(
            name="CELERY_TIMEZONE",
            type=TIME_ZONE,
            help="The time zone of beat's schedule.",
            example="UTC",
            default_text="the project's, else TIME_ZONE",
        ),
    ),
)

#: Celery's prefork pool, which stops promptly when idle. ``celery worker --pool`` names another.
POOL = "settings_lib.prefork:TaskPool"

SAME = (
    "CELERY_RESULT_BACKEND",
    *LIMITS,
    "CELERY_TASK_ACKS_LATE",
    "CELERY_TASK_REJECT_ON_WORKER_LOST",
    "CELERY_WORKER_PREFETCH_MULTIPLIER",
    "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT",
    "CELERY_TIMEZONE",
)
"""The variables that are settings of the same name."""

DEFAULTS = {
    "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
    "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
    "CELERY_WORKER_POOL": POOL,
    "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
}
"""What stands where neither the environment nor the project says anything. Python's logging is left
to Django, so that a worker's lines look like the web's."""


def settings(values: Values, app: App) -> dict[str, Any]:
    """The settings that an app with ``namespace="CELERY"`` reads.

    An app without a namespace has the setting ``BROKER_URL``; it gets the old names too.

    Args:
        values: The parsed values by name.
        app: The app; what it has stands where the environment says nothing, and a broker of its own
            also where the environment has but a fallback, which may be meant for something else.

    Returns:
        Django settings; empty where nobody names a broker or says anything.
    """
    result: dict[str, Any] = {}
    broker = broker_of(values, app)
    if broker:
        result = {name: default for name, default in DEFAULTS.items() if own(name, app) is None}
        if not has_own_broker(values, app):
            result["CELERY_BROKER_URL"] = broker
    result |= {name: _stored(name, values) for name in SAME if values.given(name)}
    options = _transport_options(values, app)
    if options:
        name = "CELERY_BROKER_TRANSPORT_OPTIONS"
        result[name] = {**(own(name, app) or {}), **options}
    shared = {key: options[key] for key in ("visibility_timeout", "master_name") if key in options}
    if shared and scheme_of(setting("CELERY_RESULT_BACKEND", values, app)) in REDIS:
        name = "CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS"
        result[name] = {**app.project.get(name, {}), **shared}
    if "BROKER_URL" in app.project or not app.namespace:
        result |= {OLD[name]: value for name, value in result.items() if name in OLD}
    return result


def _stored(name: str, values: Values) -> Any:  # noqa: ANN401 - each variable has its own type
    return values[name] or None if name in LIMITS else values[name]


def _transport_options(values: Values, app: App) -> dict[str, Any]:
    broker = broker_of(values, app)
    scheme = scheme_of(broker)
    options = transport_options(broker) if broker and not has_own_broker(values, app) else {}
    if values.given("CELERY_VISIBILITY_TIMEOUT") and scheme in VISIBILITY:
        options["visibility_timeout"] = values["CELERY_VISIBILITY_TIMEOUT"]
    if values.given("CELERY_SENTINEL_MASTER") and scheme == "sentinel":
        options["master_name"] = values["CELERY_SENTINEL_MASTER"]
    return options


FRAGMENT = Fragment(
    group=GROUP,
    settings=settings,
    checks=(
        Check(names=("CELERY_BROKER_URL", "CELERY_SENTINEL_MASTER"), find=broker_can_be_used),
        Check(names=("CELERY_RESULT_BACKEND",), find=results_can_be_kept),
        Check(names=LIMITS, find=limits_fit),
        Check(
            names=(
                *("BUILD", "CELERY_BROKER_URL", "CELERY_VISIBILITY_TIMEOUT"),
                *("CELERY_TASK_TIME_LIMIT", "CELERY_TASK_ACKS_LATE"),
            ),
            find=visibility_fits,
        ),
    ),
    stand_ins={"CELERY_BROKER_URL": "memory://", "CELERY_RESULT_BACKEND": None},
)
