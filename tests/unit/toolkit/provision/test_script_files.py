"""The script that tells how files stand on a host, run in a folder."""

import hashlib

import pytest

from toolkit.provision import comparing
from toolkit.provision.comparing import listing
from toolkit.scaffold.changes import State
from toolkit.scaffold.files import EXECUTABLE, PRIVATE, File, with_header

UNIT = File(path="etc/systemd/system/shop.service", text="[Unit]\nDescription=ü $x `y`\n")
RUNNER = File(
    path="usr/local/bin/docker-runner", text="#!/bin/sh\nexit\n", mode=EXECUTABLE, shared=True
)
ENV = File(path="etc/default/shop.env", text="A=\n", mode=PRIVATE, filled=True)
LINK = File(path="etc/systemd/system/x.wants/shop.service", link="../shop.service")
FILES = (UNIT, RUNNER, ENV, LINK)


@pytest.fixture
def look(place):
    """Returns how files stand, and what was printed."""

    def look(files=FILES):
        done = place.run("files", "shop", stdin=listing(files, "shop"))
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        look.printed = done.stdout
        return comparing.read(done.stdout, files, "shop", "app1")

    return look


def states(found):
    return {change.path: change.state for change in found.changes}


def install(place):
    for file in (UNIT, RUNNER):
        place.write(file.path, with_header(file, "shop"), file.mode)
    place.write(ENV.path, "A=secret\n", 0o600)
    (place.root / LINK.path).parent.mkdir()
    (place.root / LINK.path).symlink_to(LINK.link)


def test_nothing_there(look):
    assert set(states(look()).values()) == {State.NEW}


def test_as_made(place, look):
    install(place)
    assert states(look()) == {
        UNIT.path: State.SAME,
        RUNNER.path: State.SAME,
        ENV.path: State.FILLED,
        LINK.path: State.SAME,
    }
    assert "secret" not in look.printed


def test_a_link_that_leads_there_by_another_way(place, look):
    install(place)
    (place.root / LINK.path).unlink()
    (place.root / LINK.path).symlink_to(place.root / UNIT.path)
    assert states(look())[LINK.path] is State.SAME


def test_a_former_text_comes_whole(place, look):
    install(place)
    former = File(path=UNIT.path, text="former: ü\\n $x\n\n")
    place.write(UNIT.path, with_header(former, "shop"))
    change = next(each for each in look().changes if each.path == UNIT.path)
    assert change.state is State.CHANGED
    assert change.old == with_header(former, "shop")


def test_edited_by_hand(place, look):
    install(place)
    place.write(UNIT.path, with_header(UNIT, "shop") + "# mine\n")
    assert states(look())[UNIT.path] is State.EDITED


def test_modes(place, look):
    install(place)
    (place.root / RUNNER.path).chmod(0o700)
    (place.root / ENV.path).chmod(0o644)
    found = states(look())
    assert found[RUNNER.path] is State.CHANGED
    assert found[ENV.path] is State.OPEN
    assert "secret" not in look.printed


@pytest.mark.parametrize(
    "header", ["", "# Made by `toolkit scaffold shop`. sha256:0123456789abcdef\n"]
)
def test_the_text_of_what_is_closed_or_anothers_stays(place, look, header):
    install(place)
    place.write(UNIT.path, f"{header}password\n", 0o600 if header else 0o644)
    found = look()
    assert states(found)[UNIT.path] is State.FOREIGN
    assert found.hidden == {UNIT.path}
    assert "password" not in look.printed
    assert len(look.printed) < 400


def test_a_folder_or_a_link_in_the_way(place, look):
    install(place)
    (place.root / UNIT.path).unlink()
    (place.root / UNIT.path).mkdir()
    (place.root / RUNNER.path).unlink()
    (place.root / RUNNER.path).symlink_to("/bin/true")
    found = states(look())
    assert found[UNIT.path] is State.FOREIGN
    assert found[RUNNER.path] is State.FOREIGN


def test_what_is_no_longer_made(place, look):
    install(place)
    gone = File(path="etc/systemd/system/shop-worker.service", text="[Unit]\n")
    place.write(gone.path, with_header(gone, "shop"))
    link = place.root / "etc/systemd/system/x.wants/shop-worker.service"
    link.symlink_to("../shop-worker.service")
    others = File(path="etc/systemd/system/other.service", text="[Unit]\n")
    place.write(others.path, with_header(others, "other"))
    place.write("etc/systemd/system/shop-x.service", with_header(gone, "shop") + "# by hand\n")
    place.write("etc/nginx/sites-available/shop.former", with_header(gone, "shop"))
    place.write("etc/default/shop.old", with_header(gone, "shop"), 0o600)
    left = [each for each in look().changes if each.state is State.LEFT]
    assert [each.path for each in left] == [gone.path, str(link.relative_to(place.root))]
    assert left[0].old == with_header(gone, "shop")


def test_what_runs_and_is_no_longer_made(place, look):
    gone = File(path="etc/systemd/system/shop-worker.service", text="[Unit]\n")
    place.write(gone.path, with_header(gone, "shop"))
    place.program("systemctl", "exit 0")
    assert look().running == {gone.path}


def test_containers(place, look):
    place.program("docker", "printf 'shop-web\\nother-web\\nshop-worker\\n'")
    assert look().containers == {"shop-web", "shop-worker"}


def test_no_engine(place, look):
    place.program("docker", "exit 1")
    assert look().containers == frozenset()


def test_the_list_has_digests_alone():
    unit, runner = (
        hashlib.sha256(with_header(file, "shop").encode()).hexdigest() for file in (UNIT, RUNNER)
    )
    assert listing(FILES, "shop") == (
        f"file 0644 {unit} {UNIT.path}\n"
        f"file 0755 {runner} {RUNNER.path}\n"
        f"filled 0600 - {ENV.path}\n"
        f"link ../shop.service - {LINK.path}\n"
    )
