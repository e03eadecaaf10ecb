"""What holds in the base image, in an app's image made from it, and in an image made from that.

A child inherits its parent's tests, as its image inherits the parent's layers.
"""

import pytest

from entrypoint import role, writable

PATHS = (*writable.TMPFS, *writable.VOLUMES)

#: Everybody's, in every Debian.
TEMPORARY = {"/tmp", "/var/tmp", "/run/lock"}

#: Debian's programs that run with somebody else's rights; an app's image adds none.
SETUID = {
    "/usr/bin/chage",
    "/usr/bin/chfn",
    "/usr/bin/chsh",
    "/usr/bin/expiry",
    "/usr/bin/gpasswd",
    "/usr/bin/mount",
    "/usr/bin/newgrp",
    "/usr/bin/passwd",
    "/usr/bin/su",
    "/usr/bin/umount",
    "/usr/sbin/unix_chkpwd",
}

#: What the base adds to Debian's root.
PACKAGES = {
    "ca-certificates",
    "libexpat1",
    "libffi8",
    "libncursesw6",
    "libpython3-stdlib",
    "libpython3.13-minimal",
    "libpython3.13-stdlib",
    "libreadline8t64",
    "media-types",
    "netbase",
    "openssl",
    "python3",
    "python3-minimal",
    "python3-pip-whl",
    "python3.13",
    "python3.13-minimal",
    "readline-common",
    "tini",
}

#: Modules of other operating systems, and those that Debian has in packages of their own.
NOT_IN_STDLIB = {
    *("_ios_support", "_scproxy"),
    *("_overlapped", "_winapi", "_wmi", "msvcrt", "nt", "winreg", "winsound"),
    "_gdbm",  # python3-gdbm
    *("_tkinter", "tkinter", "turtle"),  # python3-tk
    "ensurepip",  # python3-venv
    "idlelib",  # idle-python3.13
    "turtledemo",  # python3-examples
}

ENVIRONMENT = {
    "PATH=/ve/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG=C.UTF-8",
    "HOME=/home/app",
    "PYTHONDONTWRITEBYTECODE=1",
    "PYTHONUNBUFFERED=1",
}

TOOLCHAIN = ("gcc", "cc", "g++", "c++", "cpp", "as", "ld", "make", "dpkg-buildpackage", "git")

TINI = ["/usr/bin/tini", "-s", "--", "/ve/bin/entrypoint", "--container"]


@pytest.fixture(scope="class")
def image(request):
    """The image that a class of checks is about."""
    return request.getfixturevalue(request.cls.image_fixture)


@pytest.fixture(scope="class")
def container(image, module_containers):
    return module_containers.idle(image)


@pytest.fixture(scope="class")
def root(container):
    return container.host("root")


@pytest.fixture(scope="class")
def app(container):
    return container.host("app")


