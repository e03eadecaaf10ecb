"""Where the toolkit's files are: in a checkout, beside the package; in a wheel, inside it."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHARE = _PACKAGE / "share" if (_PACKAGE / "share").is_dir() else _PACKAGE.parent

IMAGES = _SHARE / "images"
MAKEFILES = _SHARE / "makefiles"

#: The projects of the distributions that images carry, by the name of their folder.
ENTRYPOINT = _SHARE / "entrypoint"
SETTINGS_LIB = _SHARE / "settings_lib"

#: What makes a host's files, a folder for each kind: part of the package itself.
TARGETS = _PACKAGE / "scaffold" / "targets"

#: What a deploy runs on hosts, and in an app's image.
REMOTE = _PACKAGE / "deploy" / "remote"
