from pathlib import Path

import pytest

from toolkit import wheelhouse
from toolkit.errors import ConfigurationError
from toolkit.wheelhouse import Request

REQUEST = Request(
    directory=Path("/src/app"),
    name="wheelhouse",
    builder="django-container/builder:trixie",
    options=("--requirements", "requirements.txt"),
    ca_bundle=Path("/etc/ca.crt"),
    netrc=Path("/home/me/.netrc"),
    rebuild=("pillow",),
    upgrade=True,
)


def test_the_command():
    environ = {"UV_INDEX_TEAM_PASSWORD", "PIP_INDEX_URL"}
    words = wheelhouse.run_args(
        REQUEST, "builder", environ, container="wheelhouse-1", uid=1000, terminal=True
    )
    assert words == (
        *("run", "--rm", "--name", "wheelhouse-1", "--tty", "--user", "1000:0"),
        *("--volume", "/src/app:/src:ro"),
        *("--volume", "/src/app/wheelhouse:/wheelhouse"),
        *("--volume", "django-container-wheels:/cache"),
        *("--volume", "/etc/ca.crt:/run/secrets/ca:ro"),
        *("--env", "PIP_INDEX_URL", "--env", "UV_INDEX_TEAM_PASSWORD"),
        *("--volume", "/home/me/.netrc:/run/secrets/netrc:ro"),
        *("--env", "NETRC=/run/secrets/netrc"),
        *("builder", "build-wheels", "--requirements", "requirements.txt"),
        *("--rebuild", "pillow", "--upgrade"),
    )


@pytest.mark.parametrize(
    ("text", "builder"),
    [
        ("FROM django-container/base:bullseye\n", "django-container/builder:bullseye"),
        ("FROM python:3.13-slim\n", "team/builder"),
        (None, "team/builder"),
    ],
)
def test_the_builder_fits_the_dockerfile(tmp_path, text, builder):
    path = tmp_path / "Dockerfile"
    if text is not None:
        path.write_text(text)
    assert wheelhouse.builder_for(path, "team") == builder


@pytest.mark.parametrize("package", ["x; rm -rf /", "$(id)", "-y", "X", ""])
def test_what_is_no_debian_package(package):
    request = Request(
        directory=Path("/a"), name="w", builder="b", apt_packages=("libfoo-dev", package)
    )
    with pytest.raises(ConfigurationError, match="not the name of a Debian package"):
        wheelhouse.with_packages(None, request, "sha256:1")


def test_the_users_netrc(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert wheelhouse.find_netrc({}) is None
    (tmp_path / ".netrc").write_text("")
    assert wheelhouse.find_netrc({}) == tmp_path / ".netrc"
    assert wheelhouse.find_netrc({"NETRC": str(tmp_path / "no")}) is None


@pytest.mark.parametrize("name", ["file/wheelhouse", "wheelhouse"])
def test_a_folder_that_cannot_be_made(tmp_path, name):
    (tmp_path / name.partition("/")[0]).write_text("a file")
    request = Request(directory=tmp_path, name=name, builder="b")
    with pytest.raises(ConfigurationError, match="cannot be made or written"):
        wheelhouse.build(HasBuilder(), request, {})


class HasBuilder:
    """An engine that has every image."""

    def image_id(self, image):
        return "sha256:1"


@pytest.mark.parametrize(
    ("name", "handed_on"),
    [
        ("PIP_INDEX_URL", True),
        ("UV_INDEX_TEAM_PASSWORD", True),
        ("https_proxy", True),
        ("PIP_CERT", False),
        ("SECRET_KEY", False),
    ],
)
def test_which_variables_say_something_of_indexes(name, handed_on):
    assert wheelhouse.is_of_index(name) is handed_on


def test_variables_that_requirements_refer_to(tmp_path):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements.txt").write_text("-r requirements/base.txt\n")
    index = "--extra-index-url https://${PYPI_TOKEN}@pypi.example.org/simple\n"
    (tmp_path / "requirements" / "base.txt").write_text(index)
    assert wheelhouse.referenced(tmp_path) == {"PYPI_TOKEN"}
