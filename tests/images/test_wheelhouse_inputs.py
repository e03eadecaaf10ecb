"""build-wheels in the builder image, with real packages of a real index.

Needs the fixtures ``docker`` (the path of a client) and ``builder`` (the image's tag), and a
network on which PyPI and Debian's archive can be reached.
"""

import base64
import functools
import io
import json
import os
import shutil
import subprocess
import tarfile
import threading
import time
import uuid
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from toolkit import ca

BROKEN = Path(__file__).parents[1] / "broken"
USER = os.getuid() or 1000
CA = ca.bundle(os.environ)

BASE = """\
-c constraints.txt
django>=5,<6
django-environ
django-compressor
django-storages[s3]
djangorestframework
django-filter
django-debug-toolbar
django-extensions
celery[redis]
requests
feedparser
lxml
pillow
python-dateutil
markdown
bleach
"""
PROD = """\
gunicorn
whitenoise
psycopg2
sentry-sdk
"""
FOO = """\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "foo"
version = "1.0"
"""


class Builder:
    """Runs build-wheels as the host does."""

    def __init__(self, docker, image, cache):
        self.docker = docker
        self.image = image
        self.cache = cache

    def argv(self, app, *options, run=(), wheelhouse=True):
        mounts = ["-v", f"{app}:/src:ro", "-v", f"{self.cache}:/cache"]
        if wheelhouse:
            mounts += ["-v", f"{app}/wheelhouse:/wheelhouse"]
        if CA:
            mounts += ["-v", f"{CA}:/run/secrets/ca:ro"]
        user = ["--user", f"{USER}:0"]
        command = [self.image, "build-wheels", *options]
        return [self.docker, "run", "--rm", *user, *mounts, *run, *command]

    def run(self, app, *options, **more):
        argv = self.argv(app, *options, **more)
        done = subprocess.run(argv, check=False, capture_output=True, text=True)
        done.said = done.stdout + done.stderr
        assert "Traceback" not in done.said
        return done

    def tool(self, app, *command):
        """Run another program of the builder in the app's folder, and give what it says."""
        argv = [
            self.docker,
            "run",
            "--rm",
            "--user",
            f"{USER}:0",
            "-v",
            f"{app}:/src",
            "-w",
            "/src",
        ]
        argv += ["-e", "UV_CACHE_DIR=/tmp/uv"]
        if CA:
            argv += ["-v", f"{CA}:/run/secrets/ca:ro", "-e", "SSL_CERT_FILE=/run/secrets/ca"]
        argv += [self.image, *command]
        return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def build(docker, builder):
    volume = f"wheels-test-{uuid.uuid4().hex[:12]}"
    subprocess.run([docker, "volume", "create", volume], check=True, capture_output=True)
    yield Builder(docker, builder, volume)
    subprocess.run([docker, "volume", "rm", "-f", volume], check=True, capture_output=True)


@pytest.fixture
def app(tmp_path):
    return make_app(tmp_path / "app")


def make_app(folder, **files):
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (folder / "wheelhouse").mkdir(parents=True)
    return owned(folder)


def owned(folder):
    """Give a folder to the user who runs the builder."""
    if os.getuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, USER, 0)
    return folder


def manifest(app):
    return json.loads((app / "wheelhouse" / "manifest.json").read_text())


def by_name(app):
    return {package["name"]: package for package in manifest(app)["packages"]}


def snapshot(app):
    return {
        path.relative_to(app): path.read_bytes()
        for path in (app / "wheelhouse").rglob("*")
        if path.is_file()
    }


def write(app, name, text):
    file = app / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    owned(app)


