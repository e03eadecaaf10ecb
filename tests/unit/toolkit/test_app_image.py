from pathlib import Path

import pytest

from toolkit import app_image, git
from toolkit.app_image import Build
from toolkit.errors import BuildError, ConfigurationError, UsageError
from toolkit.process import Command, CommandError

REQUEST = Build(
    directory=Path("/src/antisocial"),
    image="registry.example/thraxil/antisocial:build-42",
    dockerfile=Path("/src/antisocial/Dockerfile"),
    ca_bundle=Path("/etc/ca.crt"),
    arguments=("--no-cache",),
)


class NoEngine:
    """An engine that has the images it is given, and whose builds fail as they are told."""

    def __init__(self, *images, output=""):
        self.images = images
        self.output = output

    def image_id(self, image):
        return "sha256:1" if image in self.images else None

    def run(self, *args):
        raise CommandError(Command(argv=("docker", *args)), 1, self.output)


def test_the_command():
    words = app_image.build_args(REQUEST, Path("/tmp/x/Dockerfile"), {"a.b": "c d"})
    assert words == (
        "build",
        *("--tag", "registry.example/thraxil/antisocial:build-42"),
        *("--file", "/tmp/x/Dockerfile"),
        *("--label", "a.b=c d"),
        *("--secret", "id=ca,src=/etc/ca.crt"),
        "--no-cache",
        "/src/antisocial",
    )


def test_a_wheelhouses_image_is_named_by_what_it_holds(tmp_path):
    folder = tmp_path / "wheelhouse"
    folder.mkdir()
    (folder / "manifest.json").write_text("{}")
    build = request(tmp_path, "")
    first = app_image.wheelhouse_tag(build)
    assert first.startswith("django-container/wheelhouse:")
    assert app_image.wheelhouse_tag(build) == first
    (folder / "six.whl").write_text("")
    assert app_image.wheelhouse_tag(build) != first


def request(tmp_path, text):
    (tmp_path / "Dockerfile").write_text(text)
    return Build(directory=tmp_path, image="x", dockerfile=tmp_path / "Dockerfile")


def test_no_dockerfile(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        app_image.build(NoEngine(), Build(directory=tmp_path, image="x", dockerfile=tmp_path / "D"))


@pytest.mark.parametrize(
    ("base", "hint"),
    [
        ("django-container/base", "toolkit images build"),
        ("django-container/base:bullseye", "toolkit images build --suite bullseye"),
    ],
)
def test_a_base_that_nobody_built(tmp_path, base, hint):
    with pytest.raises(ConfigurationError) as error:
        app_image.build(NoEngine(), request(tmp_path, f"FROM {base}\n"))
    assert error.value.hint.endswith(hint)


def test_no_wheelhouse(tmp_path):
    text = "FROM x\nRUN --mount=type=bind,source=wheelhouse,target=/wheelhouse install-wheels\n"
    with pytest.raises(UsageError, match="no wheelhouse"):
        app_image.build(NoEngine(), request(tmp_path, text))


@pytest.mark.parametrize(
    "output",
    [
        "executor failed running [/bin/sh -c entrypoint build]: exit code: 65",
        'process "/bin/sh -c entrypoint build" did not complete successfully: exit code: 65',
    ],
)
def test_a_step_that_fails_is_named(tmp_path, output):
    with pytest.raises(BuildError, match="`entrypoint build` ended with exit code 65"):
        app_image.build(NoEngine(output=output), request(tmp_path, "FROM x\n"))


def test_a_build_that_fails_otherwise(tmp_path):
    with pytest.raises(BuildError, match="docker build ended with 1"):
        app_image.build(NoEngine(output="?"), request(tmp_path, "FROM x\n"))


def test_the_reason_is_repeated(tmp_path):
    output = (
        "#9 1.2 Connection refused\n#9 1.2 entrypoint: warning: x\n"
        "#9 1.3 entrypoint: the tests failed (exit code 1): x\n"
        "#9 1.3   Their output is above.\n#9 ERROR: executor failed\n"
        "executor failed running [/bin/sh -c entrypoint build]: exit code: 65\n"
    )
    with pytest.raises(BuildError) as error:
        app_image.build(NoEngine(output=output), request(tmp_path, "FROM x\n"))
    assert error.value.hint.splitlines() == [
        "entrypoint: the tests failed (exit code 1): x",
        "    Their output is above.",
    ]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("App:1", "lower case"), ("App", "lower case"), ("app:a$b", "A tag has"), ("app:-a", "A tag")],
)
def test_a_name_that_cannot_be_one(tmp_path, name, hint):
    dockerfile = request(tmp_path, "").dockerfile
    with pytest.raises(UsageError, match=hint):
        app_image.build(NoEngine(), Build(directory=tmp_path, image=name, dockerfile=dockerfile))


class Builds(NoEngine):
    """An engine that remembers what Dockerfile it was given."""

    def run(self, *args):
        self.text = Path(args[args.index("--file") + 1]).read_text()

    def answer(self, *_):
        return "1"


@pytest.mark.parametrize(
    ("image", "source", "line"),
    [
        ("a:b-42", git.Source(revision="3f-dirty"), "ENV IMAGE_TAG=b-42 IMAGE_REVISION=3f-dirty"),
        ("localhost:5000/a", git.Source(), "ENV IMAGE_TAG=latest"),
        ("a:Build-42", git.Source(), "ENV IMAGE_TAG=Build-42"),
    ],
)
def test_containers_know_their_image(tmp_path, monkeypatch, image, source, line):
    monkeypatch.setattr(git, "source", lambda _: source)
    engine = Builds()
    build = request(tmp_path, "FROM x\r\nRUN a")
    app_image.build(engine, Build(directory=tmp_path, image=image, dockerfile=build.dockerfile))
    assert engine.text == f"FROM x\nRUN a\n{line}\n"


def test_a_repaired_wheelhouse_is_another_one(tmp_path):
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "a.whl").write_text("a")
    whole = app_image._digest(tmp_path)
    (tmp_path / "a.whl").unlink()
    assert app_image._digest(tmp_path) != whole


def test_the_ignore_file_of_the_dockerfile_comes_first(tmp_path):
    build = request(tmp_path, "")
    assert app_image._own_ignore(build) is None
    (tmp_path / ".dockerignore").write_text("a")
    assert app_image._own_ignore(build) == "a"
    (tmp_path / "Dockerfile.dockerignore").write_text("b")
    assert app_image._own_ignore(build) == "b"
