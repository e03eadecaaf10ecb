"""The manifest: one description of an app, from which the hosts' files are made."""

from toolkit.manifest.models import Manifest, Role
from toolkit.manifest.reading import load

__all__ = ["Manifest", "Role", "load"]