@pytest.fixture(scope="module")
def forty(build, tmp_path_factory):
    """An app of more than forty packages, with its wheelhouse full."""
    app = make_app(
        tmp_path_factory.mktemp("forty") / "app",
        **{
            "requirements.txt": "-r requirements/base.txt\n-r requirements/prod.txt\n"
            "-e ./libs/foo\npytest-django\n",
            "requirements/base.txt": BASE,
            "requirements/constraints.txt": "bleach<7\n",
            "requirements/prod.txt": PROD,
            "libs/foo/pyproject.toml": FOO,
            "libs/foo/foo.py": "x = 1\n",
        },
    )
    done = build.run(app)
    assert done.returncode == 0, done.said
    return app


def test_forty_packages(build, forty):
    packages = by_name(forty)
    assert len(packages) > 40
    assert {name for name, p in packages.items() if p["origin"] == "built"} == {"foo", "psycopg2"}
    assert packages["psycopg2"]["needs"] == ["libpq5"]
    assert "requirements.txt" in manifest(forty)["inputs"]
    debs = manifest(forty)["debs"]
    assert "libpq5" in {deb["name"] for deb in debs}
    for deb in debs:
        assert (forty / "wheelhouse" / "debs" / deb["filename"]).is_file()
    left = {p.name for p in (forty / "wheelhouse").iterdir() if p.suffix != ".whl"}
    assert left == {"debs", "manifest.json", "pylock.toml", "requirements.txt"}
    assert {p.stat().st_uid for p in (forty / "wheelhouse").rglob("*")} == {USER}
    check = (
        "/ve/bin/pip install --dry-run --quiet --no-index --require-hashes"
        " --find-links wheelhouse -r wheelhouse/requirements.txt"
    )
    build.tool(forty, *check.split())


def test_nothing_new(build, forty):
    before = snapshot(forty)
    done = build.run(forty)
    assert f"{len(by_name(forty))} packages: {len(by_name(forty))} kept, 0 downloaded" in done.said
    assert snapshot(forty) == before


def test_one_more(build, forty):
    before = by_name(forty)
    write(forty, "requirements/base.txt", BASE + "django-model-utils\n")
    done = build.run(forty)
    assert f"{len(before)} kept, 1 downloaded, 0 built" in done.said
    assert set(by_name(forty)) - set(before) == {"django-model-utils"}
    write(forty, "requirements/base.txt", BASE)
    assert f"{len(before)} kept, 0 downloaded, 0 built" in build.run(forty).said
    assert by_name(forty) == before


def test_a_local_package_is_built_again_when_it_changes(build, forty):
    before = by_name(forty)
    write(forty, "libs/foo/foo.py", "x = 2\n")
    assert "0 downloaded, 1 built" in build.run(forty).said
    assert by_name(forty)["foo"]["sha256"] != before["foo"]["sha256"]


def test_the_same_source_makes_the_same_wheel(build, forty):
    before = snapshot(forty)
    done = build.run(forty, "--rebuild", "psycopg2", "--rebuild", "foo")
    assert "0 downloaded, 2 built" in done.said
    assert snapshot(forty) == before


def test_a_damaged_wheel_is_replaced(build, forty):
    six = forty / "wheelhouse" / by_name(forty)["six"]["filename"]
    good = six.read_bytes()
    six.write_bytes(b"damaged")
    assert "1 downloaded, 0 built" in build.run(forty).said
    assert six.read_bytes() == good


def test_a_pylock(build, forty, app):
    lock = (forty / "wheelhouse" / "pylock.toml").read_text()
    entries = lock.split("[[packages]]")
    kept = [e for e in entries[1:] if 'name = "six"' in e or 'name = "sqlparse"' in e]
    write(app, "pylock.toml", "[[packages]]".join([entries[0], *kept]))
    assert build.run(app).returncode == 0
    assert sorted(by_name(app)) == ["six", "sqlparse"]


