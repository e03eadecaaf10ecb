from pathlib import Path

from markdown_it import MarkdownIt

from settings_lib.command.documents.reference import markdown
from settings_lib.schema import GROUPS
from settings_lib.types.parsing import INT, choice
from settings_lib.variables import Group, Var, When

REFERENCE = Path(__file__).parents[5] / "docs" / "reference" / "settings.md"
LATER = When(names=(), text="the moon | is *full*", holds=lambda *_: False)
GROUP = Group(
    title="Moon",
    variables=(
        Var(name="A", type=INT, default=3, aliases=("B", "C"), fallbacks=("D",), help="A *.x"),
        Var(name="E", type=choice("on", "off"), required=LATER, secret=True, help="E."),
        Var(name="F", type=choice("left", "right"), default="left", help="F."),
        Var(name="G", required=True, help="G."),
        Var(name="H", default_text="the app's", help="H."),
    ),
)


def cells(text):
    """Every row of every table, as a reader of the rendered page sees it."""
    rows = []
    for token in MarkdownIt().enable("table").parse(text):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and token.level > 3:
            rows[-1].append("".join(child.content for child in token.children))
    return {row[0]: row[1:] for row in rows if len(row) > 1}


def test_the_page_is_current():
    assert REFERENCE.read_text(encoding="utf-8") == markdown(GROUPS), "run scripts/docs"


def test_every_variable_has_a_row():
    rows = cells(markdown(GROUPS))
    for group in GROUPS:
        for var in group.variables:
            assert len(rows[var.name]) == 4
            assert all(name in rows[var.name][2] for name in var.aliases + var.fallbacks)


def test_what_a_row_says():
    rows = cells(markdown([GROUP], "moon"))
    assert rows["A"] == ["int", "3", "B, C, fallback D", "A *.x."]
    assert rows["E"] == [
        "choice", "required when the moon | is *full*", "", "E. One of on, off. Secret."
    ]  # fmt: skip
    assert rows["F"] == ["choice", "left", "", "F. One of left, right."]
    assert rows["G"][1] == "required"
    assert rows["H"][1] == "the app's"
    assert rows["int"] == ["a whole number"]
    assert "choice" not in rows


def test_a_group_without_variables_is_left_out():
    text = markdown([GROUP, Group(title="Sun", variables=())], "moon")
    assert "Sun" not in text
    assert "Every variable that moon reads." in text
