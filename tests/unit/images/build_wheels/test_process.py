import sys
import threading
import time

import pytest

from build_wheels.errors import CannotCreateError, ConfigurationError
from build_wheels.process import Runner

SAY = "import sys; print('from https://me:pw@h/'); print('oh', file=sys.stderr); sys.exit(3)"


def test_output_is_clean(tmp_path):
    done = Runner({}).run([sys.executable, "-c", SAY], log=tmp_path / "log")
    assert done.returncode == 3
    assert "https://****@h/" in done.output
    assert "oh" in done.output
    assert (tmp_path / "log").read_text() == done.output
    apart = Runner({}).run([sys.executable, "-c", SAY], merge=False)
    assert (apart.output, apart.errors) == ("from https://****@h/\n", "oh\n")


def test_a_program_has_no_other_environment(monkeypatch):
    monkeypatch.setenv("SECRET", "x")
    code = "import os; print(os.environ.get('SECRET'), os.environ['A'], os.environ['B'])"
    runner = Runner({"A": "1"})
    assert runner.run([sys.executable, "-c", code], environment={"B": "2"}).output == "None 1 2\n"


def test_no_such_program():
    with pytest.raises(ConfigurationError, match="cannot be run"):
        Runner({}).run(["/no/such/program"])


def test_a_full_disk():
    code = "raise SystemExit('x: No space left on device')"
    with pytest.raises(CannotCreateError, match="no space"):
        Runner({}).run([sys.executable, "-c", code])


def test_the_end_takes_children_along(tmp_path):
    runner = Runner({"PATH": "/usr/bin:/bin"})
    began = time.monotonic()
    thread = threading.Thread(target=runner.run, args=(["sh", "-c", "sleep 60 & sleep 60"],))
    thread.start()
    time.sleep(0.2)
    runner.end()
    thread.join(5)
    assert not thread.is_alive()
    assert time.monotonic() - began < 5
    assert runner.run([sys.executable, "-c", ""]).returncode != 0
