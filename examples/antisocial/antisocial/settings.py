"""Development: no environment needed, no service, no worker."""

from antisocial.settings_shared import *  # noqa: F403
from antisocial.settings_shared import BASE_DIR

DEBUG = True
SECRET_KEY = "only for development"
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"},
}
COMPRESS_ENABLED = False
CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = True
