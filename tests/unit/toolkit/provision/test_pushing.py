import pytest

from toolkit.deploy.ssh import Done
from toolkit.errors import ConfigurationError, HostError, ScaffoldError, UsageError
from toolkit.provision import pushing
from toolkit.provision.approving import Approval
from toolkit.provision.machines import machines
from toolkit.provision.pushing import Comparison

TEXT = """
targets = ["systemd", "proxy"]
deploy.hosts = ["app1", "app2"]
proxy.hosts = ["proxy1"]
[roles.web]
[roles.worker]
hosts = ["app2"]
env = { QUEUES = "mail" }
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "hosts/etc/default").mkdir(parents=True)
    (tmp_path / "hosts/etc/default/shop.env").write_text("SECRET_KEY=s3cr3t\n")
    (tmp_path / "hosts/etc/default/shop-worker.env").write_text("QUEUES=mail\n")
    return tmp_path


@pytest.fixture
def comparison(shell, manifest, folder):
    app = manifest(TEXT)

    def comparison(whole=False):
        files = pushing.local(app, folder)
        return Comparison(shell=shell, files=files, machines=machines(app), whole=whole)

    return comparison


YES = Approval(ask=None, yes=True)


def test_local_files(manifest, folder):
    app = manifest(TEXT)
    ours, worker = pushing.local(app, folder)
    assert (ours.place, ours.mode, ours.made) == ("etc/default/shop.env", 0o600, False)
    assert (worker.place, worker.mode, worker.made) == ("etc/default/shop-worker.env", 0o644, True)
    other = folder / "production.env"
    other.write_text("A=1\n")
    (only,) = pushing.local(app, folder, other)
    assert (only.name, only.data) == ("shop.env", b"A=1\n")


def test_no_local_file(manifest, tmp_path):
    with pytest.raises(UsageError, match=r"there is no .*/hosts/etc/default/shop\.env"):
        pushing.local(manifest(TEXT), tmp_path)


def test_a_wrong_local_file_reaches_no_host(manifest, folder):
    (folder / "hosts/etc/default/shop.env").write_text("export A=s3cr3t\n")
    with pytest.raises(ConfigurationError, match="line 1"):
        pushing.local(manifest(TEXT), folder)


def test_show(comparison, shell, said):
    shell.answers = {("variables", "app1"): "differs SECRET_KEY\nend\n", "variables": "end\n"}
    stale = comparison().show(said.append)
    assert [(file.name, [each.name for each in hosts]) for file, hosts in stale.items()] == [
        ("shop.env", ["app1"])
    ]
    assert said[:2] == [
        "== /etc/default/shop.env",
        "variable    app1     app2\nSECRET_KEY  differs  -",
    ]
    asked = sorted((where, what) for where, what, _ in shell.asked)
    assert asked == [
        ("root@app1", "remote/variables '' shop.env"),
        ("root@app2", "remote/variables '' shop-worker.env"),
        ("root@app2", "remote/variables '' shop.env"),
    ]


def test_push(comparison, shell, said):
    shell.answers = {
        ("variables", "app1"): "here SECRET_KEY\nend\n",
        "variables": "same SECRET_KEY\nthere OLD\nunclear 4\nend\n",
        "push": "did\n",
    }
    assert comparison().push(YES, said.append)
    pushed = [(where, what.split()[:5]) for where, what, _ in shell.asked if "push" in what]
    assert pushed == [
        ("root@app1", ["remote/push", "''", "shop.env", "0600", "keep"]),
        ("root@app2", ["remote/push", "''", "shop-worker.env", "0644", "whole"]),
    ]
    assert "app2: only there, and stays: OLD" in said
    assert "app2: lines of its file with no clear name, which stay: 4" in said
    assert (
        "app1: /etc/default/shop.env is written; the former file is /etc/default/shop.env.former."
    ) in said
    assert not any("s3cr3t" in line for line in said)
    assert not any("s3cr3t" in what for _, what, _ in shell.asked)


def test_delete_says_what_goes_before_it_asks(comparison, shell, said):
    shell.answers = {"variables": "there OLD\nempty DEBUG\nend\n", "push": "did\n"}
    questions = []

    def ask(question):
        questions.append((question, list(said)))
        return False

    with pytest.raises(ScaffoldError, match="variables differ on app1, app2"):
        comparison(whole=True).push(Approval(ask=ask), said.append)
    ((question, before),) = questions
    assert question == "Write them on app1, app2?"
    assert "app1: only there, and goes: OLD" in before
    assert "app1: empty here, and will be emptied: DEBUG" in before
    assert not any("push" in what for _, what, _ in shell.asked)


def test_nobody_to_ask(comparison, shell, said):
    shell.answers = {"variables": "differs SECRET_KEY\nend\n"}
    with pytest.raises(ScaffoldError) as raised:
        comparison().push(Approval(ask=None), said.append)
    assert "--yes" in raised.value.hint


def test_nothing_to_write(comparison, shell, said):
    shell.answers = {"variables": "same SECRET_KEY\nend\n"}
    assert not comparison().push(YES, said.append)
    assert said[-1] == "There is nothing to write."


def test_a_host_that_cannot_write(comparison, shell, said):
    shell.answers = {
        "variables": "differs SECRET_KEY\nend\n",
        ("push", "app1"): Done(code=73, error="No space left on device\n"),
        "push": "did\n",
    }
    with pytest.raises(HostError, match="app1 could not write /etc/default/shop.env: No space"):
        comparison().push(YES, said.append)
    assert any(line.startswith("app2: /etc/default/shop.env is written") for line in said)


def test_a_host_that_is_away(comparison, shell, said):
    shell.answers = {
        ("variables", "app1"): HostError("app1 cannot be reached"),
        "variables": "differs SECRET_KEY\nend\n",
    }
    with pytest.raises(HostError, match="app1"):
        comparison().push(YES, said.append)
    assert not any("push" in what for _, what, _ in shell.asked)
