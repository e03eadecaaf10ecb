import pytest

from toolkit.deploy.hosts import Host
from toolkit.errors import UsageError


def names(hosts):
    return [each.name for each in hosts]


def test_webs_hosts_come_first_and_the_first_leads(fleet):
    made = fleet('roles.worker.hosts = ["a", "b"]\nroles.web.hosts = ["b", "c"]')
    assert names(made.hosts) == ["b", "c", "a"]
    assert made.leader.name == "b"


def test_a_host_has_the_manifests_user_or_its_own(fleet):
    made = fleet('deploy.user = "ship"\nroles.web.hosts = ["a", "root@b"]')
    assert [each.address for each in made.hosts] == ["ship@a", "root@b"]
    assert [each.sudo for each in made.hosts] == [("sudo", "-n"), ()]
    assert made.hosts[0].admin("root") == Host(name="a", user="root")
    assert [len(made.web(each)) for each in made.hosts] == [1, 1]


def test_hosts_and_roles_that_are_asked_for(fleet):
    made = fleet("fleet", hosts=["app3", "app1"], roles=["web"])
    assert names(made.hosts) == ["app1", "app3"]
    assert {each.role for host in made.hosts for each in made.instances(host)} == {"web"}
    assert fleet("fleet", roles=["beat"]).leader.name == "app1"
    assert names(fleet("fleet", roles=["worker"]).hosts) == ["app1", "app2"]


def test_a_manifest_that_names_no_hosts_has_those_that_are_asked_for(fleet):
    made = fleet("", hosts=["new"])
    assert names(made.hosts) == ["new"]
    assert made.leader.name == "new"
    assert made.instances(made.leader)


@pytest.mark.parametrize(
    ("text", "hosts", "roles", "said"),
    [
        ("", [], [], "the manifest of antisocial names no hosts"),
        ("fleet", ["app9"], [], "names no host 'app9'"),
        ("fleet", [], ["mailer"], "antisocial has no role 'mailer'"),
        ("fleet", ["app3"], ["worker"], "nothing of antisocial that is asked for runs on app3"),
        ('roles.web.hosts = ["x@a"]\nroles.worker.hosts = ["a"]', [], [], "with two users"),
    ],
)
def test_what_is_asked_for_has_to_be_there(fleet, text, hosts, roles, said):
    with pytest.raises(UsageError, match=said):
        fleet(text, hosts, roles)


@pytest.mark.parametrize(
    ("name", "discovery", "proxies"),
    [
        ("fleet", "consul", ["proxy1"]),
        ("single", "nginx", []),
        ("no-web", "none", []),
        ('targets = ["systemd", "proxy"]\nroles.web.hosts = ["a", "b"]', "consul", ["a", "b"]),
        ('targets = ["systemd", "registration"]\nroles.web.hosts = ["a"]', "consul", []),
    ],
)
def test_by_what_proxies_learn(fleet, name, discovery, proxies):
    made = fleet(name)
    assert made.discovery == discovery
    assert names(made.proxies) == proxies


def test_proxies_that_run_roles_too_are_there_once(fleet):
    made = fleet('targets = ["systemd", "proxy"]\nroles.web.hosts = ["a", "b"]')
    assert names(made.everywhere) == ["a", "b"]