class TestBase:
    """The checks of the base image."""

    image_fixture = "base"
    environment = ENVIRONMENT
    user = ""  # an app's Dockerfile has to apt-get and to pip install

    @staticmethod
    def stamps(labels):  # noqa: ARG004 - an app's looks at them
        """The variables by which `toolkit build` tells an app's image its tag and revision."""
        return set()

    def test_configuration(self, image, inspect):
        config = inspect(image)["Config"]
        assert config["Entrypoint"] == TINI
        assert config["Cmd"] == ["run"]
        assert config["WorkingDir"] == "/app"
        assert config["ExposedPorts"] == {"8000/tcp": {}}
        assert set(config["Env"]) == self.environment | self.stamps(config["Labels"])
        assert config["User"] == self.user
        second = 10**9
        assert config["Healthcheck"] == {
            "Test": ["CMD", "/ve/bin/entrypoint", "health"],
            "Interval": 15 * second,
            "Timeout": 10 * second,
            "StartPeriod": 60 * second,
            "Retries": 3,
        }

    def test_user_is_app_in_group_0(self, root):
        user = root.user("app")
        assert (user.uid, user.gid, user.home) == (1000, 0, "/home/app")
        assert root.check_output("id -G app") == "0"
        assert root.user("app").password in {"!", "*"}

    def test_init_is_tini(self, container):
        assert container.tree() == [
            [*TINI, "exec", "sleep", "infinity"],
            [[["sleep", "infinity"], []]],
        ]

    @pytest.mark.parametrize("user", ["0", "app", "123456:0"])
    def test_nothing_runs_as_root(self, image, containers, user):
        done = containers.run(image, "exec", "id", options=("--user", user))
        uid = "1000(app)" if user in {"0", "app"} else "123456"
        assert done.stdout.strip() == f"uid={uid} gid=0(root) groups=0(root)"

    @pytest.mark.parametrize("path", PATHS[1:])
    def test_writable_paths_are_apps_and_its_groups(self, root, path):
        folder = root.file(path)
        assert (folder.user, folder.gid, oct(folder.mode)) == ("app", 0, "0o2775")

    def test_nothing_else_is_writable(self, app):
        found = app.run("find / -xdev -path /proc -prune -o -writable ! -type l -print").stdout
        assert set(found.split()) - {role.FILE} == {*PATHS, *TEMPORARY}

    def test_setuid_programs_are_debians(self, root):
        found = root.check_output(r"find / -xdev -type f \( -perm -4000 -o -perm -2000 \)")
        assert set(found.split()) == SETUID

    def test_packages(self, root, module_containers, base, inspect):
        parent = "django-container/root:trixie"
        try:
            inspect(parent)
        except Exception:  # noqa: BLE001 - it was pulled, not bootstrapped
            parent = "debian:trixie-slim"
        listing = ("-W", "-f", "${Package}\n")
        before = module_containers.run(
            parent, *listing, options=("--entrypoint", "dpkg-query")
        ).stdout
        now = root.check_output("dpkg-query -W -f '${Package}\\n'")
        assert set(now.split()) - set(before.split()) == PACKAGES

    def test_no_toolchain(self, root):
        assert [name for name in TOOLCHAIN if root.exists(name)] == []
        assert root.run("ls -A /usr/include").stdout == ""
        packages = root.check_output("dpkg-query -W -f '${Package}\\n'").split()
        assert [name for name in packages if name.endswith("-dev")] == []

    def test_no_leftovers(self, root):
        # What Debian itself has in root's home and in apt's folders.
        locks = {"/var/lib/apt/lists/lock", "/var/cache/apt/archives/lock"}
        known = {"/root/.bashrc", "/root/.profile", *locks, role.FILE}
        places = (
            "/tmp /var/tmp /home /root /run /data /var/lib/apt/lists /var/cache/apt /wheelhouse"
        )
        found = root.run(f"find {places} -xdev ! -type d").stdout
        assert set(found.split()) - known == set()
        assert (
            root.run("find /var/log /var/cache/debconf -type f -name '*-old' -size +0").stdout == ""
        )
        assert (
            root.run("find / -xdev -name '*.whl' ! -path '/usr/share/python-wheels/*'").stdout == ""
        )
        assert root.run("find / -xdev -type d -path '*/.cache*'").stdout == ""

    def test_certificates_are_those_of_debians_package(self, root):
        bundle = root.file("/etc/ssl/certs/ca-certificates.crt").content_string
        packaged = root.check_output("find /usr/share/ca-certificates -name '*.crt'").split()
        assert bundle.count("BEGIN CERTIFICATE") == len(packaged)
        assert root.run("find /usr/local/share/ca-certificates -type f").stdout == ""

    def test_standard_library_is_whole(self, container):
        assert set(container.probe("stdlib.py")) == NOT_IN_STDLIB

    def test_byte_code_of_the_virtual_environment(self, container):
        assert list(container.probe("bytecode.py", "/ve/lib", user="root")) == ["unchecked"]

    def test_pip_in_the_classic_form(self, root):
        assert root.check_output("/ve/bin/pip --version").startswith("pip ")

    def test_help(self, app):
        done = app.run("entrypoint help")
        assert done.rc == 0
        assert "docker run IMAGE" in done.stdout


class TestExample(TestBase):
    """The checks of the example's image: the base's, and its own."""

    image_fixture = "example_image"
    environment = ENVIRONMENT | {"APP=antisocial"}
    user = "app"

    @staticmethod
    def stamps(labels):
        """They say what its labels say to everybody else; it may be of no commit."""
        names = {"IMAGE_TAG": "version", "IMAGE_REVISION": "revision"}
        found = {name: labels.get(f"org.opencontainers.image.{key}") for name, key in names.items()}
        assert found["IMAGE_TAG"]
        return {f"{name}={value}" for name, value in found.items() if value}

    def test_byte_code_of_the_app(self, container):
        assert list(container.probe("bytecode.py", "/app", user="root")) == ["checked"]

    def test_static_files_are_collected_and_compressed(self, app):
        assert app.file("/app/staticfiles/feeds/style.css").is_file
        assert app.file("/app/staticfiles/CACHE/manifest.json").is_file

    def test_code_is_not_the_apps_to_change(self, root):
        assert root.run("find /app /ve -xdev ! -type l ! -user root").stdout == ""


class TestChild(TestExample):
    """The checks of a child of the example: tests/apps/slow."""

    image_fixture = "child_image"
    environment = ENVIRONMENT | {"APP=slow"}
