"""The Celery app: ``celery -A antisocial worker``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "antisocial.settings")

app = Celery("antisocial")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
