"""Every module of the library can be imported in an app that has all that it works with."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parent / "project"
IMPORT_ALL = """
import importlib, os, pkgutil
import django, settings_lib

os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
django.setup()
for module in pkgutil.walk_packages(settings_lib.__path__, "settings_lib."):
    if not module.name.endswith(".__main__"):
        importlib.import_module(module.name)
        print(module.name)
"""


def test_modules(tmp_path):
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_ALL],
        cwd=tmp_path,
        env={"PYTHONPATH": str(PROJECT), "HOME": str(tmp_path), "BUILD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert "settings_lib.storages.s3" in run.stdout.split()
