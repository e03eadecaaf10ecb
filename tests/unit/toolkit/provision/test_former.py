import pytest

from toolkit.provision.former import stale
from toolkit.provision.machines import machines

TEXT = """
deploy.hosts = ["app1"]
[roles.web]
instances = 2
[roles.worker]
"""


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("etc/default/shop", ["shop-web-8000", "shop-web-8001", "shop-worker"]),
        ("usr/local/bin/docker-runner", ["shop-web-8000", "shop-web-8001", "shop-worker"]),
        ("etc/systemd/system/shop-8001.service", ["shop-web-8001"]),
        ("etc/init/shop-worker.conf", ["shop-worker"]),
        ("etc/default/shop-worker.env", ["shop-worker"]),
        ("etc/consul-services/shop-8000.hcl", ["shop-web-8000"]),
        ("etc/nginx/sites-available/shop", []),
        ("etc/default/shop.surge", []),
    ],
)
def test_which_containers(manifest, path, names):
    machine = machines(manifest(TEXT))[0]
    running = ["shop-web-8000", "shop-web-8001", "shop-worker", "other-web"]
    assert list(stale("shop", machine, [path], running)) == names
    assert list(stale("shop", machine, [path], [])) == []
