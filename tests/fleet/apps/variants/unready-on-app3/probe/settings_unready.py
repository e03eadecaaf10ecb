import os

from probe.settings_docker import *  # noqa: F403
from probe.settings_docker import MIDDLEWARE, PROBE_HOST

if os.environ.get("PROBE_UNREADY_ON", PROBE_HOST) == PROBE_HOST:
    MIDDLEWARE = ["probe.unready.Unready", *MIDDLEWARE]
