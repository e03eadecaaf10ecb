"""The health end points, at Dockerflow's paths: https://github.com/mozilla-services/Dockerflow."""

from settings_lib.health.errors import Doubtful, Failed
from settings_lib.health.middleware import HealthMiddleware

__all__ = ["Doubtful", "Failed", "HealthMiddleware"]
