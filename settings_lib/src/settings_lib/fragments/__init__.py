"""The subjects that the library knows, a module each; `settings_lib.fragment` says what one is."""

from settings_lib.fragments import (
    cache,
    celery,
    compressor,
    core,
    database,
    health,
    logs,
    mail,
    reporter,
    s3,
    security,
    sentry,
    storages,
    tasks,
)
from settings_lib.fragments.security import csp, hsts

FRAGMENTS = (
    core.FRAGMENT,
    database.FRAGMENT,
    cache.FRAGMENT,
    celery.FRAGMENT,
    tasks.FRAGMENT,
    mail.FRAGMENT,
    storages.FRAGMENT,
    s3.FRAGMENT,
    compressor.FRAGMENT,
    security.FRAGMENT,
    hsts.FRAGMENT,
    csp.FRAGMENT,
    logs.FRAGMENT,
    reporter.FRAGMENT,
    sentry.FRAGMENT,
    health.FRAGMENT,
)
"""In this order: each sees what the earlier ones set."""
