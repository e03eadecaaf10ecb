"""Static files: collected and compressed in the build where the image itself serves them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from entrypoint import staticfiles
from entrypoint.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.project import Project

#: The line in which the probe answers, whatever else the app prints at import.
MARK = "entrypoint-static: "


def build(project: Project, environ: Mapping[str, str], found: Mapping[str, Any]) -> None:
    """Run collectstatic, and compress where django-compressor works offline.

    Args:
        project: the app.
        environ: the environment of build mode.
        found: what `probe` gave.

    Raises:
        BuildError: a command failed, or pages need what cannot be collected.
    """
    if found["unset"]:
        raise BuildError(
            "STATIC_ROOT is not set, and the static files' storage needs a manifest in it: every "
            "page with a static file would fail.",
            'In the settings: STATIC_ROOT = BASE_DIR / "staticfiles"',
        )
    if found["elsewhere"]:
        print(f"    {found['elsewhere']}")
        return
    _manage(project, environ, "collectstatic", "--noinput")
    if found["compress"]:
        _manage(project, environ, "compress")
    elif found["offline"]:
        print(
            "entrypoint: warning: COMPRESS_OFFLINE is set and COMPRESS_ENABLED is not, so nothing "
            "was compressed. Where the image runs with DEBUG=False, build it so: ENV DEBUG=False"
        )


def probe(project: Project, environ: Mapping[str, str]) -> dict[str, Any]:
    """Ask the app's settings where static files go, and which variables are secret.

    Returns:
        `elsewhere`: why there is nothing to collect here, or None; `unset`: whether pages need
        what cannot be collected, since there is no STATIC_ROOT; `offline`: whether
        django-compressor expects its files from a build; `compress`: whether it is to make them;
        `secrets`: the names of secret variables, as far as the settings know (settings_lib does).

    Raises:
        BuildError: the settings cannot be imported.
    """
    answer = subprocess.run(
        [sys.executable, "-m", "entrypoint.build.static"],
        cwd=project.directory(),
        env=dict(environ),
        stdout=subprocess.PIPE,
        check=False,
    )
    lines = answer.stdout.decode(errors="replace").splitlines()
    marked = [line[len(MARK) :] for line in lines if line.startswith(MARK)]
    if answer.returncode != 0 or not marked:
        raise BuildError(
            f"the settings {environ.get('DJANGO_SETTINGS_MODULE', '')} cannot be loaded "
            f"in build mode (exit code {answer.returncode}).",
            "Why is above. Build mode (BUILD=1) has no secrets: give them defaults for it, or use "
            "settings_lib, which does.",
        )
    found: dict[str, Any] = json.loads(marked[-1])
    return found


def _manage(project: Project, environ: Mapping[str, str], *args: str) -> None:
    argv = [sys.executable, project.manage_py(), *args]
    code = subprocess.run(argv, cwd=project.directory(), env=dict(environ), check=False).returncode
    if code != 0:
        raise BuildError(
            f"manage.py {' '.join(args)} failed (exit code {code}).", "Its output is above."
        )


def _inspect() -> dict[str, Any]:
    """Answer for the settings of this process."""
    sys.path[0] = os.getcwd()
    import django  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from django.conf import settings  # type: ignore[import-untyped,import-not-found,unused-ignore]

    django.setup()
    found = staticfiles.look()
    elsewhere = found.nothing
    if found.remote:
        elsewhere = "static files live elsewhere: `release` uploads them"
    return {
        "elsewhere": elsewhere,
        "unset": found.unset,
        "offline": found.offline,
        "compress": found.compress,
        "secrets": list(getattr(settings, "SECRET_VARIABLES", ())),
    }


if __name__ == "__main__":
    print(f"\n{MARK}{json.dumps(_inspect())}")  # an app may print without a newline
