"""What Celery's brokers and result backends are like: their URLs, packages and options.

Celery and kombu would find out only when they connect, and then with a traceback. What they take is
in kombu/connection.py, kombu/transport/ and celery/backends/redis.py.
"""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from settings_lib.types.urls import BadUrl, Url, each, split

if TYPE_CHECKING:
    from collections.abc import Mapping

REDIS = ("redis", "rediss", "redis+socket", "sentinel")
AMQP = ("amqp", "amqps", "pyamqp")
SCHEMES = (*REDIS, *AMQP, "sqs", "filesystem", "memory")

PACKAGES = {
    **dict.fromkeys(REDIS, ("redis",)),
    "sqs": ("boto3", "pycurl"),
}
"""What a scheme needs besides kombu."""

VISIBILITY = {**dict.fromkeys(REDIS, 3600), "sqs": 1800}
"""After how many seconds a task that is not acknowledged is delivered again, where nobody says."""

SQS_LONGEST_VISIBILITY = 12 * 3600

_TLS_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
_CERT_REQS = ("required", "optional", "none", "CERT_REQUIRED", "CERT_OPTIONAL", "CERT_NONE")
_LOGINS = ("PLAIN", "AMQPLAIN", "EXTERNAL")
_NAMED = re.compile("django-(db|cache)|rpc|disabled")


def check_semicolons(text: str) -> None:
    """Refuse a semicolon that is not between two URLs: kombu splits at each.

    Args:
        text: The URL or URLs.

    Raises:
        BadUrl: There is one.
    """
    if any(";" in url for url in each(text)):
        raise BadUrl("has a ; that is not percent-encoded: %3B")


def check_broker(url: Url) -> None:
    """Refuse a broker's URL that kombu would choke on.

    Args:
        url: The URL, of one of the schemes.

    Raises:
        BadUrl: It is such a one.
    """
    if url.scheme in REDIS:
        _check_redis(url)
        if url.scheme == "redis+socket":
            _check_options(url, {"virtual_host": _is_number})
        else:
            _check_options(url, _TLS)
    elif url.scheme in AMQP:
        _check_options(url, {"heartbeat": _is_number, "login_method": _LOGINS.__contains__})
    else:
        _check_options(url, {})
    if len(url.hosts) > 1:
        raise BadUrl("has several hosts in one URL; write several URLs with semicolons")


def check_results(url: Url) -> None:
    """The same for a result backend of Redis; Celery is stricter there than kombu.

    Args:
        url: Its URL.

    Raises:
        BadUrl: It is one that Celery would choke on.
    """
    _check_redis(url)
    _check_options(url, _TLS if url.scheme == "rediss" else {})
    if len(url.hosts) > 1:
        raise BadUrl("has several hosts in one URL")


def scheme_of(url: object) -> str:
    """The scheme of a broker's or result backend's URL; of several, the first one's."""
    return url.partition("://")[0].lower() if isinstance(url, str) else ""


def folder_of(broker: str) -> str | None:
    """The folder of the filesystem transport; None for any other."""
    if scheme_of(broker) != "filesystem":
        return None
    return split(each(broker)[0]).path


def transport_options(broker: str) -> dict[str, Any]:
    """Kombu's options that follow from a broker's URL.

    The filesystem transport takes its folders from here and not from its URL. In and out are one
    folder, since each process both sends and receives, and the table of exchanges is in it too: its
    files end in ``.exchange``, the messages' in ``.msg``. Kombu expects the folder to exist, and
    nothing here creates it. See kombu/transport/filesystem.py.

    Args:
        broker: The broker's URL.

    Returns:
        The options; empty for every other transport.
    """
    folder = folder_of(broker)
    if folder is None:
        return {}
    return {"data_folder_in": folder, "data_folder_out": folder, "control_folder": folder}


def is_results_name(text: str) -> bool:
    """Whether a result backend is named by a word of Celery's or django-celery-results'."""
    return bool(_NAMED.fullmatch(text))


def celery_takes(results: str, settings: Mapping[str, Any]) -> bool:
    """Whether Celery can make this result backend. Asks Celery itself, so it imports it.

    Args:
        results: Its URL or name.
        settings: The project's settings; those that begin with ``CELERY_`` may say more of it.
    """
    from celery import Celery  # type: ignore[import-untyped] # noqa: PLC0415 - costs time

    options = {
        name.removeprefix("CELERY_").lower(): value
        for name, value in settings.items()
        if name.startswith("CELERY_")
    }
    app = Celery("check", backend=results, set_as_current=False, fixups=[])
    try:
        app.conf.update(options | {"result_backend": results})
        _ = app.backend
    except Exception:  # noqa: BLE001 - each backend fails in its own way
        return False
    finally:
        app.close()
    return True


def _check_redis(url: Url) -> None:
    if url.scheme == "redis+socket":
        if not url.path.strip("/"):
            raise BadUrl("has no path of a socket")
    elif not re.fullmatch("/{0,2}([0-9]{1,9}/?)?", url.path):
        raise BadUrl("has a path that is not the number of a database")


def _check_options(url: Url, known: Mapping[str, Any]) -> None:
    for name, value in url.options.items():
        if name not in known:
            raise BadUrl(f"has an option that is none of {', '.join(known) or 'none'}")
        if not known[name](value):
            raise BadUrl(f"has an option {name} with a wrong value")


def _is_number(text: str) -> bool:
    return bool(re.fullmatch("[0-9]{1,5}", text))


def _is_readable(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.R_OK)  # noqa: PTH113 - no Path for it


_TLS: Mapping[str, Any] = {
    "ssl_cert_reqs": _CERT_REQS.__contains__,
    "ssl_check_hostname": ("true", "false").__contains__,
    **dict.fromkeys(_TLS_FILES, _is_readable),
}


def missing_packages(scheme: str) -> tuple[str, ...]:
    """The packages that a scheme needs and that are not installed."""
    return tuple(name for name in PACKAGES.get(scheme, ()) if find_spec(name) is None)
