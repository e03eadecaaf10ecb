import pytest

from toolkit.deploy.ssh import Done
from toolkit.errors import ConfigurationError, HostError, PreflightError, ScaffoldError
from toolkit.provision import following
from toolkit.provision.machines import machines
from toolkit.provision.setting_up import Setup, System

UNIT = "etc/systemd/system/shop.service"
DEBIAN = "id debian\nversion 12\nname Debian 12\nuid 0\ninit systemd\napt yes\n"


@pytest.fixture
def there(one):
    return "".join(f"same {file.path}\n" for file in one.files) + "end\n"


@pytest.fixture
def set_up(shell, said):
    def set_up(*hosts, force=False):
        Setup(
            shell=shell,
            app="shop",
            machines=hosts,
            keys="ssh-x AAAA\n",
            force=force,
            say=said.append,
        ).run()

    return set_up


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (DEBIAN, ""),
        (DEBIAN.replace("12", "13"), ""),
        (DEBIAN.replace("version 12", "version "), ""),
        (DEBIAN.replace("debian", "ubuntu").replace("version 12", "version 24.04"), ""),
        (DEBIAN.replace("version 12", "version 10"), "it is Debian 12, and not Debian 11 or later"),
        (DEBIAN.replace("debian", "ubuntu").replace("12", "18.04"), "it is Debian 18.04, and not"),
        (DEBIAN.replace("debian", "fedora"), "and not Debian 11 or later or Ubuntu 20.04 or later"),
        ("uid 0\n", "it is an unknown system"),
        (DEBIAN.replace("apt yes\n", ""), "it has no apt-get"),
        (DEBIAN.replace("uid 0", "uid 1000"), "the commands are not root's there"),
        (DEBIAN.replace("init systemd\n", ""), "systemd does not run there"),
    ],
)
def test_systems(text, reason):
    wrong = System.read(text).wrong()
    assert bool(wrong) == bool(reason)
    assert reason in wrong


def test_a_bare_host(set_up, shell, one, there, said):
    shell.answers = {
        "system": DEBIAN + "end\n",
        "packages": "there sudo\nnow docker.io\nnoise of apt\ndid docker: installed docker.io 26\n",
        "user": "did user deploy: made, without a password\nlacks keys: none\n",
        "files": there.replace(f"same {UNIT}", f"absent {UNIT}"),
        "install": "did systemd has read its units\nlacks nginx does not run\n",
    }
    set_up(one)
    assert said == [
        "app1: was there  sudo",
        "app1: installs   docker.io",
        "app1: done       docker: installed docker.io 26",
        "app1: done       user deploy: made, without a password",
        "app1: lacks      keys: none",
        "app1: done       1 file installed.",
        "app1: done       systemd has read its units.",
        "app1: lacks      nginx does not run",
    ]
    assert [what for _, what, _ in shell.asked] == [
        "remote/system '' consul consul-template",
        "remote/packages yes",
        "remote/user '' shop deploy",
        "remote/files '' shop",
        "remote/install '' shop",
        "remote/system '' consul consul-template",
    ]
    assert shell.asked[2][2] == "ssh-x AAAA\n"


def test_a_second_run(set_up, shell, one, there, said):
    shell.answers = {
        "system": DEBIAN + "end\n",
        "packages": "there docker\n",
        "user": "there user deploy\n",
        "files": there,
    }
    set_up(one)
    assert said[-2:] == [
        f"app1: was there  {len(one.files)} files of shop",
        "app1: nothing was to be done: it is set up.",
    ]
    assert "install" not in [name for _, name in shell.scripts()]


def test_one_unsupported_host_and_nothing_is_changed_on_any(set_up, shell, manifest):
    hosts = machines(manifest('deploy.hosts = ["app1", "app2"]\n[roles.web]\n'))
    shell.answers = {
        ("system", "app1"): DEBIAN + "end\n",
        ("system", "app2"): "id fedora\nname Fedora 41\nuid 0\nend\n",
    }
    with pytest.raises(PreflightError, match="  - app2: it is Fedora 41"):
        set_up(*hosts)
    assert {name for _, name in shell.scripts()} == {"system"}


def test_sudo_with_a_password(set_up, shell, one):
    shell.answers = {"system": Done(code=1, error="sudo: a password is required\n")}
    with pytest.raises(HostError, match="app1 does not do what root asks: sudo: a password"):
        set_up(one)


def test_packages_that_cannot_be_had(set_up, shell, one):
    shell.answers = {
        "system": DEBIAN + "end\n",
        "packages": Done(code=69, output="there sudo\nE: Unable to locate package\n"),
    }
    with pytest.raises(ConfigurationError) as raised:
        set_up(one)
    assert str(raised.value) == (
        "toolkit: app1: its packages could not be set up:\n  E: Unable to locate package\n"
        "  When that is mended, run it again: what is done stays done."
    )
    assert "user" not in [name for _, name in shell.scripts()]


def test_files_edited_by_hand(set_up, shell, one, there):
    shell.answers = {
        "system": DEBIAN + "end\n",
        "files": there.replace(f"same {UNIT}", f"closed - {UNIT}"),
    }
    with pytest.raises(ScaffoldError, match=f"app1: edited by hand, or another's: /{UNIT}"):
        set_up(one)
    set_up(one, force=True)
    assert shell.scripts()[-2] == ("root@app1", "install")


def test_what_has_no_package_is_told(set_up, shell, manifest, said):
    targets = 'targets = ["systemd", "proxy", "registration"]\nproxy.hosts = ["p1"]\n'
    hosts = machines(manifest(f'{targets}[roles.web]\nhosts = ["app1"]\n'))
    files = {
        ("files", each.name): "".join(f"same {file.path}\n" for file in each.files) + "end\n"
        for each in hosts
    }
    shell.answers = {**files, "system": DEBIAN + "end\n"}
    set_up(*hosts)
    assert [line for line in said if "lacks" in line] == [
        "app1: lacks      consul: https://developer.hashicorp.com/consul/install; its agent has to "
        "run here",
        "p1: lacks      consul-template: https://releases.hashicorp.com/consul-template/; to be "
        "put at /usr/local/bin/consul-template; then: systemctl start consul-template@shop",
    ]
    assert ("root@app1", "remote/packages no", "") in shell.asked
    assert ("root@p1", "remote/packages yes", "") in shell.asked


def test_what_follows(manifest):
    app = manifest('image = "registry.example.org/shop"\ndeploy.hosts = ["app1"]\n[roles.web]\n')
    assert [line.partition("  #")[0].rstrip() for line in following.lines(app, machines(app))] == [
        "Then:",
        "  toolkit env push shop",
        "  docker login registry.example.org",
        "  toolkit deploy shop --tag …",
    ]


@pytest.mark.parametrize("image", ["shop", "team/shop"])
def test_no_registry_of_ones_own(manifest, image):
    app = manifest(f'image = "{image}"\ndeploy.hosts = ["app1"]\n[roles.web]\n')
    assert not any("login" in line for line in following.lines(app, machines(app)))
