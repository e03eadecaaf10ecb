from fnmatch import fnmatch
from pathlib import Path
from types import SimpleNamespace

import pytest

from toolkit.errors import UsageError
from toolkit.scaffold import changes
from toolkit.scaffold.changes import State
from toolkit.scaffold.files import File
from toolkit.scaffold.making import Request
from toolkit.scaffold.targets import HOSTS, REPOSITORY


@pytest.fixture
def request_of(manifest, tmp_path):
    """A request for a manifest's files."""

    def request(text="", targets=("systemd",), host="", output=None):
        return Request(
            manifest=manifest(text), targets=targets, host=host, directory=tmp_path, output=output
        )

    return request


def written(request):
    for place, made in request.changes().items():
        changes.write(made, place, prune=False)
    return {place: [each.path for each in made] for place, made in request.changes().items()}


def test_where_it_goes(request_of, tmp_path):
    assert [*written(request_of())] == [tmp_path / "hosts"]
    assert [*written(request_of(output=tmp_path / "x"))] == [tmp_path / "x"]


def test_the_same_every_time(request_of):
    assert request_of().of_hosts() == request_of().of_hosts()
    paths = [file.path for file in request_of().of_hosts()]
    assert paths == sorted(set(paths))


def test_the_manifests_targets(request_of):
    assert (
        request_of("targets = ['upstart']", ()).of_hosts() == request_of("", ["upstart"]).of_hosts()
    )


@pytest.mark.parametrize("name", [*HOSTS, *REPOSITORY])
def test_a_target_alone(request_of, tmp_path, name):
    """The place that has nothing is not among those that are told."""
    request = request_of(f"targets = ['{name}']", ())
    written(request)
    assert all(request.changes().values())
    stale = [each for made in request.changes().values() for each in made if each.stale]
    assert not stale


@pytest.mark.parametrize("name", [*HOSTS, *REPOSITORY])
def test_a_target_writes_where_what_is_left_is_looked_for(request_of, name):
    request = request_of("", [name])
    for file in (*request.of_hosts(), *request.of_repository()):
        folder = file.path.rpartition("/")[0]
        shallow = {place.removesuffix("*").rstrip("/") for place in changes.PLACES}
        assert folder.startswith("etc/") or any(fnmatch(folder, place) for place in shallow), folder


def test_other_targets_than_the_manifests(request_of):
    """They tell of each other: where web's port is, whose init a line of sudoers is for."""
    systemd = "etc/systemd/system/antisocial.service"

    def text(*args):
        return {file.path: file.text for file in request_of(*args).of_hosts()}

    proxied = "targets = ['systemd', 'proxy']"
    assert text(proxied, ["systemd"])[systemd] == text(proxied, [])[systemd]
    assert text("", ["systemd", "registration"])[systemd] != text("", ["systemd"])[systemd]


def test_what_is_left_is_told_where_all_is_asked_for(request_of):
    written(request_of("targets = ['upstart', 'systemd']", ()))
    found = request_of("targets = ['systemd']", ()).changes()
    left = [each.path for made in found.values() for each in made if each.state is State.LEFT]
    assert left == [
        "etc/init/antisocial-beat.conf",
        "etc/init/antisocial-worker.conf",
        "etc/init/antisocial.conf",
    ]
    found = request_of(targets=("systemd",)).changes()
    assert not [e for made in found.values() for e in made if e.state is State.LEFT]
    text = "targets = ['systemd']\nroles = {web = {hosts = ['app1']}, worker = {hosts = ['app2']}}"
    found = request_of(text, (), "app1").changes()  # a role that went to another host
    left = [each.path for made in found.values() for each in made if each.state is State.LEFT]
    assert "etc/systemd/system/antisocial-worker.service" in left


def test_hosts_and_repository_in_one_folder(request_of, tmp_path, monkeypatch):
    pipeline = SimpleNamespace(files=lambda *_: [File(path="Jenkinsfile", text="x\n")])
    monkeypatch.setitem(REPOSITORY, "ci", pipeline)
    monkeypatch.delitem(HOSTS, "ci", raising=False)
    text = "targets = ['systemd', 'ci']"
    assert written(request_of(text, ()))[tmp_path] == ["Jenkinsfile"]
    assert not (tmp_path / "hosts" / "Jenkinsfile").exists()
    out = tmp_path / "out"
    assert "Jenkinsfile" in written(request_of(text, (), output=out))[out]
    found = request_of("targets = ['systemd']", (), output=out).changes()[out]
    left = [each.path for each in found if each.state is State.LEFT]
    assert left == ["Jenkinsfile", "etc/sudoers.d/antisocial"]


def test_a_hosts_files(request_of):
    text = "roles = {web = {hosts = ['app1']}, worker = {hosts = ['app2']}}"
    names = {Path(file.path).name for file in request_of(text, host="app2").of_hosts()}
    assert "antisocial-worker.service" in names
    assert "antisocial.service" not in names


@pytest.mark.parametrize("host", ["", "app1", "proxy1"])
def test_a_host_that_is_known(request_of, host):
    request_of("roles.web.hosts = ['app1']\nproxy.hosts = ['proxy1']", host=host).check()
    request_of("deploy.hosts = ['app1']\nproxy.hosts = ['proxy1']", host=host).check()


def test_a_host_that_is_not(request_of):
    with pytest.raises(UsageError, match="names no host 'app3'") as error:
        request_of("roles.web.hosts = ['app2', 'app1']", host="app3").check()
    assert error.value.hint == "It names app1, app2."


def test_any_host_where_none_is_named(request_of):
    request_of(host="app3").check()
