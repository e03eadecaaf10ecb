from antisocial.settings_docker import *  # noqa: F403
from antisocial.settings_docker import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "slow"]
ROOT_URLCONF = "slow.urls"
