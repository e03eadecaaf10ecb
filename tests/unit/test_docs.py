"""The pages are what the code says, and link to what is there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = [CHECKOUT / "README.md", CHECKOUT / "CHANGELOG.md", *(CHECKOUT / "docs").rglob("*.md")]


def test_generated_pages_are_fresh():
    done = subprocess.run(
        [sys.executable, CHECKOUT / "scripts" / "docs", "--check"],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / "images" / "builder")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)", page.read_text())
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert not missing


def test_every_page_is_in_the_index():
    index = (CHECKOUT / "docs" / "README.md").read_text()
    pages = [path.relative_to(CHECKOUT / "docs") for path in (CHECKOUT / "docs").rglob("*.md")]
    assert not [page for page in pages if str(page) != "README.md" and str(page) not in index]
