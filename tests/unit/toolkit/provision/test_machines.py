import pytest

from toolkit.errors import UsageError
from toolkit.provision.machines import machines

TWO = """
targets = ["systemd", "proxy", "registration"]
deploy.user = "deploy"
deploy.admin = "admin"
proxy.hosts = ["proxy1"]
[roles.web]
hosts = ["app1", "ops@app2"]
[roles.beat]
hosts = ["app1"]
"""


def test_roles_and_proxies(manifest):
    found = machines(manifest(TWO))
    assert [each.name for each in found] == ["app1", "app2", "proxy1"]
    assert [each.admin.address for each in found] == ["admin@app1", "admin@app2", "admin@proxy1"]
    assert [each.user for each in found] == ["deploy", "ops", "deploy"]
    assert [each.has("etc/default/shop") for each in found] == [True, True, False]
    assert [each.has("etc/consul-template/") for each in found] == [False, False, True]
    assert [each.name for each in found[0].instances] == ["shop-web", "shop-beat"]


def test_a_user_in_a_hosts_name_changes_no_file(manifest):
    """Of `ops@app2` the files are those of app2."""
    found = machines(manifest(TWO), ["ops@app2"])
    assert [each.name for each in found] == ["app2"]
    assert [each.name for each in found[0].instances] == ["shop-web"]


def test_the_user_in_a_hosts_name_is_whom_sudo_knows(manifest):
    texts = {
        each.name: next(file.text for file in each.files if file.path.startswith("etc/sudoers.d"))
        for each in machines(manifest(TWO))
        if each.instances
    }
    assert "\ndeploy ALL = (root)" in texts["app1"]
    assert "\nops ALL = (root)" in texts["app2"]


def test_a_proxy_alone(manifest):
    assert [each.name for each in machines(manifest(TWO), ["proxy1"])] == ["proxy1"]


def test_whoever_deploys_may_do_so_without_the_target_ci(manifest):
    assert machines(manifest(TWO))[0].has("etc/sudoers.d/shop")
    root = TWO.replace('user = "deploy"', 'user = "root"')
    assert not machines(manifest(root))[0].has("etc/sudoers.d/shop")


def test_the_target_ci_makes_no_second_one(manifest):
    text = 'targets = ["systemd", "ci"]\ndeploy.hosts = ["app1"]\n[roles.web]\n'
    paths = [file.path for file in machines(manifest(text))[0].files]
    assert paths.count("etc/sudoers.d/shop") == 1
    assert paths == sorted(paths)


def test_a_manifest_without_hosts(manifest):
    assert [each.name for each in machines(manifest("[roles.web]\n"), ["new1"])] == ["new1"]
    with pytest.raises(UsageError, match="names no hosts"):
        machines(manifest("[roles.web]\n"))


def test_an_unknown_host(manifest):
    with pytest.raises(UsageError, match="names no host 'app3'"):
        machines(manifest(TWO), ["app1", "app3"])
