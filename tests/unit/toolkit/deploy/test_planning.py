from pathlib import Path

import pytest

from toolkit.deploy.hosts import fleet as fleet_of
from toolkit.deploy.order import Order
from toolkit.deploy.planning import plan
from toolkit.manifest.reading import load

GOLDEN = Path(__file__).with_name("plans")
REFERENCE = Path(__file__).parents[4] / "docs/reference/toolkit.toml"


def text(steps):
    """A plan as `toolkit deploy --plan` prints it."""
    lines = []
    for each in steps:
        lines.append(
            f"{each.host}  {each.phase}: {each.step}" + f"  ({each.when})" * bool(each.when)
        )
        lines += [f"    {command}" for command in each.commands]
    return "\n".join(lines) + "\n"


def deploy(**order):
    return Order(**{"kind": "deploy", "tag": "build-42", "who": "me@here", **order})


@pytest.mark.parametrize("name", ["small", "single", "upstart", "registrator", "no-web"])
def test_every_command_of_a_deploy(fleet, name):
    assert text(plan(fleet(name), deploy())) == (GOLDEN / f"{name}.txt").read_text()


def test_every_command_of_the_reference(tmp_path):
    (tmp_path / "toolkit.toml").write_text(REFERENCE.read_text())
    hosts = fleet_of(load("antisocial", tmp_path).manifest)
    assert text(plan(hosts, deploy())) == (GOLDEN / "reference.txt").read_text()


def test_every_command_of_a_rollback(fleet):
    steps = plan(fleet("small"), deploy(kind="rollback", tag=""))
    assert text(steps) == (GOLDEN / "small-rollback.txt").read_text()


def test_a_restart_pulls_and_asks_nothing_of_migrations(fleet):
    steps = list(plan(fleet("small"), deploy(kind="restart", tag="")))
    assert not [each for each in steps if each.step in {"migrations", "release"}]
