import subprocess
import sys
from pathlib import Path

from settings_lib.reference import env_example, markdown
from settings_lib.schema import GROUPS

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "settings.md"


def test_the_reference_is_current():
    assert REFERENCE.read_text(encoding="utf-8") == markdown(GROUPS), (
        f"run: python -m settings_lib docs > {REFERENCE}"
    )


def test_example_sets_what_is_required_and_nothing_else():
    lines = env_example(GROUPS).splitlines()
    assignments = {line.partition("=")[0] for line in lines if line and line[0] != "#"}
    assert assignments == {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"}


def test_command_line():
    command = [sys.executable, "-m", "settings_lib", "example"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == env_example(GROUPS)
