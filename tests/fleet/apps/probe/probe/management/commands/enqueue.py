import json
import random
import time

from django.core.management.base import BaseCommand

from probe.tasks import number


class Command(BaseCommand):
    help = "Ask for numbered tasks, steadily; each takes a random time, the same for one seed."

    def add_arguments(self, parser):
        parser.add_argument("count", type=int)
        parser.add_argument("--first", type=int, default=0, help="the first number")
        parser.add_argument("--longest", type=float, default=30, help="seconds of a task at most")
        parser.add_argument("--rate", type=float, default=10, help="tasks a second")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, count, first, longest, rate, seed, **options):
        chance, began = random.Random(seed), time.monotonic()
        for index in range(count):
            time.sleep(max(0.0, began + index / rate - time.monotonic()))
            number.delay(first + index, round(chance.uniform(0, longest), 2))
        self.stdout.write(json.dumps({"asked": count, "seconds": time.monotonic() - began}))
