from pathlib import Path

import pytest

from toolkit import images, resources, root
from toolkit.errors import RootImageError, UsageError
from toolkit.images import Variant
from toolkit.process import Command, CommandError


@pytest.mark.parametrize(
    ("variant", "tags"),
    [
        (Variant(), ("django-container/base:trixie", "django-container/base:latest")),
        (Variant(suite="bullseye"), ("django-container/base:bullseye",)),
        (Variant(namespace="r.example/t"), ("r.example/t/base:trixie", "r.example/t/base:latest")),
        (
            Variant(base_image="mirror.example/library/python:3.13-slim"),
            ("django-container/base:python-3.13-slim",),
        ),
    ],
)
def test_tags(variant, tags):
    assert variant.tags("base") == tags


def test_the_command():
    assert images.build_args(
        Path("/tmp/base"),
        tags=("n/base:trixie", "n/base:latest"),
        argument="ROOT=debian:trixie-slim",
        ca_bundle=Path("/ca"),
        no_cache=True,
    ) == (
        "build",
        *("--tag", "n/base:trixie", "--tag", "n/base:latest"),
        *("--build-arg", "ROOT=debian:trixie-slim"),
        *("--label", "org.opencontainers.image.version=0.1.0.dev0"),
        *("--secret", "id=ca,src=/ca", "--no-cache", "/tmp/base"),
    )


@pytest.mark.parametrize("name", images.NAMES + images.SERVICES)
def test_every_image_has_its_folder(name):
    assert (resources.IMAGES / name / "Dockerfile").is_file()
    assert (resources.IMAGES / name / "README.md").is_file()


@pytest.mark.parametrize(
    ("image", "hint"),
    [
        ("django-container/base", "Build it: toolkit images build"),
        ("django-container/builder:bullseye", "Build it: toolkit images build --suite bullseye"),
        ("localhost:5000/t/base:bookworm", "--namespace localhost:5000/t --suite bookworm"),
        ("team/base", "Build it: toolkit images build --namespace team"),
        ("django-container/base:buster", "trixie, bookworm, bullseye"),
    ],
)
def test_how_to_get_an_image(image, hint):
    assert hint in images.how_to_get(image)


def test_the_base_carries_the_writable_paths():
    from entrypoint import writable

    text = (resources.IMAGES / "base" / "Dockerfile").read_text()
    assert f'django-container.tmpfs="{" ".join(writable.TMPFS)}"' in text
    assert f'django-container.volumes="{" ".join(writable.VOLUMES)}"' in text


class Registryless:
    """An engine with some images, whose registry has none."""

    def __init__(self, *images):
        self.images = images

    def image_id(self, image):
        return "sha256:1" if image in self.images else None

    def command(self, *args):
        return Command(argv=("false", *args))

    def explain(self, error):
        assert isinstance(error, CommandError)


def test_what_was_bootstrapped_or_pulled_before_is_taken():
    assert root.ensure(Registryless("n/root:trixie"), "trixie", "n") == "n/root:trixie"
    assert root.ensure(Registryless("debian:trixie-slim"), "trixie", "n") == "debian:trixie-slim"


def test_an_unknown_suite():
    with pytest.raises(UsageError, match="trixie, bookworm, bullseye"):
        root.ensure(Registryless(), "sid", "n")


def test_no_registry_and_nothing_to_bootstrap_with(monkeypatch):
    monkeypatch.setattr(root.shutil, "which", lambda _: None)
    monkeypatch.setattr(root, "capture", refuse)
    with pytest.raises(RootImageError) as error:
        root.ensure(Registryless(), "trixie", "n")
    assert "apt-get install mmdebstrap" in error.value.hint


def refuse(command, timeout):
    raise CommandError(command, 1, "no such host")


def test_the_bootstrap_is_slim_and_has_nothing_of_this_machine():
    command = root.bootstrap_command("bookworm", Path("/tmp/root.tar"))
    assert command.argv[0] == "mmdebstrap"
    assert command.argv[-2:] == ("bookworm", "/tmp/root.tar")
    assert "--dpkgopt=path-exclude=/usr/share/locale/*" in command.argv
    assert any("/etc/resolv.conf" in word for word in command.argv)
    assert command.variables == {"SOURCE_DATE_EPOCH": "0"}
