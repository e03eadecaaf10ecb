"""The pure parts of `make bench-entrypoint`."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[3] / "scripts" / "bench" / "figures.py"


@pytest.fixture(scope="module")
def figures():
    spec = importlib.util.spec_from_file_location("bench_figures", SOURCE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture
def compare(figures):
    def make(ours, theirs, cpu=(), **goal):
        return figures.Comparison(
            name="a job",
            goal=figures.Goal(**goal or {"ratio": 1.0}),
            ours=ours,
            theirs=theirs,
            cpu=cpu,
        )

    return make


def test_medians_and_not_means_are_compared(compare):
    comparison = compare((10.0, 11.0, 900.0), (20.0, 22.0, 24.0))
    assert comparison.medians == (11.0, 22.0)
    assert comparison.difference == -11.0
    assert comparison.ratio == 0.5
    assert comparison.spreads[1] == 2.0


def test_the_interval_holds_the_ratio_and_grows_with_the_noise(compare):
    theirs = tuple(100.0 + n % 3 for n in range(30))
    calm = compare(tuple(90.0 + n % 3 for n in range(30)), theirs)
    wild = compare(tuple(70.0 + 40 * (n % 2) + n % 3 for n in range(30)), theirs)
    for comparison in (calm, wild):
        low, high = comparison.interval
        assert low <= comparison.ratio <= high
    assert calm.interval[1] - calm.interval[0] < 0.05 < wild.interval[1] - wild.interval[0]
    assert calm.interval == calm.interval


@pytest.mark.parametrize(
    ("goal", "ours", "met"),
    [
        ({"ratio": 1.0}, 100.4, True),
        ({"ratio": 1.0}, 100.6, False),
        ({"difference": 12, "digits": 0}, 112.4, True),
        ({"difference": 12, "digits": 0}, 112.6, False),
    ],
)
def test_a_goal_is_judged_at_its_own_decimals(compare, goal, ours, met):
    comparison = compare((ours,) * 2, (100.0,) * 2, **goal)
    assert comparison.met is met
    assert comparison.cells()[-1].endswith("met" if met else "MISSED")


def test_the_tables(figures, compare):
    comparison = compare((9.0, 11.0), (20.0, 20.0), cpu=((8.0, 8.0), (19.0, 19.0)))
    lines = [figures.head("one, ms", "two, ms"), comparison.cells()]
    text = figures.text_table(lines).splitlines()
    line = "a job 10.0 ± 0.5 20.0 ± 0.0 -10.0 0.500 0.450 to 0.550 8.0 / 19.0 ratio ≤ 1.00: met"
    assert text[1].split() == line.split()
    assert text[0].index("two, ms") + len("two, ms") == text[1].index(" ± 0.0") + len(" ± 0.0")
    page = figures.markdown_table(lines).splitlines()
    assert page[1] == "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
    assert {line.count("|") for line in page} == {9}


def test_json_has_every_figure(figures, compare):
    comparison = compare((9.0, 11.0), (20.0, 20.0))
    data = json.loads(figures.json_text({"machine": "this"}, [comparison]))
    assert data["machine"] == {"machine": "this"}
    (result,) = data["results"]
    assert (result["ratio"], result["runs"], result["met"]) == (0.5, 2, True)
    assert result["theirs"] == {"median": 20.0, "spread": 0.0}


def test_only_the_pages_block_is_replaced(figures):
    page = f"before\n{figures.BEGIN}old\n{figures.END}after\n"
    new = figures.replace_block(page, "new\n")
    assert new == f"before\n{figures.BEGIN}\nnew\n\n{figures.END}after\n"
    assert figures.replace_block(new, "new") == new
    with pytest.raises(ValueError, match="no block"):
        figures.replace_block("another page", "new")


def test_the_page_has_the_block(figures):
    page = SOURCE.parents[2] / "docs" / "explanation" / "benchmarks.md"
    assert figures.replace_block(page.read_text(), "x")
