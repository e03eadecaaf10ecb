"""Several hundred malformed values, each through `configure`, some through real processes."""

import contextlib
import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from malformed import BY_NAME, BY_TYPE, malformed

from settings_lib import SCHEMA, configure

PROJECT = Path(__file__).parent / "project"


def environment(case):
    return case.environ(SCHEMA[case.variable].names)


def check_message(case, message):
    """It is one, names the variable, and has no value."""
    assert message.count(" have 1 problem:\n") == 1, message
    assert message.startswith("The settings of "), message
    assert f"\n  - {case.variable} " in message, message
    if case.name != case.variable:
        assert case.name in message, message
    known = SCHEMA[case.variable]
    said = f"{known.right} {known.type.expected} {known.help} {known.names}"
    if case.told_by and case.told_by not in said:
        assert case.told_by not in message
    assert "Traceback" not in message


def test_every_type_has_malformed_values():
    assert {var.type.name for var in SCHEMA.values()} <= set(BY_TYPE)
    assert set(BY_NAME) <= set(SCHEMA)


def test_there_are_several_hundred():
    assert sum(1 for var in SCHEMA.values() for _ in malformed(var)) > 1_000


@pytest.mark.parametrize("var", SCHEMA.values(), ids=lambda var: var.name)
def test_configure_ends_with_one_message(var):
    accepted = []
    for case in malformed(var):
        out, err = io.StringIO(), io.StringIO()
        namespace = {"TIME_ZONE": "UTC"}
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                configure(namespace, app="moon", environ=environment(case), celery=True)
            except SystemExit as end:
                assert end.code == 78
            else:
                accepted.append((case.name, case.value))
                continue
        assert out.getvalue() == ""
        assert namespace == {"TIME_ZONE": "UTC"}
        check_message(case, err.getvalue())
    assert accepted == []


def test_processes_end_with_one_message(tmp_path):
    """One value of each fifth variable, through a real `manage.py check`."""
    cases = [list(malformed(var)) for var in list(SCHEMA.values())[::5]]
    chosen = [each[at * 7 % len(each)] for at, each in enumerate(cases)]
    assert len(chosen) >= 15

    def check(case):
        environ = {"PYTHONPATH": str(PROJECT), "HOME": str(tmp_path), **environment(case)}
        return subprocess.run(
            [sys.executable, PROJECT / "manage.py", "check"],
            cwd=tmp_path,
            env={name: os.fsencode(value) for name, value in environ.items()},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, done in zip(chosen, pool.map(check, chosen), strict=True):
            assert (done.returncode, done.stdout) == (78, ""), done.stderr
            check_message(case, done.stderr)
