"""The reference manifest, the table of keys and the JSON Schema say what the loader takes."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from toolkit.manifest import describing
from toolkit.manifest.reading import load

REFERENCE = Path(__file__).resolve().parents[4] / "docs" / "reference" / "toolkit.toml"
KEYS = {key.path: key for key in describing.every_key()}

validator = Draft202012Validator(describing.schema())

RIGHT = (
    "",
    "name = 'antisocial'",
    "image = 'registry.example.org:5000/thraxil/antisocial'",
    "roles.web = {}",
    "roles = {}",
    "roles.worker = {verb = ['worker', '-Q', 'mail'], stop-timeout = '5m', cpus = 2}",
    "roles.worker = {stop-timeout = 300, cpus = 0.5, memory = '512m'}",
    "roles.web = {drain = 0, port = 9000, instances = 4, enabled = false}",
    "roles.web.env = {WEB_CONCURRENCY = '4', EMPTY = '', A = '\"$%\\'}",
    "domains = ['*.example.org', 'localhost']",
    "targets = ['compose', 'ci']",
    "env = {clear = {LOG_FORMAT = 'json'}, secret = []}",
    "proxy.tls = {certificate = '/a.pem', key = '/a.key'}",
    "proxy = {keepalive = '2s', headers = {X-Robots-Tag = 'a; \"b\"'}, websockets = true}",
    "registration = {kind = 'registrator', interval = 1}",
    "release = {verb = ['manage', 'migrate'], timeout = '1h'}",
    "compose = {postgres = false}\ndeploy = {user = 'ci', branch = 'release/1.0'}",
    "deploy = {hosts = ['a', 'b@c'], parallel = 3, keep = 1, admin = 'me', order = ['web']}",
    "deploy.parallel = '25%'",
    "hooks = {start = ['a', 'b c'], failure = []}",
    "notify = {events = [], email = ['a.b+c@d.org'], smtp = 'MAIL', webhook = 'HOOK'}",
)
WRONG = (
    *("prot = 1", "roles.web.prot = 1", "env.clear = ['A']", "proxy.tls.cert = 'a'"),
    *("env.x = 1", "proxy.x = 1", "registration.x = 1", "release.x = 1", "compose.x = 1"),
    *("deploy.x = 1", "roles.web.stop_timeout = 1", "roles.'A B' = {}", "env.clear.'A B' = 'x'"),
    *("env.clear.A = 1", "roles.web.env.1A = 'x'", "proxy.headers.'A B' = 'x'", "package = 'a-b'"),
    *("image = 'a:1'", "domains = 'a'", "targets = []", "targets = ['sistemd']", "roles = []"),
    *("proxy.keepalive = 'x'", "proxy.port = 0", "roles.web.cpus = 0", "roles.web.instances = 33"),
    *(
        "release.timeout = '1d'",
        "release.timeout = -1",
        "release.timeout = true",
        "release.verb = []",
    ),
    *("proxy.tls = {}", "roles.web.verb = []", "roles.web.enabled = 'no'", "deploy.user = 'A'"),
    *("deploy.parallel = 0", "deploy.parallel = '0%'", "deploy.parallel = '5'", "deploy.keep = 0"),
    *("hooks.before = []", "hooks.start = ''", "notify.events = ['end']", "notify.email = 'a@b'"),
    *("notify.email = ['a']", "notify.webhook = 'https://x'", "deploy.hosts = 'a'"),
    *("proxy.headers.A = '$host'", "roles.web.options = ['a b']", "roles.web.memory = '1T'"),
)


def test_the_schema_is_one():
    Draft202012Validator.check_schema(describing.schema())
    json.dumps(describing.schema())


@pytest.mark.parametrize("text", [*RIGHT, REFERENCE.read_text()], ids=lambda text: text[:40])
def test_the_schema_takes_what_the_loader_takes(read, text):
    read(text)
    assert not [error.message for error in validator.iter_errors(tomllib.loads(text))]


@pytest.mark.parametrize("text", WRONG)
def test_both_refuse(problems, text):
    assert problems(text)
    assert not validator.is_valid(tomllib.loads(text))


def patterns(schema):
    if isinstance(schema, dict):
        yield from [schema["pattern"]] if isinstance(schema.get("pattern"), str) else []
        yield from schema.get("patternProperties", {})
    for each in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(each, dict | list):
            yield from patterns(each)


def test_the_schemas_patterns_are_whole_and_plain():
    """JSON Schema searches, and knows what ECMA's dialect does: no (?P…), \\A or \\Z."""
    found = {*patterns(describing.schema())}
    assert len(found) > 10
    for pattern in found:
        assert re.fullmatch(r"\^.*\$", pattern)
        assert not re.search(r"\(\?|\\[AZzGhHN]", pattern)


