"""No layer hides what should not be there: wheels, caches, the certificates of the build."""

import os
import re
from pathlib import Path

import pytest
from layers import entries

from toolkit import ca

#: Debian's own pip, which `/ve/bin/pip` runs.
OWN = re.compile(r"usr/share/python-wheels/[\w.+-]+\.whl")

#: What no layer may have: wheels, the wheelhouse, pip's and uv's caches, apt's lists and packages.
LEFTOVERS = re.compile(
    r"\.whl$|(^|/)wheelhouse(/|$)|(^|/)\.cache/|(^|/)pip/(http|wheels|selfcheck)"
    r"|^var/lib/apt/lists/.*_|^var/cache/apt/.*\.(deb|bin)$"
    r"|^(tmp|var/tmp|root|home/app)/(?!\.bashrc|\.profile)"
    r"|^run/secrets(/|$)|/__pycache__/.*\.pyc\.\d+$"
)

PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\s(.+?)-----END CERTIFICATE-----", re.DOTALL)

#: Debian's certificates, as its package has them.
PACKAGED = Path("/usr/share/ca-certificates")


def certificates(text):
    return {b"".join(found.split()) for found in PEM.findall(text)}


def leftovers(files):
    found = [file.path for file in files if LEFTOVERS.search(file.path) and file.content]
    return [path for path in found if not OWN.fullmatch(path)]


@pytest.fixture(scope="module", params=["base", "example_image", "child_image", "plain_image"])
def files(request, docker):
    """Every file of every layer of an image."""
    return list(entries(docker, request.getfixturevalue(request.param)))


def test_layers_are_read(files):
    paths = {file.path for file in files}
    assert {"usr/bin/tini", "ve/bin/entrypoint", "etc/os-release"} <= paths


def test_no_leftovers(files):
    assert leftovers(files) == []


def test_no_certificate_of_the_build(files):
    """The machine's bundle is what builds trust: of it, images have what Debian's package has."""
    bundle = ca.bundle(os.environ)
    known = set()
    for file in files:
        if file.path.startswith("usr/share/ca-certificates/"):
            known |= certificates(file.content)
    assert known
    own = {each for path in PACKAGED.rglob("*.crt") for each in certificates(path.read_bytes())}
    extra = certificates(bundle.read_bytes()) - known - own if bundle else set()
    for file in files:
        # A third of a certificate, on one line or on several, is enough to tell it.
        packed = file.content.replace(b"\n", b"") if b"CERTIFICATE" in file.content else b""
        assert not [each for each in extra if each[:400] in packed], file.path


def test_no_random_key_of_the_build(files):
    """`entrypoint build` makes a key for the build alone; nothing keeps its environment."""
    kept = [file.path for file in files if b"DJANGO_SECRET_KEY=" in file.content]
    assert kept == []


@pytest.fixture(scope="module")
def with_docker(apps):
    """An image by `docker build` alone: the context has the wheelhouse, and `COPY .` copies it."""
    folder = apps.copy("plain")
    return apps.image("plain-docker"), apps.docker_build("plain-docker", folder)


def test_docker_build_builds_and_warns(with_docker):
    _, done = with_docker
    assert done.returncode == 0, done.stdout
    assert "warning: COPY put the wheelhouse" in done.stdout
    assert "toolkit build" in done.stdout


def test_docker_build_leaves_no_wheelhouse_in_the_file_system(with_docker, containers):
    image, _ = with_docker
    assert containers.run(image, "exec", "ls", "-A", "/app").stdout.split() == [
        ".copy",  # of the tests: see apps.py
        "Dockerfile",
        "README.md",
        "__pycache__",
        "manage.py",
        "requirements.txt",
        "website",
    ]
    # BuildKit leaves the folder that it mounted the wheelhouse on.
    assert containers.run(image, "exec", "ls", "-A", "/wheelhouse").stdout == ""


def test_docker_build_leaves_it_in_a_layer(with_docker, docker):
    """What the warning says, and that the tests above would see it."""
    image, _ = with_docker
    found = leftovers(entries(docker, image))
    assert any(path.startswith("app/wheelhouse/django-") for path in found)
