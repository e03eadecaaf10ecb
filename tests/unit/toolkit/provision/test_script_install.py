"""The script that puts files in place, run in a folder."""

import os

import pytest

from toolkit.provision import packing
from toolkit.scaffold.changes import Change, State
from toolkit.scaffold.files import PRIVATE


def change(path, new="new ü\n", old="", state=State.NEW, mode=0o644, link=False):
    return Change(path=path, state=state, mode=mode, new=new, old=old, link=link)


UNIT = change("etc/systemd/system/shop.service")
SITE = change("etc/nginx/sites-available/shop")
ENABLED = change("etc/nginx/sites-enabled/shop", new="../sites-available/shop", link=True)
SUDO = change("etc/sudoers.d/shop", mode=0o440)
TEMPLATE = change("etc/consul-template/shop.hcl")


@pytest.fixture
def install(place):
    def install(*changes):
        return place.run("install", "shop", stdin=packing.tar(changes))

    return install


@pytest.fixture
def systemd(place):
    (place.root / "run/systemd/system").mkdir(parents=True)


def tidy(place):
    """Whether nothing of the work is left."""
    rest = [path for path in place.root.rglob("*") if "toolkit" in path.name]
    return not rest


def test_files(place, install, systemd):
    done = install(UNIT, SITE, ENABLED, SUDO)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "did systemd has read its units\ndid nginx has reloaded\n"
    assert place.read(UNIT.path) == "new ü\n"
    assert place.mode(UNIT.path) == 0o644
    assert place.mode(SUDO.path) == 0o440
    assert place.mode("etc/nginx/sites-available") == 0o755
    assert (place.root / ENABLED.path).resolve() == place.root / SITE.path
    assert place.calls()[1:] == ["nginx -t", "systemctl daemon-reload", "nginx -s reload"]
    assert place.calls()[0].startswith("visudo -cqf ")
    assert tidy(place)


def test_nothing_that_is_not_concerned_is_told(place, install, systemd):
    done = install(change("etc/default/shop"))
    assert done.stdout == ""
    assert place.calls() == []


def test_modes_and_removal(place, install, systemd):
    place.write("etc/default/shop.env", "A=secret\n", 0o644)
    place.write("etc/systemd/system/shop-worker.service", "old\n")
    done = install(
        change("etc/default/shop.env", state=State.OPEN, mode=PRIVATE),
        change("etc/systemd/system/shop-worker.service", "", "old\n", State.LEFT),
    )
    assert done.returncode == 0, done.stderr
    assert place.mode("etc/default/shop.env") == 0o600
    assert place.read("etc/default/shop.env") == "A=secret\n"
    assert not (place.root / "etc/systemd/system/shop-worker.service").exists()


def test_nginx_refuses(place, install, systemd):
    place.write(SITE.path, "former\n", 0o640)
    place.write("etc/default/shop", "former\n")
    place.program(
        "nginx", f'grep -q new "{place.root}/{SITE.path}" || exit 0; echo no such >&2; exit 1'
    )
    gone = change("etc/systemd/system/shop-worker.service", "", "old\n", State.LEFT)
    place.write(gone.path, "old\n")
    done = install(change("etc/default/shop"), SITE, ENABLED, UNIT, gone)
    assert done.returncode == 66
    assert done.stderr == "no such\n"
    assert place.read(SITE.path) == "former\n"
    assert place.mode(SITE.path) == 0o640
    assert place.read("etc/default/shop") == "former\n"
    assert place.read(gone.path) == "old\n"
    assert not (place.root / UNIT.path).exists()
    assert not (place.root / ENABLED.path).is_symlink()
    assert "systemctl daemon-reload" not in place.calls()
    assert tidy(place)


def test_nginx_refuses_without_the_files_too(place, install):
    place.program("nginx", "echo another site >&2; exit 1")
    done = install(SITE)
    assert done.returncode == 66
    assert done.stderr.splitlines() == [
        "another site",
        "It refuses its configuration without these files, too.",
    ]


def test_nginx_does_not_run(place, install):
    place.program("nginx", '[ "$1" = -t ]')
    assert install(SITE).stdout == "lacks nginx does not run: systemctl start nginx\n"


def test_sudo_refuses(place, install):
    place.program("visudo", "echo syntax >&2; exit 1")
    done = install(UNIT, SUDO)
    assert done.returncode == 65
    assert done.stderr == "syntax\n"
    assert not (place.root / UNIT.path).exists()
    assert tidy(place)


def test_a_folder_in_the_way(place, install):
    (place.root / UNIT.path / "x").mkdir(parents=True)
    done = install(change("etc/default/shop"), UNIT)
    assert done.returncode == 73
    assert not (place.root / "etc/default/shop").exists()
    assert tidy(place)


def test_cut_off(place):
    data = packing.tar([UNIT])
    done = place.run("install", "shop", stdin=data[:1500])
    assert done.returncode == 73
    assert not (place.root / UNIT.path).exists()
    assert tidy(place)


def test_who_asked_is_gone_before_it_ends(place, systemd):
    """The files are there, so a second `toolkit apply` would not have them read."""
    read, write = os.pipe()
    os.close(read)
    place.run("install", "shop", stdin=packing.tar([UNIT, SITE]), stdout=write)
    os.close(write)
    assert place.calls() == ["nginx -t", "systemctl daemon-reload", "nginx -s reload"]
    assert tidy(place)


def test_consul_template(place, install, systemd):
    assert "lacks consul-template is not installed" in install(TEMPLATE).stdout
    place.write("usr/local/bin/consul-template", "", 0o755)
    assert install(TEMPLATE).stdout == "did consul-template@shop was restarted\n"
    assert place.calls()[-1] == "systemctl restart consul-template@shop"


def test_registrator(place, install, systemd):
    install(change("etc/systemd/system/registrator.service"))
    assert place.calls()[-1] == "systemctl restart --no-block registrator.service"


def test_upstart(place, install):
    assert install(change("etc/init/shop.conf")).stdout == "did init has read its jobs\n"
    assert place.calls() == ["initctl reload-configuration"]


def test_the_plan():
    assert packing.plan(
        [
            UNIT,
            ENABLED,
            change("a", "x", "x", State.CHANGED, 0o755),
            change("b", "x", "x", State.OPEN, 0o600),
            change("c", "", "x", State.LEFT),
        ]
    ) == (
        "put 0644 etc/systemd/system/shop.service",
        "link ../sites-available/shop etc/nginx/sites-enabled/shop",
        "mode 0755 a",
        "mode 0600 b",
        "remove - c",
    )
