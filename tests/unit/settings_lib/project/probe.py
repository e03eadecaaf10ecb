"""Asks the project for pages; prints one line "status body" a page."""

import os

import django
from django.test import Client

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
django.setup()
for path in ("/__lbheartbeat__", "/"):
    for host in ("example.org", "stranger.example"):
        answer = Client(headers={"Host": host}).get(path)
        print(answer.status_code, answer.content.decode().partition("\n")[0][:40])
