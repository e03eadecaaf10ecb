"""A view and a task that take memory until the kernel has no more of it for the container."""

from celery import shared_task

CHUNK = 10**7  # bytes


def eat(request):
    """Take memory instead of answering."""
    hoard()


@shared_task
def eat_all():
    """Take memory."""
    hoard()


def hoard():
    """Take memory until killed. What is written to is taken for good."""
    taken = []
    while True:
        taken.append(b"x" * (CHUNK + len(taken)))
