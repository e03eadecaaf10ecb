import pytest

from toolkit.deploy.ssh import Done
from toolkit.errors import HostError, UsageError
from toolkit.operate import maintenance, observing


def names(hosts):
    return [host.name for host in hosts]


def test_where(fleet):
    assert names(maintenance.proxies(fleet())) == ["proxy1"]
    alone = 'targets = ["systemd", "nginx"]\ndeploy.hosts = ["app1"]\n'
    assert names(maintenance.proxies(fleet(alone))) == ["app1"]
    more = f'{alone}roles.web.hosts = ["app2"]\nroles.beat = {{}}\n'
    assert names(maintenance.proxies(fleet(more))) == ["app2"]


def test_nowhere(fleet):
    with pytest.raises(UsageError, match="have no proxy"):
        maintenance.proxies(fleet('targets = ["systemd"]\ndeploy.hosts = ["app1"]\n'))


def test_on_a_host(machine):
    on, off = (maintenance.command("antisocial", each) for each in ("on", "off"))
    look = observing.look("antisocial")
    assert machine.run(on).output == "off\n"
    assert machine.run(on).output == "on\n"
    assert observing.read(machine.run(look).output).maintenance
    assert machine.run(off).output == "on\n"
    assert machine.run(off).output == "off\n"
    assert not observing.read(machine.run(look).output).maintenance
    machine.home.rmdir()
    assert machine.run(on).code == 73


def test_asking(fleet, shell):
    app = fleet()
    switch = maintenance.switcher(shell, app, "on")
    shell.answers["operate/maintain"] = "off\n"
    assert switch(app.proxies[0]) == "off"
    assert shell.asked == [("proxy1", "remote/maintain antisocial on")]
    shell.answers["operate/maintain"] = Done(code=73, error="can't cd")
    with pytest.raises(HostError, match="proxy1 does not switch: can't cd"):
        switch(app.proxies[0])
