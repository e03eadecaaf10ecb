"""The scripts that set a host up, with programs that stand for the system's."""

import shutil
import subprocess

import pytest

from toolkit.resources import REMOTE

KEY, OTHER = "ssh-ed25519 AAAAone a@b", "ssh-ed25519 AAAAtwo c@d"
FORCED = f'no-pty,command="echo no" {OTHER}'


def test_what_kind_of_host(place):
    place.write("etc/os-release", 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12 (x)"\n')
    (place.root / "run/systemd/system").mkdir(parents=True)
    place.program("apt-get")
    place.program("consul")
    done = place.run("system", "consul", "no-such-program")
    lines = done.stdout.splitlines()
    assert lines[:3] == ["id debian", "version 12", "name Debian 12 (x)"]
    assert lines[4:] == ["init systemd", "apt yes", "program consul", "end"]


def test_an_unknown_host(place):
    assert place.run("system").stdout.splitlines()[-1] == "end"


@pytest.fixture
def apt(place):
    """A Debian whose packages are made by its apt-get."""
    for name in ("docker", "nginx"):
        (place.bin / name).unlink()
    for name in ("sh", "mktemp", "rm", "tail", "grep", "cat", "chmod", "sleep", "cp"):
        (place.bin / name).symlink_to(shutil.which(name))
    place.write("docker", "#!/bin/sh\necho 26.1\n", 0o755)
    place.program("dpkg")
    place.program("dpkg-query", "printf 1.0")
    place.program("apt-cache", "exit 1")
    place.program(
        "apt-get",
        f"""case "$*" in *install*) for each; do case $each in
            docker.io) cp "{place.root}/docker" "{place.bin}/docker" ;;
            dbus) cp "{place.root}/docker" "{place.bin}/dbus-daemon" ;;
            iproute2) cp "{place.root}/docker" "{place.bin}/ss" ;;
            sudo | nginx) cp "{place.root}/docker" "{place.bin}/$each" ;;
        esac; done ;; esac""",
    )
    return place


@pytest.fixture
def packages(apt, monkeypatch):
    """Runs the script with no programs but the test's: with PATH as the script leaves it."""
    text = (REMOTE / "provision" / "packages").read_text()
    assert 'PATH="$PATH:/usr/sbin:/sbin"' in text

    def packages(nginx="no"):
        return subprocess.run(
            [shutil.which(apt.shell[0]), *apt.shell[1:], "-c",
             text.replace('PATH="$PATH:/usr/sbin:/sbin"', f'PATH="{apt.bin}"'), "packages", nginx],
            capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip

    return packages


def test_packages(apt, packages):
    done = packages(nginx="yes")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line for line in done.stdout.splitlines() if "apparmor" not in line]
    assert lines[-4:] == [
        "did sudo: installed sudo 1.0",
        "did docker: installed docker.io 1.0",
        "did nginx: installed nginx 1.0",
        "did nginx was started",
    ]
    update, install = (call for call in apt.calls() if call.startswith("apt-get"))
    options = "-q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold"
    assert update == f"apt-get {options} update"
    wanted = "--no-install-recommends sudo dbus docker.io ca-certificates nginx iproute2"
    assert install.startswith(f"apt-get {options} install {wanted}")


def test_packages_a_second_time(apt, packages):
    packages(nginx="yes")
    apt.program("systemctl")
    (apt.root / "calls").unlink()
    done = packages(nginx="yes")
    assert done.stdout.splitlines() == ["there sudo", "there docker", "there nginx"]
    assert not [call for call in apt.calls() if "apt" in call or "enable --" in call]


def test_the_client_has_a_package_of_its_own(apt, packages):
    apt.program("apt-cache")
    packages()
    assert "docker-cli" in next(call for call in apt.calls() if " install " in call)


def test_a_docker_that_is_there_stays(apt, packages):
    apt.program("docker", "echo 26.1")
    packages()
    assert "docker.io" not in next(call for call in apt.calls() if " install " in call)


def test_packages_that_cannot_be_had(apt, packages):
    apt.program("apt-get", "echo E: Unable to locate package docker.io; exit 100")
    done = packages()
    assert done.returncode == 69
    assert done.stderr == "E: Unable to locate package docker.io\n"


def test_the_lists_are_locked(apt, packages):
    apt.program("sleep")
    tried = apt.root / "tried"
    apt.program(
        "apt-get",
        f"""[ ! -e "{tried}" ] || exit 1
        : >"{tried}"
        echo "E: Could not get lock /var/lib/apt/lists/lock"
        exit 100""",
    )
    packages()
    assert [call.split()[0] for call in apt.calls() if "dpkg" not in call.split()[0]][:4] == [
        "apt-get",
        "sleep",
        "apt-get",
        "apt-cache",
    ]


@pytest.fixture
def users(place):
    """A system of users, in a file."""
    place.write("users", "root:x:0:0::/root:/bin/sh\n")
    place.program(
        "getent",
        f"""case $1 in
            passwd) grep "^$2:" "{place.root}/users" ;;
            group) [ "$2" = adm ] ;;
        esac""",
    )
    place.program(
        "useradd",
        f'for name; do :; done; echo "$name:x:1:1::/home/$name:/bin/sh" >>"{place.root}/users"',
    )
    place.program("usermod", f': >"{place.root}/in-group"')
    place.program("id", f'[ ! -e "{place.root}/in-group" ] || echo adm')
    place.program("runuser", 'shift 3; exec "$@"')
    place.program("chown")
    place.program("stat", "echo deploy")
    place.program("sshd")
    place.write("root/.ssh/authorized_keys", f"# mine\n{KEY}\n{FORCED}\n")
    return place


KEYS = "home/deploy/.ssh/authorized_keys"


def test_the_user(users):
    done = users.run("user", "shop", "deploy", stdin=f"{OTHER}\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "did user deploy: made, without a password",
        "did group adm: deploy may read logs",
        "did keys: 2 more may log in as deploy",
        "there keys with options of their own, which deploy does not get: 1",
        "did folder /var/www/shop: deploy's",
    ]
    assert users.read(KEYS) == f"{KEY}\n{OTHER}\n"
    assert users.mode(KEYS) == 0o600
    assert users.mode("home/deploy/.ssh") == 0o700
    assert "useradd --create-home --shell /bin/bash --password * deploy" in users.calls()


def test_the_user_a_second_time(users):
    users.run("user", "shop", "deploy")
    users.write(KEYS, f"{KEY}\n{OTHER}", 0o600)
    done = users.run("user", "shop", "deploy")
    assert done.stdout.splitlines() == [
        "there user deploy",
        "there group adm",
        "there keys of deploy: 2",
        "there keys with options of their own, which deploy does not get: 1",
        "there folder /var/www/shop",
    ]
    assert users.read(KEYS).split("\n")[:2] == [KEY, OTHER]


def test_nobody_can_log_in(users):
    (users.root / "root/.ssh/authorized_keys").unlink()
    done = users.run("user", "shop", "deploy")
    assert "lacks keys: nobody can log in as deploy" in done.stdout


def test_sshd_lets_in_others_alone(users):
    users.program("sshd", "echo allowusers root; echo allowusers ops")
    done = users.run("user", "shop", "deploy")
    assert "lacks sshd lets in none but root ops : add deploy to AllowUsers" in done.stdout
    users.program("sshd", "echo allowusers root; echo allowusers deploy")
    assert "AllowUsers" not in users.run("user", "shop", "deploy").stdout


def test_root_deploys(users):
    done = users.run("user", "shop", "root")
    assert done.stdout.splitlines()[0] == "there user root"
    assert "keys" not in done.stdout