def test_a_uv_lock(build, app):
    write(
        app,
        "pyproject.toml",
        '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.9"\n'
        'dependencies = ["six", "foo", "idna; sys_platform == \'win32\'"]\n'
        '[project.optional-dependencies]\npg = ["sqlparse"]\n'
        '[dependency-groups]\ndev = ["iniconfig"]\nlint = ["pathspec"]\n'
        '[tool.uv.sources]\nfoo = { path = "libs/foo", editable = true }\n',
    )
    write(app, "libs/foo/pyproject.toml", FOO)
    write(app, "libs/foo/foo.py", "x = 1\n")
    build.tool(app, "/opt/build-wheels/bin/uv", "lock")
    assert build.run(app).returncode == 0
    assert sorted(by_name(app)) == ["foo", "iniconfig", "six"]
    done = build.run(app, "--extra", "pg", "--group", "lint", "--no-group", "dev", "--with", "idna")
    assert "2 kept" in done.said
    assert sorted(by_name(app)) == ["foo", "idna", "pathspec", "six", "sqlparse"]


def test_the_app_itself_is_left_out(build, app):
    write(app, "pyproject.toml", FOO.replace("foo", "app") + 'dependencies = ["six"]\n')
    write(app, "requirements.txt", "-e .\n")
    assert build.run(app).returncode == 0
    assert sorted(by_name(app)) == ["six"]


def test_a_commit_of_a_repository(build, app):
    library = app / "library"
    write(app, "library/pyproject.toml", FOO)
    write(app, "library/foo.py", "x = 1\n")
    git = ["git", "-C", str(library), "-c", "safe.directory=*"]
    commit = ["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "x"]
    for command in (["init", "-q"], ["add", "."], commit):
        subprocess.run([*git, *command], check=True)
    head = subprocess.check_output([*git, "rev-parse", "HEAD"], text=True).strip()
    owned(app)
    write(app, "requirements.txt", "foo @ git+file:///src/library\n")
    assert build.run(app).returncode == 0
    assert by_name(app)["foo"]["source"] == f"git+file:///src/library@{head}"
    assert "1 kept" in build.run(app).said


MISTAKES = [
    (
        "requirements-typo",
        65,
        ["4 mistakes", "requirements.txt:3: six=1.16", "did you mean six==1.16?"],
    ),
    ("requirements-missing-file", 65, ["requirements.txt:2", "no file requirements/base.txt"]),
    (
        "requirements-unknown-package",
        65,
        ["no package django-container-no-such-thing", "wanted by requirements.txt:3"],
    ),
    ("requirements-unknown-version", 65, ["no version of django==99"]),
    ("requirements-conflict", 65, ["django==5.2 depends on sqlparse>=0.3.1"]),
    ("requirements-wrong-hash", 65, ["the hash of six 1.16.0 is wrong", "requirements.txt:1"]),
    ("requirements-hash-missing", 65, ["idna 3.10 has no hash"]),
    (
        "requirements-unbuildable",
        79,
        [
            "needs-ldap cannot be built: ldap.h is missing",
            "fatal error: ldap.h",
            "next: toolkit wheelhouse --apt libldap2-dev",
        ],
    ),
    ("requirements-none", 66, ["nothing says what this app requires"]),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake[0] for mistake in MISTAKES])
def test_what_is_wrong_is_said(build, forty, tmp_path, mistake):
    project, code, texts = mistake
    app = tmp_path / "app"
    shutil.copytree(BROKEN / project, app)
    shutil.copytree(forty / "wheelhouse", app / "wheelhouse")
    owned(app)
    before = snapshot(app)
    done = build.run(app)
    assert done.returncode == code, done.said
    for text in texts:
        assert text in done.said
    logs = {path for path in snapshot(app) if "logs" in path.parts}
    assert {k: v for k, v in snapshot(app).items() if k not in logs} == before
    assert bool(logs) == (code == 79)


def test_an_index_that_is_down(build, app):
    write(app, "requirements.txt", "six\n")
    run = ["-e", "PIP_INDEX_URL=http://me:s3cret@127.0.0.1:9/simple", "-e", "UV_HTTP_RETRIES=0"]
    done = build.run(app, run=run)
    assert done.returncode == 69
    assert "http://127.0.0.1:9/simple/six/ cannot be reached" in done.said
    assert "s3cret" not in done.said


