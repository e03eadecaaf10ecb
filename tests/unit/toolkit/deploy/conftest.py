import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import simulated

from toolkit.deploy.deploying import Deployment
from toolkit.deploy.hosts import fleet as fleet_of
from toolkit.deploy.order import Order
from toolkit.manifest.reading import load

IMAGE = 'image = "registry.example.org/antisocial"\n'

FLEET = f"""{IMAGE}
targets = ["systemd", "proxy", "registration"]
roles.web.hosts = ["app1", "app2", "app3"]
roles.worker.hosts = ["app1", "app2"]
roles.beat.hosts = ["app1"]
proxy.hosts = ["proxy1"]
"""

#: Two hosts, one with a worker; the fewest commands that have every kind of step.
SMALL = f"""{IMAGE}
targets = ["systemd", "proxy", "registration"]
roles.web.hosts = ["app1", "app2"]
roles.worker.hosts = ["app1"]
proxy.hosts = ["proxy1"]
"""

SINGLE = f"""{IMAGE}
targets = ["systemd", "nginx"]
deploy.hosts = ["app1"]
roles.web.instances = 2
roles.worker.instances = 1
roles.beat.instances = 1
"""

UPSTART = f"""{IMAGE}
targets = ["upstart", "proxy", "registration"]
deploy.hosts = ["app1"]
roles.web.instances = 1
roles.worker.instances = 1
"""

REGISTRATOR = f"""{IMAGE}
targets = ["systemd", "proxy", "registration"]
registration.kind = "registrator"
roles.web.hosts = ["app1"]
proxy.hosts = ["proxy1"]
"""

NO_WEB = f"""{IMAGE}
targets = ["systemd"]
roles.worker.hosts = ["app1", "app2"]
"""

MANIFESTS = {
    "fleet": FLEET,
    "small": SMALL,
    "single": SINGLE,
    "upstart": UPSTART,
    "registrator": REGISTRATOR,
    "no-web": NO_WEB,
}


@pytest.fixture(scope="session")
def fleet(tmp_path_factory):
    """A fleet from a manifest's text or the name of one of these, of the app antisocial."""

    def make(text="fleet", hosts=(), roles=()):
        folder = tmp_path_factory.mktemp("app")
        (folder / "toolkit.toml").write_text(MANIFESTS.get(text, text))
        return fleet_of(load("antisocial", folder).manifest, hosts, roles)

    return make


@pytest.fixture(scope="session")
def roll():
    """Deploys a tag on a simulated fleet, or does what else an order says; returns what it told."""

    def run(world, tag="", kind="deploy", *, shell=None, ready=lambda _: None, told=None, **order):
        told = [] if told is None else told
        Deployment(
            shell=shell or simulated.Deployer(world),
            fleet=world.fleet,
            order=Order(kind=kind, tag=tag, who="me@here", **order),
            tell=told.append,
            ready=ready,
            clock=simulated.Fast(),
        ).run()
        return told

    return run
