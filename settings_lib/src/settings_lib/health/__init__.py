"""The health end points, at Dockerflow's paths: https://github.com/mozilla-services/Dockerflow."""

from settings_lib.health.middleware import HealthMiddleware

__all__ = ["HealthMiddleware"]
