import subprocess
import sys

import pytest

from settings_lib.logs import handler


@pytest.mark.parametrize(
    ("program", "role", "job"),
    [
        ("/app/manage.py", None, True),
        ("manage.py", None, True),
        ("/ve/bin/django-admin", None, True),
        ("/ve/bin/manage", None, True),
        ("/ve/bin/entrypoint", None, True),
        ("/ve/bin/gunicorn", None, False),
        ("/ve/bin/celery", None, False),
        ("send.py", None, False),
        ("", None, False),
        ("/app/manage.py", "sendalerts", False),
        ("/app/manage.py", "", True),
    ],
)
def test_what_is_a_job(monkeypatch, program, role, job):
    monkeypatch.setattr(sys, "argv", [program])
    assert handler.is_job({} if role is None else {"ENTRYPOINT_ROLE": role}) is job


PROGRAM = """
import logging, warnings
from settings_lib.logs.handler import LogHandler, is_job
logging.basicConfig(handlers=[LogHandler()])
warnings.warn("careful", UserWarning, stacklevel=1)
print(is_job())
"""


@pytest.mark.parametrize("role", ["web", ""])
def test_a_role_writes_to_standard_output_and_a_job_to_standard_error(tmp_path, role):
    script = tmp_path / "manage.py"
    script.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, str(script)],
        env={"ENTRYPOINT_ROLE": role},
        capture_output=True,
        text=True,
        check=True,
    )
    text, other = (done.stdout, done.stderr) if role else (done.stderr, done.stdout)
    assert "WARNING:py.warnings:" in text
    assert text.count("UserWarning: careful") == 1
    assert "careful" not in other


@pytest.mark.parametrize(
    ("module", "job"), [("entrypoint.calling", True), ("django", True), ("gunicorn", False)]
)
def test_a_package_as_a_program(monkeypatch, module, job):
    from importlib.util import find_spec

    main = type(sys)("__main__")
    name = module if "." in module else f"{module}.__main__"
    main.__spec__ = find_spec(name)
    monkeypatch.setitem(sys.modules, "__main__", main)
    monkeypatch.setattr(sys, "argv", ["package.module:function"])
    assert handler.is_job({}) is job
