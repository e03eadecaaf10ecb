"""Settings by this library."""

from settings_lib import configure
from website.shared import *  # noqa: F403

configure(globals(), app="website")
