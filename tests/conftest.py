"""A skip is a failure in all tests: what was not looked at is not known to be right."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # what several kinds of tests share


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Make a failure of a skip."""
    report = (yield).get_result()
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, which is a failure here: {report.longrepr}"
