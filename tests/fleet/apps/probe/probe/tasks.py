import time

from celery import shared_task
from django.conf import settings

from probe.models import Done


@shared_task
def number(n, seconds):
    """Take some seconds, then leave a row."""
    time.sleep(seconds)
    Done.objects.create(number=n, version=settings.IMAGE_TAG, host=settings.PROBE_HOST)


@shared_task
def tick():
    """What beat asks for."""
