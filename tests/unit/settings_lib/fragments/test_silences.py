import re
from pathlib import Path

from settings_lib.fragments import security
from settings_lib.fragments.security import hsts

PAGE = Path(__file__).parents[4] / "docs" / "explanation" / "silences.md"


def test_the_page_lists_each_with_its_reason():
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    assert rows == [
        f"| {', '.join(f'`{each}`' for each in silence.ids)} | {silence.when} | {silence.reason} |"
        for silence in (*security.SILENCES, *hsts.SILENCES)
    ]


def test_they_are_ids_of_djangos():
    ids = {each for silence in (*security.SILENCES, *hsts.SILENCES) for each in silence.ids}
    assert all(re.fullmatch(r"security\.W\d{3}", each) for each in ids)
