import pytest
from jinja2 import TemplateNotFound, UndefinedError

from toolkit.resources import TARGETS
from toolkit.scaffold import templates

NAMES = [
    f"{path.parent.parent.name}/{path.name}"
    for path in sorted(TARGETS.glob("*/templates/*"))
    if path.is_file()
]


def test_what_a_template_has(manifest):
    text = templates.render("base/APP", manifest("image = 'thraxil/antisocial'"))
    assert text.splitlines()[-2:] == ["export IMAGE=thraxil/antisocial", 'export OPTS=""']
    assert text.endswith("\n")


def test_what_is_not_given_is_an_error(manifest):
    with pytest.raises(UndefinedError):
        templates.render("base/APP-ROLE.env", manifest())


@pytest.mark.parametrize("name", ["base/no", "no/APP", "base/../../files.py"])
def test_no_such_template(manifest, name):
    with pytest.raises(TemplateNotFound):
        templates.render(name, manifest())


def test_what_has_nothing_to_render_stays_as_it_is():
    assert templates.static("base/docker-runner").startswith("#!/bin/sh\n")
    assert "{{with .Config.Labels}}" in templates.static("base/docker-runner")


@pytest.mark.parametrize("name", NAMES)
def test_every_template_ends_its_last_line(name):
    assert templates.static(name).endswith("\n")


@pytest.mark.parametrize("text", ["a b", "$(id)", "'", '"', "\\", "%n", "{{ 7 * 7 }}", "{% raw %}"])
def test_values_are_quoted_for_their_reader(manifest, text):
    """And not rendered themselves."""
    made = templates.render("base/APP-ROLE.env", manifest(), role="web", variables={"A": text})
    assert made.splitlines()[-1] == f"A={text}"
