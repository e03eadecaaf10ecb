import base64

import pytest

from toolkit.errors import HostError
from toolkit.provision.comparing import read
from toolkit.scaffold.changes import State
from toolkit.scaffold.files import File, with_header

UNIT = File(path="etc/systemd/system/shop.service", text="[Unit]\n")
ENV = File(path="etc/default/shop.env", text="A=\n", mode=0o600, filled=True)


def answer(*lines):
    return read("".join(f"{line}\n" for line in lines), (UNIT, ENV), "shop", "app1")


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def test_states():
    edited = encoded(with_header(UNIT, "shop") + "# mine\n")
    found = answer(
        f"text 0644:0 {edited} {UNIT.path}",
        f"mode 0644:0 {ENV.path}",
        f"left runs {encoded('old')} etc/systemd/system/shop-worker.service",
        "left-link ../shop-worker.service etc/systemd/system/x.wants/shop-worker.service",
        "container shop-web",
        "a word of a newer script",
        "end",
    )
    assert [(each.path.rpartition("/")[2], each.state) for each in found.changes] == [
        ("shop.env", State.OPEN),
        ("shop-worker.service", State.LEFT),
        ("shop.service", State.EDITED),
        ("shop-worker.service", State.LEFT),
    ]
    assert found.running == {"etc/systemd/system/shop-worker.service"}
    assert found.containers == {"shop-web"}


def test_anothers_app():
    theirs = encoded(with_header(UNIT, "other"))
    found = answer(f"text 0644:0 {theirs} {UNIT.path}", f"same {ENV.path}", "end")
    assert found.changes[1].state is State.FOREIGN


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (f"same {UNIT.path}",),
        (f"same {UNIT.path}", "end"),
        (f"same {UNIT.path}", f"same {ENV.path}"),
    ],
)
def test_an_answer_that_was_cut_off(lines):
    with pytest.raises(HostError, match="app1 has not told of all"):
        answer(*lines)
