"""From a bare host to one that apps can be deployed to, by the commands that people have."""

from __future__ import annotations

import pytest
from access import HERE, Access
from apps import toolkit
from booting import wait_for_boot
from building import build, root_of
from containers import BOOTED, PREFIX, command
from hosts import Host

MANIFEST = """\
name = "shop"
deploy.hosts = ["new1"]
[roles.web]
[roles.worker]
env = { QUEUES = "mail" }
"""

#: No output, no list of processes and no log has it.
SECRET = f"{PREFIX}-s3cr3t-\"'$x`id`"

UNIT, ENV = "/etc/systemd/system/shop.service", "/etc/default/shop.env"


@pytest.fixture(scope="module")
def host(docker, module_containers, tmp_path_factory, say):
    """A bare host, and SSH to it."""
    say("a bare host")
    image = build(docker, HERE / "bare", f"{PREFIX}-provision", ROOT=root_of("bookworm"))
    volume = ("--volume", f"{module_containers.create('volume')}:/var/lib/docker")
    container = module_containers.start(image, options=(*BOOTED, *volume, "--hostname", "new1"))
    host = Host(docker=docker, container=container)
    wait_for_boot(host)
    yield host
    module_containers.remove()
    command(docker, "image", "rm", "--force", image)


@pytest.fixture(scope="module")
def folder(host, tmp_path_factory):
    """The app's folder."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "toolkit.toml").write_text(MANIFEST)
    return folder


@pytest.fixture(scope="module")
def run(host, folder, tmp_path_factory):
    """Runs the toolkit against the host; returns the exit code and what it printed."""
    access = Access.make(tmp_path_factory.mktemp("ssh"))
    key = host.run((HERE / "bare" / "provision").read_text(), access.public)
    networks = host.container.inspect()["NetworkSettings"]["Networks"]
    access.write({"new1": next(iter(networks.values()))["IPAddress"]}, {"new1": key})

    def run(*args):
        where = ("-C", str(folder), "--ssh-config", str(access.config))
        done = toolkit(*args, *where)
        assert "s3cr3t" not in done.stdout
        return done.returncode, done.stdout

    run.access = access
    return run


@pytest.fixture(scope="module")
def set_up(run, say):
    """The host after `toolkit setup`, and what that said."""
    say("toolkit setup")
    code, said = run("setup", "shop")
    assert code == 0, said
    return said


def test_setup(set_up, run, host):
    for line in ("installed docker.io", "installed sudo", "installed nginx", "files installed"):
        assert line in set_up
    assert host.run("docker version --format '{{.Server.Version}}'")
    assert host.is_active("nginx")
    assert host.run("systemctl is-enabled shop.target").strip() == "enabled"
    assert host.run(f"stat -c '%a %U' {ENV} /var/www/shop").split() == [
        "600",
        "root",
        "755",
        "deploy",
    ]
    deploy = run.access.run("new1", "id -un; id -Gn; sudo -n docker ps -q; echo >/var/www/shop/TAG")
    assert deploy.returncode == 0, deploy.stderr
    assert deploy.stdout.splitlines() == ["deploy", "deploy systemd-journal"]
    assert run.access.run("new1", "sudo -n cat /etc/shadow").returncode != 0


def test_setup_a_second_time(set_up, run):
    code, said = run("setup", "shop")
    assert code == 0, said
    assert "new1: nothing was to be done: it is set up." in said
    assert "done" not in said.partition("nothing was to be done")[0]


def test_apply(set_up, run, host, folder):
    assert run("apply", "shop") == (0, "new1: 19 files, all as they would be made.\n")
    manifest = folder / "toolkit.toml"
    manifest.write_text(MANIFEST.replace("[roles.web]", '[roles.web]\nmemory = "512m"'))
    for options in (["--diff"], []):  # nobody is there to be asked
        code, said = run("apply", "shop", *options)
        assert code == 1
        assert "--memory 512m" in said
    assert "--memory" not in host.run(f"cat {UNIT}")
    code, said = run("apply", "shop", "--yes")
    assert code == 0, said
    assert "--memory 512m" in host.run("systemctl show --property=Environment shop.service")
    assert run("apply", "shop")[0] == 0


def test_apply_where_somebody_edited(set_up, run, host, folder):
    run("apply", "shop", "--yes")
    host.run(f"echo '# mine' >>{UNIT}")
    code, said = run("apply", "shop", "--yes")
    assert (code, f"  - new1: {UNIT}" in said, "-# mine" in said) == (1, True, True)
    assert run("apply", "shop", "--yes", "--force")[0] == 0
    assert "# mine" not in host.run(f"cat {UNIT}")


def test_apply_what_nginx_does_not_take(set_up, run, host, folder):
    run("apply", "shop", "--yes")
    before = host.run("sha256sum /etc/nginx/sites-available/shop /etc/default/shop*")
    manifest = folder / "toolkit.toml"
    text = manifest.read_text()
    manifest.write_text(f'{text}[proxy.tls]\ncertificate = "/no.pem"\nkey = "/no.key"\n')
    try:
        code, said = run("apply", "shop", "--yes")
    finally:
        manifest.write_text(text)
    assert code == 78
    assert "cannot load certificate" in said
    assert host.run("sha256sum /etc/nginx/sites-available/shop /etc/default/shop*") == before
    assert run("apply", "shop")[0] == 0


def test_a_role_that_is_gone(set_up, run, host, folder):
    manifest = folder / "toolkit.toml"
    text = manifest.read_text()
    manifest.write_text(text.partition("[roles.worker]")[0])
    try:
        assert (
            "shop-worker.service is no longer made; --prune removes it" in run("apply", "shop")[1]
        )
        code, said = run("apply", "shop", "--yes", "--prune")
        assert code == 0, said
        assert host.run("find /etc -name '*shop-worker*'") == ""
    finally:
        manifest.write_text(text)
    assert run("apply", "shop", "--yes")[0] == 0


def test_env(set_up, run, host, folder):
    local = folder / f"hosts{ENV}"
    local.parent.mkdir(parents=True)
    local.write_text(f"SECRET_KEY={SECRET}\nALLOWED_HOSTS=\nLOG_FORMAT=json\n")
    host.run(f"printf 'SECRET_KEY=\nALLOWED_HOSTS=here\nOLD=x\n' >{ENV}")
    code, said = run("env", "diff", "shop")
    assert code == 1
    table = {line.split()[0]: " ".join(line.split()[1:]) for line in said.splitlines()}
    assert table["SECRET_KEY"] == "differs"
    assert table["LOG_FORMAT"] == "only here"
    assert table["OLD"] == "only there"
    assert table["ALLOWED_HOSTS"] == "empty here"
    assert run("env", "push", "shop")[0] == 1  # nobody is there to be asked
    code, said = run("env", "push", "shop", "--yes")
    assert code == 0, said
    wanted = f"SECRET_KEY={SECRET}\nALLOWED_HOSTS=here\nLOG_FORMAT=json\nOLD=x\n"
    assert host.run(f"cat {ENV}") == wanted
    assert host.run(f"stat -c '%a %U:%G' {ENV} {ENV}.former").splitlines() == ["600 root:root"] * 2
    assert host.run(f"cat {ENV}.former").startswith("SECRET_KEY=\n")
    code, said = run("env", "push", "shop", "--yes")
    assert (code, "nothing to write" in said) == (0, True)
    assert "SECRET_KEY=\n" in host.run(f"cat {ENV}.former")
    assert run("env", "diff", "shop")[0] == 0
    assert run("apply", "shop")[0] == 0
    assert host.try_run("journalctl | grep s3cr3t").stdout == ""


def test_env_that_is_wrong(set_up, run, host, folder):
    wrong = folder / "wrong.env"
    wrong.write_text("export A=s3cr3t\n")
    before = host.run(f"cat {ENV}")
    code, said = run("env", "push", "shop", "--yes", "--file", str(wrong))
    assert code == 78
    assert "line 1: `export` is a shell's; leave it out" in said
    assert host.run(f"cat {ENV}") == before
