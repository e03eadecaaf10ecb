"""``/__version__``: which image this is."""

from __future__ import annotations

import json
import logging
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings  # type: ignore[import-untyped]

logger = logging.getLogger(__name__)

FILE = "version.json"


@cache
def version() -> dict[str, Any]:
    """Return what Dockerflow's ``version.json`` has: source, version, commit, build.

    Version and commit are the image's tag and revision. A file ``version.json`` in ``BASE_DIR``,
    which an app's own CI wrote, wins item by item. Neither changes while the process lives, so it
    is read once.

    Returns:
        The items; None for what nobody said.
    """
    image = {
        "source": None,
        "version": getattr(settings, "IMAGE_TAG", None),
        "commit": getattr(settings, "IMAGE_REVISION", None),
        "build": None,
    }
    return image | _file(getattr(settings, "BASE_DIR", None))


def _file(folder: str | Path | None) -> dict[str, Any]:
    if folder is None:
        return {}
    try:
        found = json.loads((Path(folder) / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        logger.warning("%s in BASE_DIR is no JSON object: /__version__ does without", FILE)
        return {}
    return found