def test_a_full_disk(build, forty):
    run = ["--tmpfs", "/wheelhouse:size=2m,mode=1777"]
    done = build.run(forty, run=run, wheelhouse=False)
    assert done.returncode == 73
    assert done.said.count("no space left on the device") == 1


@pytest.mark.parametrize(("signal", "code"), [("INT", 130), ("TERM", 143)])
def test_an_interruption_leaves_nothing(build, tmp_path, signal, code):
    app = make_app(tmp_path / "app", **{"requirements.txt": "psycopg2\nsix\n"})
    name = f"wheels-{uuid.uuid4().hex[:12]}"
    argv = build.argv(app, "--rebuild", "psycopg2", run=["--name", name])
    process = subprocess.Popen(argv, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if line.startswith("building psycopg2"):
            break
    time.sleep(1)
    began = time.monotonic()
    subprocess.run(
        [build.docker, "kill", "--signal", signal, name], check=True, capture_output=True
    )
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait() == code
    assert time.monotonic() - began < 5
    assert "interrupted; the wheelhouse is as it was" in said
    assert list((app / "wheelhouse").iterdir()) == []


class Private(SimpleHTTPRequestHandler):
    """An index that wants a user and a password with characters that URLs must escape."""

    wanted = "Basic " + base64.b64encode(b"us@er:pa%ss/w").decode()

    def do_GET(self):
        if self.headers.get("Authorization") == self.wanted:
            super().do_GET()
        else:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def private_index(build, tmp_path):
    """The address of an index that has the sdist of ``foo``, as containers see it."""
    folder = tmp_path / "index" / "simple" / "foo"
    folder.mkdir(parents=True)
    metadata = "Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n"
    with tarfile.open(folder / "foo-1.0.tar.gz", "w:gz") as archive:
        for name, text in (("pyproject.toml", FOO), ("foo.py", ""), ("PKG-INFO", metadata)):
            info = tarfile.TarInfo(f"foo-1.0/{name}")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    handler = functools.partial(Private, directory=str(tmp_path / "index"))
    routes = build.tool(tmp_path, "cat", "/proc/net/route").splitlines()
    gateway = next(row.split()[2] for row in routes if row.split()[1] == "00000000")
    host = ".".join(str(byte) for byte in reversed(bytes.fromhex(gateway)))
    with ThreadingHTTPServer(("0.0.0.0", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"{host}:{server.server_address[1]}/simple/"
        server.shutdown()


def test_a_private_index(build, app, private_index):
    write(app, "requirements.txt", "foo\nsix\n")
    url = f"http://us%40er:pa%25ss%2Fw@{private_index}"
    done = build.run(app, run=["-e", f"PIP_EXTRA_INDEX_URL={url}"])
    assert done.returncode == 0, done.said
    assert by_name(app)["foo"]["source"] == f"http://{private_index}foo/foo-1.0.tar.gz"
    everything = done.said.encode() + b"".join(snapshot(app).values())
    assert b"pa%" not in everything


def test_a_private_index_with_a_netrc(build, app, private_index):
    host = private_index.partition(":")[0]
    write(app, "requirements.txt", f"--extra-index-url http://{private_index}\nfoo\n")
    write(app, "netrc", f"machine {host} login us@er password pa%ss/w\n")
    assert build.run(app, run=["-e", "NETRC=/src/netrc"]).returncode == 0


def test_a_private_index_with_a_wrong_password(build, app, private_index):
    write(app, "requirements.txt", "foo\n")
    done = build.run(app, run=["-e", f"PIP_INDEX_URL=http://me:wr0ng@{private_index}"])
    assert done.returncode == 77
    assert f"http://{private_index} refuses the credentials" in done.said
    assert "wr0ng" not in done.said
