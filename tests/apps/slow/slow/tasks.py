import time
from pathlib import Path

from celery import shared_task


@shared_task
def leave_marks(folder, seconds):
    """Leave a mark when beginning, and another when done."""
    Path(folder, "began").touch()
    time.sleep(seconds)
    Path(folder, "done").touch()
