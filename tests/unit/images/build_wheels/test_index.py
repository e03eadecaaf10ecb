import base64
from pathlib import Path

from build_wheels.index import Credentials, Indexes, named_indexes, tool_environment
from build_wheels.requirements import Parsed

PRIVATE = "https://me:p%40ss@i.example/simple"


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def made(indexes, environment=None, ca=None):
    return tool_environment(
        indexes,
        environment or {},
        ca_bundle=ca,
        home=Path("/w/home"),
        cache=Path("/cache/uv"),
        python="/ve/bin/python",
    )


def test_pips_variables_become_uvs(tmp_path):
    indexes = Indexes.from_environment(
        {"PIP_INDEX_URL": PRIVATE, "PIP_EXTRA_INDEX_URL": "https://a/ https://b/"},
        find_links=(str(tmp_path), "/not/there"),
    )
    environment = made(indexes, {"PIP_INDEX_URL": PRIVATE, "PATH": "/bin"}, Path("/ca.pem"))
    assert environment["UV_DEFAULT_INDEX"] == PRIVATE
    assert environment["UV_INDEX"] == "https://a/ https://b/"
    assert environment["UV_FIND_LINKS"] == str(tmp_path)
    assert environment["SSL_CERT_FILE"] == environment["GIT_SSL_CAINFO"] == "/ca.pem"
    assert environment["PATH"] == "/bin"
    assert "PIP_INDEX_URL" not in environment
    assert environment["UV_PYTHON_DOWNLOADS"] == "never"


def test_the_file_goes_before_the_environment():
    parsed = Parsed(index_url="https://file/", trusted_hosts=["h"], no_index=True)
    indexes = Indexes.from_environment({"PIP_INDEX_URL": "https://env/"}, parsed)
    environment = made(indexes)
    assert environment["UV_DEFAULT_INDEX"] == "https://file/"
    assert environment["UV_INSECURE_HOST"] == "h"
    assert environment["UV_NO_INDEX"] == "1"


def test_nothing_set_leaves_uvs_defaults():
    environment = made(Indexes.from_environment({}))
    assert not {"UV_DEFAULT_INDEX", "UV_INDEX", "UV_NO_INDEX", "SSL_CERT_FILE"} & set(environment)


def test_credentials_of_the_index_go_to_its_host_alone():
    credentials = Credentials.collect(Indexes(index_url=PRIVATE), {})
    assert credentials.header("https://i.example/files/x.whl") == basic("me", "p@ss")
    assert credentials.header("https://files.example/x.whl") is None
    assert credentials.header("https://a:b@files.example/x.whl") == basic("a", "b")


def test_credentials_of_named_indexes():
    project = {"tool": {"uv": {"index": [{"name": "in-house", "url": "https://h/simple"}]}}}
    indexes = Indexes(named=named_indexes(project))
    environment = {"UV_INDEX_IN_HOUSE_USERNAME": "me", "UV_INDEX_IN_HOUSE_PASSWORD": "pw"}
    credentials = Credentials.collect(indexes, environment)
    assert credentials.header("https://h/x.whl") == basic("me", "pw")
    assert named_indexes({}) == ()


def test_credentials_of_an_index_with_a_name_in_the_environment():
    indexes = Indexes.from_environment({"UV_INDEX": "mine=https://a:b@h/simple"})
    assert Credentials.collect(indexes, {}).header("https://h/x") == basic("a", "b")


def test_netrc(tmp_path):
    file = tmp_path / "netrc"
    file.write_text("machine n.example login me password pw\n")
    file.chmod(0o600)
    credentials = Credentials.collect(Indexes(), {"NETRC": str(file)})
    assert credentials.header("https://n.example/x.whl") == basic("me", "pw")
    assert credentials.header("https://other.example/x.whl") is None
