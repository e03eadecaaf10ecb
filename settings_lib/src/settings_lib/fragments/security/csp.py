"""The content security policy that Django has from 6.0: reported first, then enforced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from settings_lib.errors import Problem
from settings_lib.fragment import Check, Fragment
from settings_lib.fragments.security import behind_static_files
from settings_lib.types.parsing import Type, choice
from settings_lib.variables import Group, Var

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from settings_lib.app import App
    from settings_lib.values import Values

SINCE = (6, 0)

ENFORCED, REPORTED = "SECURE_CSP", "SECURE_CSP_REPORT_ONLY"
MIDDLEWARE = "django.middleware.csp.ContentSecurityPolicyMiddleware"
PROCESSOR = "django.template.context_processors.csp"
BACKENDS = "django.template.backends."

SELF, NONE = "'self'", "'none'"
NONCE = "<CSP_NONCE_SENTINEL>"
"""``django.utils.csp.CSP.NONCE``; importing that takes longer than all of this library. A test in
tests/images compares them."""

_REPORT_URI = r"https?://[A-Za-z0-9_.\[\]:-]+(/[!-+\--:<-~]*)?|/[!-+\--:<-~]*"


def _report_uri(text: str) -> str:
    if not re.fullmatch(_REPORT_URI, text, re.ASCII):
        raise ValueError
    _ = urlsplit(text).port
    return text


REPORT_URI = Type(
    name="report URI",
    expected="an http or https URL or a path of the app, without space, comma or semicolon",
    example="/csp-reports/",
    pattern=f"^({_REPORT_URI})$",
    parse=_report_uri,
)

GROUP = Group(
    title="Content security policy",
    variables=(
        Var(
            name="CSP",
            type=choice("off", "report-only", "enforce"),
            help=(
                "What browsers do with the content security policy, the project's own or else "
                "ours. Needs Django 6.0."
            ),
            example="enforce",
            default_text=(
                "report-only; off in DEBUG, before Django 6.0, and where the project has a policy"
            ),
        ),
        Var(
            name="CSP_REPORT_URI",
            type=REPORT_URI,
            help="Where browsers report what the policy forbids. Needs Django 6.0.",
        ),
    ),
)


def settings(values: Values, app: App) -> dict[str, Any]:
    """The policies, their middleware, and nonces for templates.

    A policy of the project's own stands. CSP in the environment moves it between the two settings,
    and CSP_REPORT_URI is added to it.

    Args:
        values: The parsed values by name.
        app: The app.

    Returns:
        Django settings by name; none before Django 6.0.
    """
    if not app.since(*SINCE):
        return {}
    project = app.project
    own = (project.get(ENFORCED) or {}, project.get(REPORTED) or {})
    mode = values["CSP"]
    if any(own):
        enforced, reported = moved(mode, *own)
    else:
        mode = mode or ("off" if values["DEBUG"] or _has_django_csp(app) else "report-only")
        enforced, reported = moved(mode, policy(app), {})
    if values["CSP_REPORT_URI"]:
        address = {"report-uri": values["CSP_REPORT_URI"]}
        enforced, reported = (each and {**each, **address} for each in (enforced, reported))
    result: dict[str, Any] = {ENFORCED: enforced, REPORTED: reported}
    if mode in {"report-only", "enforce"}:
        result["MIDDLEWARE"] = behind_static_files(MIDDLEWARE, project.get("MIDDLEWARE") or ())
        if "TEMPLATES" in project:
            result["TEMPLATES"] = with_nonces(project["TEMPLATES"])
    return result


def moved(
    mode: str | None, enforced: dict[str, Any], reported: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The enforced and the reported policy as a mode wants them.

    Args:
        mode: A value of CSP; None leaves them.
        enforced: The policy that is enforced so far; empty for none.
        reported: The one that is only reported.
    """
    if mode is None or (mode == "enforce" and enforced):
        return enforced, reported
    if mode == "enforce":
        return reported, {}
    return {}, {} if mode == "off" else reported or enforced


def policy(app: App) -> dict[str, Any]:
    """A policy that an app passes whose pages have no inline scripts or styles; the admin does.

    Scripts and styles come from the app and from where its static files are, never from where
    uploads are. Inline ones need Django's nonce. Images may be ``data:``, as icons in style sheets
    are.

    Two directives are left out on purpose. X-Frame-Options says who may show a page in a frame, and
    Django's decorators change that for a view; ``frame-ancestors`` would overrule them. And
    ``form-action`` would end a login at another site that begins with a form.

    Args:
        app: The app, whose ``STATIC_URL`` and ``MEDIA_URL`` may be on other hosts.
    """
    static = origin(app.project.get("STATIC_URL"))
    uploads = [each for each in origin(app.project.get("MEDIA_URL")) if each not in static]
    nonce = [NONCE] if any(map(_is_djangos, app.project.get("TEMPLATES") or ())) else []
    return {
        "default-src": [SELF, *static, *uploads],
        "script-src": [SELF, *static, *nonce],
        "style-src": [SELF, *static, *nonce],
        "img-src": [SELF, "data:", *static, *uploads],
        "object-src": [NONE],
        "base-uri": [SELF],
    }


def origin(url: Any) -> list[str]:  # noqa: ANN401 - a setting, which may be lazy
    """The origin of a URL for a policy, as a list of one, or of none where it is the app's own."""
    parts = urlsplit(str(url or ""))
    if not parts.netloc:
        return []
    return [f"{parts.scheme}://{parts.netloc}" if parts.scheme else parts.netloc]


def with_nonces(templates: Iterable[Any]) -> list[Any]:
    """The setting ``TEMPLATES`` with ``csp_nonce`` in the context of Django's own engines.

    Args:
        templates: The setting; it is not changed.

    Returns:
        A new list.
    """
    return [_with_nonce(each) if _is_djangos(each) else each for each in templates]


def _is_djangos(engine: Any) -> bool:  # noqa: ANN401 - what a project has written
    return isinstance(engine, dict) and str(engine.get("BACKEND")).startswith(BACKENDS)


def _with_nonce(engine: dict[str, Any]) -> dict[str, Any]:
    options = engine.get("OPTIONS") or {}
    others = [each for each in options.get("context_processors") or () if each != PROCESSOR]
    return {**engine, "OPTIONS": {**options, "context_processors": [*others, PROCESSOR]}}


def _has_django_csp(app: App) -> bool:
    return any(each.startswith("csp.") for each in app.project.get("MIDDLEWARE") or ())


def _possible(values: Values, app: App) -> Iterator[Problem]:
    named = [
        name
        for name in ("CSP", "CSP_REPORT_URI")
        if values.given(name) and values[name] not in {None, "off"}
    ]
    if _has_django_csp(app):
        if "CSP" not in named:  # the project may read CSP_REPORT_URI, too
            return
        yield Problem(
            name="CSP",
            wrong="is set, and the project sends a policy by django-csp",
            right="Unset it, and change the policy in the project's CONTENT_SECURITY_POLICY.",
        )
    elif named and not app.since(*SINCE):
        yield Problem(
            name=named[0],
            wrong="is set, and the app's Django has no content security policy: 6.0 brings it",
            right="Unset it, and give the project django-csp if it needs a policy now.",
        )


FRAGMENT = Fragment(
    group=GROUP, settings=settings, checks=(Check(names=("CSP", "CSP_REPORT_URI"), find=_possible),)
)
