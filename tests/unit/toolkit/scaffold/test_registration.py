"""The target `registration`. tests/hosts/test_proxy.py has systemd and Consul read what is made."""

from pathlib import Path

import pytest

from toolkit.errors import ManifestError
from toolkit.scaffold.targets import registration, systemd, upstart

GOLDEN = Path(__file__).with_name("golden") / "registration"

MANIFESTS = {
    "consul": """
        targets = ["systemd", "upstart", "proxy", "registration"]
        roles.web = { instances = 2 }
        roles.worker = {}
    """,
    "registrator": """
        targets = ["systemd", "proxy", "registration"]
        roles.web = { memory = "512m" }
        roles.worker = {}
        registration = { kind = "registrator", consul = "10.0.0.1:8500", interval = 5 }
    """,
}


def made(manifest, host=""):
    return {file.path: file for file in registration.files(manifest, host)}


@pytest.mark.parametrize("name", MANIFESTS)
def test_golden(manifest, name):
    texts = {p: f.text for p, f in made(manifest(MANIFESTS[name])).items() if not f.link}
    folder = GOLDEN / name
    there = {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert texts == there


@pytest.mark.parametrize(
    ("targets", "folders"),
    [
        (["systemd"], {"etc/systemd"}),
        (["upstart"], {"etc/init"}),
        (["systemd", "upstart"], {"etc/systemd", "etc/init"}),
        (["compose"], set()),
    ],
)
def test_the_inits_are_those_of_the_manifest(manifest, targets, folders):
    paths = made(manifest(f"targets = {[*targets, 'registration']}"))
    found = {"/".join(path.split("/")[:2]) for path in paths}
    assert found == {"etc/consul-services", *folders}


def test_a_job_pulls_its_registration_in(manifest):
    files = made(manifest(MANIFESTS["consul"]))
    for job in ("antisocial-8000", "antisocial-8001"):
        unit = f"consul-registration@{job}.service"
        link = files[f"etc/systemd/system/{job}.service.wants/{unit}"].link
        assert link == f"../{unit}"
        assert f"etc/systemd/system/{unit}" in files


@pytest.mark.parametrize("init", [systemd, upstart])
def test_what_registrator_reads_is_among_the_options_of_web(manifest, init):
    described = manifest(MANIFESTS["registrator"])
    jobs = {file.path.rpartition("/")[2]: file.text for file in init.files(described, "")}
    told = [name for name, text in jobs.items() if "SERVICE_8000_CHECK_HTTP=/__lb" in text]
    assert [name.partition(".")[0] for name in told] == ["antisocial"]


def test_the_surge_instance_is_a_deploys_to_tell(manifest):
    files = made(manifest(MANIFESTS["consul"]))
    assert "etc/consul-services/antisocial-web-surge.hcl" in files
    unit = files["etc/systemd/system/consul-registration@antisocial-web-surge.service"].text
    assert "BindsTo" not in unit
    assert "ExecStop=-consul services deregister" in unit
    assert not [path for path in files if "surge.service.wants" in path]
    job = files["etc/init/consul-registration.antisocial-web-surge.conf"].text
    assert "start on" not in job
    assert "stop on" not in job
    assert not [path for path in made(manifest(MANIFESTS["registrator"])) if "surge" in path]


def test_a_host_without_web_registers_nothing(manifest):
    for kind in MANIFESTS:
        text = f"roles.web = {{ hosts = ['app'] }}\nregistration.kind = '{kind}'"
        assert not made(manifest(text), "worker")


@pytest.mark.parametrize("key", ["consul = 'a b:1'", "interval = 0"])
def test_what_a_unit_or_consul_would_read_otherwise_is_refused(manifest, key):
    with pytest.raises(ManifestError):
        manifest(f"registration.{key}")


@pytest.mark.parametrize(
    ("address", "bare"), [("10.0.0.5", "10.0.0.5"), ("[2001:db8::5]", "2001:db8::5")]
)
def test_an_address_of_web_is_what_consul_asks_and_tells(manifest, address, bare):
    files = made(manifest(f"roles.web = {{ address = '{address}' }}\ntargets = ['registration']"))
    text = files["etc/consul-services/antisocial.hcl"].text
    assert f'address = "{bare}"' in text
    assert f'http     = "http://{address}:8000/__lbheartbeat__"' in text


@pytest.mark.parametrize("address", ["0.0.0.0", "[::]"])
def test_every_address_is_none_to_tell(manifest, address):
    files = made(manifest(f"roles.web = {{ address = '{address}' }}\ntargets = ['registration']"))
    text = files["etc/consul-services/antisocial.hcl"].text
    assert "address" not in text
    assert 'http     = "http://127.0.0.1:8000/__lbheartbeat__"' in text
