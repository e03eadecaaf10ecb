"""A Django project for one test, in this process, and servers that say nothing."""

import socket
import threading
from contextlib import suppress

import pytest
from django.apps import apps
from django.conf import UserSettingsHolder, global_settings, settings
from django.db import connections
from django.test import AsyncClient, Client
from django.utils.functional import empty

from settings_lib.health import migrations
from settings_lib.health.version import version

MIDDLEWARE = [
    "settings_lib.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]


def page(request):
    from django.http import HttpResponse

    return HttpResponse("the app's")


class Urls:
    """The project's URLs."""

    @staticmethod
    def patterns():
        from django.urls import path

        return [path("", page)]


class Project:
    """The project: its clients, which begin anew with its settings as they are now."""

    def __init__(self, patch, folder):
        self._patch = patch
        self.folder = folder
        self.drain_file = folder / "drain"

    def set(self, **changes):
        holder = UserSettingsHolder(settings._wrapped)
        for name, value in changes.items():
            setattr(holder, name, value)
        settings._wrapped = holder
        self._patch.setitem(
            connections.__dict__, "settings", connections.configure_settings(settings.DATABASES)
        )
        return self

    def client(self, **options):
        return Client(enforce_csrf_checks=True, **options)

    def async_client(self):
        return AsyncClient()

    def heartbeat(self):
        """Return status, state of each check, and details."""
        answer = self.client().get("/__heartbeat__")
        data = answer.json()
        assert answer.status_code == (500 if data["status"] == "error" else 200)
        return data["status"], data["checks"], data["details"]


@pytest.fixture
def project(monkeypatch, tmp_path):
    settings._wrapped = UserSettingsHolder(global_settings)
    migrations.on_disk.cache_clear()
    version.cache_clear()
    apps.populate(())
    made = Project(monkeypatch, tmp_path).set(
        SECRET_KEY="of the tests",
        ALLOWED_HOSTS=["example.org"],
        MIDDLEWARE=MIDDLEWARE,
        ROOT_URLCONF=tuple(Urls.patterns()),
        SECURE_SSL_REDIRECT=True,
        DRAIN_FILE=tmp_path / "drain",
        HEARTBEAT_TIMEOUT=20,  # drivers may have to be imported first
        IMAGE_TAG="build-42",
        IMAGE_REVISION="0123abcd",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(tmp_path / "db.sqlite3"),
            }
        },
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    )
    yield made
    connections.close_all()
    for alias in settings.DATABASES:
        if hasattr(connections._connections, alias):
            delattr(connections._connections, alias)
    migrations.on_disk.cache_clear()
    version.cache_clear()
    settings._wrapped = empty


class Silent:
    """A server that takes connections and says nothing, as a host whose packets are dropped."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.connections = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                self.connections.append(self._socket.accept()[0])
            except OSError:
                return

    def close(self):
        with suppress(OSError):  # it is closed already
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for each in self.connections:
            each.close()


@pytest.fixture
def silent():
    server = Silent()
    yield server
    server.close()
