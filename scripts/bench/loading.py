"""Time how long settings take to load, each time in a fresh process.

Usage: loading.py PROJECT RUNS

Prints a line of JSON: what is here; then one a round, in the order A B B A: for each process and
each of CASES, [case, module, ms of wall clock time, ms of CPU time]. Standard library only: it runs
on the image's Python.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

#: What is timed: to the first setting, and to where every app is loaded and logs are configured.
CASES = ("load the settings", "django.setup()")

MODULES = ("website.configured", "website.plain")

VARIABLES = {
    "SECRET_KEY": "of the benchmark, and as long as a key has to be 0123456789",
    "ALLOWED_HOSTS": "website.example.org,.example.com",
    "DEBUG": "false",
    "TIME_ZONE": "Europe/Berlin",
    "DATABASE_URL": "postgresql://website:password@db.example.org:5432/website",
    "CACHE_URL": "redis://redis.example.org:6379/1",
    "EMAIL_URL": "smtp+tls://website:password@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "website@example.org",
    "SERVER_EMAIL": "root@example.org",
    "CONN_MAX_AGE": "5m",
    "CSRF_TRUSTED_ORIGINS": "https://website.example.org",
    "SECURE_HSTS_SECONDS": "3600",
    "LOG_FORMAT": "json",
    "LOG_LEVEL": "info",
}

#: What manage.py has imported by the time that it asks for the first setting.
PROGRAM = """
import time
import django.core.management
from django.conf import settings
began, cpu = time.perf_counter(), time.process_time()
settings.INSTALLED_APPS
print((time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000)
django.setup()
print((time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000)
"""


def main() -> None:
    """Load the settings, again and again."""
    project, runs = sys.argv[1], int(sys.argv[2])
    print(json.dumps({"python": sys.version.split()[0], "django": version("django")}), flush=True)
    for module in MODULES:  # what the first ones read is in memory afterwards
        load(project, module)
    for _ in range(runs // 2):
        order = (*MODULES, *reversed(MODULES))
        print(json.dumps([row for module in order for row in load(project, module)]), flush=True)


def load(project: str, module: str) -> list[tuple[str, str, float, float]]:
    """Return how long a settings module takes, in ms of wall clock and of CPU time."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={
            **{
                name: os.environ[name]
                for name in ("PATH", "PYTHONPATH", "PYTHONPYCACHEPREFIX")
                if name in os.environ
            },
            **VARIABLES,
            "DJANGO_SETTINGS_MODULE": module,
        },
        cwd=Path(project),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    times = [map(float, line.split()) for line in done.stdout.splitlines()]
    return [(case, module, *pair) for case, pair in zip(CASES, times, strict=True)]


if __name__ == "__main__":
    main()
