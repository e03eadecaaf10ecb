import time
from pathlib import Path

from celery import shared_task


@shared_task
def leave_marks(folder, seconds):
    """Leave a mark when beginning, and another when done."""
    Path(folder, "began").touch()
    time.sleep(seconds)
    Path(folder, "done").touch()


@shared_task
def note(path, name, seconds):
    """Add a line to a file when beginning, and another when done."""
    for word in ("began", "done"):
        with Path(path).open("a") as file:
            file.write(f"{word} {name}\n")
        if word == "began":
            time.sleep(seconds)
