"""Where packages come from, and with which credentials and certificates.

pip's variables are understood because that is what people have; uv and git get the same in
theirs. A password never goes into an argument list: uv reads URLs from its environment, and
downloads send a header.
"""

from __future__ import annotations

import base64
import netrc
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from build_wheels.requirements import Parsed

# 1980-01-01, the first moment that a wheel's zip can hold.
ZIP_EPOCH = "315532800"


@dataclass(frozen=True)
class Indexes:
    """The indexes of a run."""

    index_url: str = ""  # empty: uv's default, PyPI
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    no_index: bool = False
    named: tuple[tuple[str, str], ...] = ()  # (name, URL) of [[tool.uv.index]]

    @classmethod
    def from_environment(
        cls,
        environment: Mapping[str, str],
        parsed: Parsed | None = None,
        *,
        find_links: tuple[str, ...] = (),
        named: tuple[tuple[str, str], ...] = (),
    ) -> Indexes:
        """Put together the environment and what requirements files say, which goes first.

        Args:
            environment: with ``PIP_*`` or ``UV_*``.
            parsed: the requirements files, if the input is one.
            find_links: folders of wheels to look into besides.
            named: the indexes of the project's ``[[tool.uv.index]]``.
        """
        return cls(
            index_url=(parsed.index_url if parsed else "")
            or _first(environment, "UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"),
            extra_index_urls=(
                *(parsed.extra_index_urls if parsed else ()),
                *_first(
                    environment, "UV_INDEX", "UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL"
                ).split(),
            ),
            find_links=(
                *find_links,
                *(parsed.find_links if parsed else ()),
                *re.split(r"[\s,]+", _first(environment, "UV_FIND_LINKS", "PIP_FIND_LINKS")),
            ),
            trusted_hosts=(
                *(parsed.trusted_hosts if parsed else ()),
                *_first(environment, "UV_INSECURE_HOST", "PIP_TRUSTED_HOST").split(),
            ),
            no_index=bool(parsed and parsed.no_index)
            or _first(environment, "UV_NO_INDEX", "PIP_NO_INDEX").lower() in {"1", "true", "yes"},
            named=named,
        )

    def urls(self) -> list[str]:
        """Every URL that may carry credentials."""
        found = [self.index_url, *self.extra_index_urls, *self.find_links]
        return [re.sub(r"^[\w-]+=(?=\w+://)", "", url) for url in found if "://" in url]


@dataclass(frozen=True)
class Credentials:
    """Who we are, by host."""

    by_netloc: Mapping[str, tuple[str, str]]
    netrc_file: Path | None = None

    @classmethod
    def collect(cls, indexes: Indexes, environment: Mapping[str, str]) -> Credentials:
        """Find the credentials of every index.

        Args:
            indexes: their URLs may carry a user and a password.
            environment: ``UV_INDEX_NAME_USERNAME`` and ``_PASSWORD`` for named indexes, ``NETRC``,
                ``HOME``.
        """
        found: dict[str, tuple[str, str]] = {}
        for url in indexes.urls():
            pair = _userinfo(url)
            if pair:
                found.setdefault(_netloc(url), pair)
        for name, url in indexes.named:
            key = "UV_INDEX_" + re.sub(r"[^A-Z0-9]", "_", name.upper())
            user = environment.get(f"{key}_USERNAME", "")
            password = environment.get(f"{key}_PASSWORD", "")
            pair = (user, password) if user or password else _userinfo(url)
            if pair:
                found.setdefault(_netloc(url), pair)
        file = environment.get("NETRC") or str(Path(environment.get("HOME", "/"), ".netrc"))
        return cls(by_netloc=found, netrc_file=Path(file) if Path(file).is_file() else None)

    def header(self, url: str) -> str | None:
        """The ``Authorization`` header for a URL, or None.

        Args:
            url: what is to be fetched; its own user part goes first.
        """
        pair = _userinfo(url) or self.by_netloc.get(_netloc(url)) or self._from_netrc(url)
        if pair is None:
            return None
        return "Basic " + base64.b64encode(":".join(pair).encode()).decode()

    def _from_netrc(self, url: str) -> tuple[str, str] | None:
        host = urlsplit(url).hostname
        if self.netrc_file is None or host is None:
            return None
        try:
            entry = netrc.netrc(str(self.netrc_file)).authenticators(host)
        except (netrc.NetrcParseError, OSError):
            return None
        return (entry[0], entry[2] or "") if entry else None


def tool_environment(
    indexes: Indexes,
    environment: Mapping[str, str],
    *,
    ca_bundle: Path | None,
    home: Path,
    cache: Path,
    python: str,
) -> dict[str, str]:
    """The environment of uv, git and the builds that they start.

    Args:
        indexes: where packages come from.
        environment: what this process was given; it is the base.
        ca_bundle: the certificates to trust, PEM; None leaves every tool its own.
        home: a writable folder that is empty but for ``.netrc``.
        cache: uv's cache.
        python: the target interpreter.
    """
    made = {
        key: value
        for key, value in environment.items()
        if not key.startswith("PIP_") and key not in {"UV_INDEX_URL", "VIRTUAL_ENV", "PYTHONPATH"}
    }
    made |= {
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "UV_CACHE_DIR": str(cache),
        "UV_LINK_MODE": "copy",
        "UV_PYTHON": python,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_NO_PROGRESS": "1",
        "UV_HTTP_RETRIES": environment.get("UV_HTTP_RETRIES", "2"),
        "SOURCE_DATE_EPOCH": environment.get("SOURCE_DATE_EPOCH", ZIP_EPOCH),
        "GIT_TERMINAL_PROMPT": "0",
        # The source is mounted from the host: its owner is not the user in here.
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
    }
    if indexes.index_url:
        made["UV_DEFAULT_INDEX"] = indexes.index_url
    if indexes.extra_index_urls:
        made.pop("UV_EXTRA_INDEX_URL", None)
        made["UV_INDEX"] = " ".join(indexes.extra_index_urls)
    made.pop("UV_FIND_LINKS", None)
    # uv refuses a folder that does not exist.
    links = [link for link in indexes.find_links if "://" in link or Path(link or "-").is_dir()]
    if links:
        made["UV_FIND_LINKS"] = ",".join(links)
    if indexes.trusted_hosts:
        made["UV_INSECURE_HOST"] = " ".join(indexes.trusted_hosts)
    if indexes.no_index:
        made["UV_NO_INDEX"] = "1"
    if ca_bundle:
        made |= dict.fromkeys(
            (
                "SSL_CERT_FILE",
                "REQUESTS_CA_BUNDLE",
                "PIP_CERT",
                "CURL_CA_BUNDLE",
                "GIT_SSL_CAINFO",
                "CARGO_HTTP_CAINFO",
            ),
            str(ca_bundle),
        )
    return made


def named_indexes(pyproject: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """The named indexes that a project declares for uv.

    Args:
        pyproject: the project's ``pyproject.toml``.
    """
    tool = pyproject.get("tool")
    uv = tool.get("uv") if isinstance(tool, dict) else None
    declared = uv.get("index") if isinstance(uv, dict) else None
    return tuple(
        (str(entry["name"]), str(entry["url"]))
        for entry in (declared if isinstance(declared, list) else [])
        if isinstance(entry, dict) and "name" in entry and "url" in entry
    )


def _first(environment: Mapping[str, str], *names: str) -> str:
    return next((environment[name] for name in names if environment.get(name)), "")


def _netloc(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _userinfo(url: str) -> tuple[str, str] | None:
    parts = urlsplit(url)
    if parts.username is None:
        return None
    return unquote(parts.username), unquote(parts.password or "")