def test_every_key_is_told():
    assert len(KEYS) == len(describing.every_key())
    for key in KEYS.values():
        assert key.text.endswith(".")
        assert key.example != '""', key.path


@pytest.mark.parametrize("key", KEYS.values(), ids=lambda key: key.path)
def test_every_example_is_right(tmp_path, key):
    """In a role that may have it; what else has to be there with it, is."""
    *tables, name = key.path.replace("NAME", "web").split(".")
    path = ".".join(tables)
    more = {"proxy.tls": "certificate = '/a'\nkey = '/b'"}.get(path, "")
    kept = "\n".join(line for line in more.splitlines() if not line.startswith(f"{name} "))
    (tmp_path / "toolkit.toml").write_text(
        f"{f'[{path}]' if path else ''}\n{kept}\n{name} = {key.example}"
    )
    load("antisocial", tmp_path)


@given(
    st.recursive(
        st.text(st.characters(exclude_categories=["Cs", "Cc"])) | st.integers() | st.booleans(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("ab-. ä", min_size=1), inner),
        max_leaves=5,
    )
)
def test_toml_reads_it_back(value):
    assert tomllib.loads(f"x = {describing.toml(value)}") == {"x": value}


def paths(data, before=""):
    """The keys that a manifest has, with NAME for a role's."""
    for key, value in data.items():
        path = f"{before}NAME" if before == "roles." else f"{before}{key}"
        if path in KEYS or not isinstance(value, dict):
            yield path
        else:
            yield from paths(value, f"{path}.")


def test_the_reference_manifest_has_every_key_and_nothing_else():
    assert {*paths(tomllib.loads(REFERENCE.read_text()))} == {*KEYS}


def test_every_key_of_the_reference_manifest_has_a_comment():
    previous = ""
    for line in REFERENCE.read_text().splitlines():
        if re.match(r"[a-z-]+ = ", line):
            assert previous.startswith("#") or "  # " in line, line
        previous = line


def test_what_is_resolved(tmp_path):
    (tmp_path / "toolkit.toml").write_text(
        "roles.web = {instances = 2, env = {A = 'x'}}\nproxy.headers.X-A = '1'\nroles.worker = {}"
    )
    told = {
        each.path: (each.value, each.origin)
        for each in describing.resolved(load("antisocial", tmp_path))
    }
    assert told["roles.web.instances"] == (2, "toolkit.toml")
    assert told["roles.web.env.A"] == ("x", "toolkit.toml")
    assert told["proxy.headers.X-A"] == ("1", "toolkit.toml")
    assert told["roles.web.drain"] == (10, "the role web")
    assert told["roles.worker.stop-timeout"] == (300, "the role worker")
    assert told["roles.worker.instances"] == (1, "default")
    assert told["name"] == ("antisocial", "the command line")
    assert told["package"] == ("antisocial", "the name")
    assert "roles.worker.port" not in told


def test_what_is_resolved_loads_again(tmp_path):
    """What `toolkit manifest show` prints is a manifest of the same values."""
    manifest = load("antisocial", tmp_path).manifest
    lines = [
        f"{each.path} = {describing.toml(each.value)}"
        for each in describing.resolved(load("antisocial", tmp_path))
    ]
    (tmp_path / "toolkit.toml").write_text("\n".join(lines))
    assert load("antisocial", tmp_path).manifest == manifest


def test_a_table():
    rows = [("a", "bb", "c"), ("aaa", "b", "")]
    assert describing.table(("x", "y", "z"), rows) == "x    y   z\na    bb  c\naaa  b"
    assert describing.table(("x", "y"), []) == "x  y"
