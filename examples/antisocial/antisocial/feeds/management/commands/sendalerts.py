"""``manage.py sendalerts``: a role of its own, beside web, worker and beat."""

import signal
import threading
from pathlib import Path

from django.core.management.base import BaseCommand

from antisocial.feeds.alerts import send_alerts


class Command(BaseCommand):
    help = "Mail the admins about feeds that fail, once for each error, until TERM."

    def add_arguments(self, parser):
        parser.add_argument("--every", type=float, default=10, metavar="SECONDS")
        parser.add_argument("--heartbeat", type=Path, metavar="FILE", help="touched in each round")

    def handle(self, *, every, heartbeat, **options):  # noqa: ARG002 - Django's own options
        stopping = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stopping.set())
        self.stdout.write(f"sendalerts: looking every {every:g} s")
        while not stopping.is_set():
            for feed in send_alerts():
                self.stdout.write(f"sendalerts: {feed.url}: {feed.error}")
            if heartbeat:
                heartbeat.touch()
            stopping.wait(every)
        self.stdout.write("sendalerts: stopped")
