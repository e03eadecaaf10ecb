"""What must hold between Celery's variables, the project's settings and what is installed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from settings_lib.errors import Problem
from settings_lib.fragments.celery.brokers import (
    REDIS,
    SQS_LONGEST_VISIBILITY,
    VISIBILITY,
    celery_takes,
    folder_of,
    is_results_name,
    missing_packages,
    scheme_of,
)
from settings_lib.fragments.celery.project import LIMITS, broker_of, has_own_broker, own, setting
from settings_lib.types.installed import source_of
from settings_lib.types.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from settings_lib.app import App
    from settings_lib.values import Values


def broker_can_be_used(values: Values, app: App) -> Iterator[Problem]:
    """Its folder is writable, its packages are installed, Sentinel's group is named."""
    name, broker = "CELERY_BROKER_URL", values["CELERY_BROKER_URL"]
    if not broker or has_own_broker(values, app) or not (app.celery or values.named(name)):
        return
    folder = folder_of(broker)
    if folder is not None and not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Problem(
            name=name,
            wrong="names a folder that is not there or not writable",
            right="Create it so that every role may write into it: mkdir -m 2775, group 0.",
        )
    if app.celery or source_of("celery"):
        yield from _missing(name, broker)
    options = own("CELERY_BROKER_TRANSPORT_OPTIONS", app) or {}
    if scheme_of(broker) == "sentinel" and not (
        values["CELERY_SENTINEL_MASTER"] or options.get("master_name")
    ):
        yield Problem(
            name="CELERY_SENTINEL_MASTER",
            wrong="is not set, and the broker is Sentinel",
            right="Set it to the name of the group that Sentinel watches.",
            example="mymaster",
        )


def _missing(name: str, address: str) -> Iterator[Problem]:
    for package in missing_packages(scheme_of(address)):
        yield Problem(
            name=name,
            wrong=f"needs the package {package}, which is not installed",
            right=f"Add {package} to the app's requirements.",
        )


def results_can_be_kept(values: Values, app: App) -> Iterator[Problem]:
    """The result backend's packages are installed, and Celery can make it."""
    name, results = "CELERY_RESULT_BACKEND", values["CELERY_RESULT_BACKEND"]
    if not results or not source_of("celery"):
        return
    yield from _missing(name, results)
    scheme = results.partition("://")[0]  # Celery, unlike kombu, wants small letters
    if scheme == "rediss" and not app.project.get("CELERY_REDIS_BACKEND_USE_SSL"):
        if "ssl_cert_reqs" not in split(results).options:
            yield Problem(
                name=name,
                wrong="does not say whether to check the server's certificate",
                right="Celery insists on it: add ?ssl_cert_reqs=required to the URL.",
            )
    elif results in {"django-db", "django-cache"}:
        apps = [str(each) for each in app.project.get("INSTALLED_APPS", ())]
        if source_of("django_celery_results") is None:
            yield Problem(
                name=name,
                wrong="needs the package django-celery-results, which is not installed",
                right="Add django-celery-results to the app's requirements.",
            )
        elif not any(each.split(".")[0] == "django_celery_results" for each in apps):
            yield Problem(
                name=name,
                wrong="needs django_celery_results in INSTALLED_APPS",
                right="Add it in the settings module.",
            )
    elif (
        scheme not in REDIS
        and not is_results_name(results)
        and not celery_takes(results, app.project)
    ):
        yield Problem(
            name=name,
            wrong="is no result backend that Celery can make",
            right="Is it spelled right, its package installed, its folder there?",
            example="redis://redis.example.org:6379/2",
        )


def limits_fit(values: Values, app: App) -> Iterator[Problem]:
    """A task is warned before it is killed."""
    given = [name for name in reversed(LIMITS) if values.given(name)]
    hard, soft = (setting(name, values, app) for name in LIMITS)
    if given and hard and soft and soft >= hard:
        yield Problem(
            name=given[0],
            wrong="does not go with the other limit: the soft one is not the shorter one",
            right="CELERY_TASK_SOFT_TIME_LIMIT warns a task some time before "
            "CELERY_TASK_TIME_LIMIT kills it. The settings module may have one of them.",
        )


def visibility_fits(values: Values, app: App) -> Iterator[Problem]:
    """No task that is still running is delivered again."""
    name, broker = "CELERY_VISIBILITY_TIMEOUT", broker_of(values, app)
    scheme, visibility = scheme_of(broker), values[name]
    if not broker or values["BUILD"]:
        return
    if values.given(name) and scheme not in VISIBILITY:
        yield Problem(
            name=name,
            wrong="is set, and the broker has no such thing",
            right="Redis and SQS have it. With RabbitMQ it is the server's consumer_timeout.",
        )
        return
    if values.given(name) and not visibility:
        yield Problem(
            name=name,
            wrong="is 0: each task would be delivered again at once",
            right="Set it to longer than the longest task takes.",
            example="6h",
        )
        return
    if scheme == "sqs" and visibility and visibility > SQS_LONGEST_VISIBILITY:
        yield Problem(
            name=name, wrong="is longer than SQS allows", right="At most 12h.", example="12h"
        )
    if not values.given(name, "CELERY_TASK_ACKS_LATE", "CELERY_TASK_TIME_LIMIT"):
        return
    options = own("CELERY_BROKER_TRANSPORT_OPTIONS", app) or {}
    visible = visibility or options.get("visibility_timeout") or VISIBILITY.get(scheme)
    limit = setting("CELERY_TASK_TIME_LIMIT", values, app)
    if setting("CELERY_TASK_ACKS_LATE", values, app) and limit and visible and visible <= limit:
        yield Problem(
            name=name,
            wrong="is not longer than CELERY_TASK_TIME_LIMIT, and tasks are acknowledged late: a "
            "long one would be delivered again while it runs",
            right="Make it longer than the time limit, or unset CELERY_TASK_ACKS_LATE. Not set, it "
            "is 1h with Redis and 30m with SQS.",
            example="6h",
        )
