"""docs/tutorial/first-app.md: its steps alone, with a project as `startproject` makes it."""

import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from apps import TOOLKIT, toolkit_or_fail
from containers import HARDENED, build_command

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial" / "first-app.md"
TESTS = """\
from django.test import TestCase

class Admin(TestCase):
    def test_login(self):
        self.assertEqual(self.client.get("/admin/login/").status_code, 200)
"""


def blocks(first):
    """Return the code blocks of the page that begin with a text."""
    text = TUTORIAL.read_text()
    found = re.findall(r"(?:^    .*\n|^\n(?=    ))+", text, re.MULTILINE)
    found = [re.sub(r"^    ", "", block, flags=re.MULTILINE).strip() + "\n" for block in found]
    return [block for block in found if block.startswith(first)]


@pytest.fixture
def project(tmp_path, images):
    folder = tmp_path / "mysite"
    folder.mkdir()
    start = [sys.executable, "-m", "django", "startproject", "mysite", str(folder)]
    subprocess.run(start, check=True)
    for name, first in (
        ("requirements.txt", "Django=="),
        ("mysite/settings_docker.py", "from mysite.settings"),
        ("Dockerfile", "FROM django-container/base"),
        (".dockerignore", ".git"),
        ("Makefile", "APP = mysite"),
    ):
        (text,) = blocks(first)
        (folder / name).write_text(text)
    (folder / "mysite" / "tests.py").write_text(TESTS)
    return folder


def test_the_pages_of_a_new_project_have_their_static_files(project, apps, docker, containers):
    image = apps.image("mysite")
    path = f"{Path(TOOLKIT).parent}{os.pathsep}{os.environ['PATH']}"
    make = ("make", "-C", str(project), "build", f"IMAGE={image}")
    done = build_command(*make, env={**os.environ, "PATH": path})
    assert done.returncode == 0, done.stdout
    assert "Ran 1 test" in done.stdout
    variables = (
        *("--env", "SECRET_KEY=of the tests", "--env", "ALLOWED_HOSTS=localhost,127.0.0.1"),
        *("--env", "DATABASE_URL=sqlite:////tmp/db.sqlite3", "--publish", "127.0.0.1::8000"),
    )
    web = containers.start(image, options=(*HARDENED, *variables))
    web.wait_for_answer("/admin/login/")
    with urllib.request.urlopen(web.url("/admin/login/"), timeout=10) as answer:
        page = answer.read().decode()
    assert re.search(r"/static/admin/css/base\.[0-9a-f]+\.css", page)


def test_a_storage_that_needs_a_manifest_needs_static_root(project, apps):
    settings = project / "mysite" / "settings_docker.py"
    settings.write_text(settings.read_text() + "\nSTATIC_ROOT = None\n")
    (project / "mysite" / "tests.py").write_text(
        TESTS.replace("/admin/login/", "/nothing/").replace("200", "404")
    )
    toolkit_or_fail("wheelhouse", "-C", str(project))
    done = build_command(str(TOOLKIT), "build", apps.image("mysite"), "-C", str(project))
    assert done.returncode == 65, done.stdout
    assert "STATIC_ROOT is not set" in done.stdout
