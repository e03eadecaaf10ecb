import os
import subprocess
import sys

import pytest

SETTINGS = """
import os
SECRET_KEY = "x"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "website"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
if os.environ.get("DIRECT"):
    DIRECT_DATABASE = {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DIRECT"]}
"""

MANAGE = """
import sys
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""

#: The entrypoint, with another root than /app.
RUN = """
import os, sys
from entrypoint.dispatch import dispatch
from entrypoint.errors import EntrypointError
from entrypoint.execute import execute
try:
    execute(dispatch(tuple(sys.argv[2:]), os.environ, sys.argv[1]))
except EntrypointError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
"""

MIGRATION = """
from django.db import migrations

def mark(apps, schema_editor):
    {code}

class Migration(migrations.Migration):
    dependencies = {after!r}
    replaces = {replaces!r}
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
"""


class Site:
    """A Django project in a folder, with SQLite."""

    def __init__(self, root):
        self.root = root
        self.write("manage.py", MANAGE)
        self.write("website/__init__.py", "")
        self.write("website/settings.py", SETTINGS)
        self.write("website/migrations/__init__.py", "")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def migration(self, name, *, after=(), replaces=(), code="pass"):
        """Write a migration of the app."""
        pairs = [[("website", each) for each in names] for names in (after, replaces)]
        text = MIGRATION.format(after=pairs[0], replaces=pairs[1], code=code)
        self.write(f"website/migrations/{name}.py", text)

    def start(self, *args, **environ):
        """Start a verb."""
        environ = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "website.settings",
            **environ,
        }
        return subprocess.Popen(
            [sys.executable, "-c", RUN, str(self.root), *args],
            env=environ,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *args, **environ):
        """Run a verb to its end."""
        process = self.start(*args, **environ)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(args, process.returncode, out, err)

    def recorded(self):
        """Return what is applied, of the app."""
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(self.root / "db.sqlite3")) as database:
            rows = database.execute("SELECT name FROM django_migrations WHERE app = 'website'")
            return sorted(name for (name,) in rows)


@pytest.fixture
def site(tmp_path):
    found = Site(tmp_path)
    found.migration("0001_first")
    return found
