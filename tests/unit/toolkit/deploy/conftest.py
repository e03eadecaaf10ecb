import pytest
from toolkit.deploy.hosts import fleet as fleet_of
from toolkit.manifest.reading import load

FLEET = """
image = "registry.example.org/antisocial"
targets = ["systemd", "proxy", "registration"]
roles.web.hosts = ["app1", "app2", "app3"]
roles.web.instances = 2
roles.worker.hosts = ["app1", "app2"]
roles.beat.hosts = ["app1"]
proxy.hosts = ["proxy1"]
"""


@pytest.fixture
def fleet(tmp_path_factory):
    """A fleet from a manifest's text, of the app antisocial."""

    def make(text=FLEET, hosts=(), roles=()):
        folder = tmp_path_factory.mktemp("app")
        (folder / "toolkit.toml").write_text(text)
        return fleet_of(load("antisocial", folder).manifest, hosts, roles)

    return make
