import pytest

from toolkit.errors import ManifestError, UsageError
from toolkit.manifest.reading import load

#: A mistake in every table, and of every kind.
WRONG = """
prot = 1
name = 5
package = "a-b"
domains = ["a.example.org", "https://b", 7]
targets = ["sistemd"]
roles.web = {verbs = ["run"], memory = "1T", cpus = "2", instances = 0, env = {"1" = "x", A = 1}}
roles.Worker = 1
env.clear = []
env.secrets = ["A"]
proxy = {tls = {certificate = "a.pem"}, port = 99999, keepalive = 1, websockets = 1}
registration.kind = "registrar"
release = {verb = [], timeout = "1d"}
compose.redis = "no"
deploy = {user = "A B", branch = ""}
"""
TOLD = """
compose.redis: expected true or false
deploy.branch: expected the name of a branch, such as main
deploy.user: expected the name of a user, such as deploy
domains.1: expected a domain in lower case, such as antisocial.example.org
domains.2: expected text in quotation marks
env.clear: expected a table
env.secrets: unknown; did you mean secret?
name: expected text in quotation marks
package: expected the name of a Python package, such as antisocial
prot: unknown; did you mean proxy?
proxy.keepalive: expected 2 or more
proxy.port: expected 65535 or less
proxy.tls.certificate: expected an absolute path, such as /etc/ssl/antisocial.pem
proxy.tls.key: missing
proxy.websockets: expected true or false
registration.kind: expected 'consul' or 'registrator'; did you mean registrator?
release.timeout: expected seconds, or a number with a unit, such as 40s or 2m
release.verb: expected 1 or more items
roles.Worker: expected a lower-case word, such as worker
roles.Worker: expected a table
roles.web.cpus: expected a number
roles.web.env.1: expected the name of a variable, such as SECRET_KEY
roles.web.env.A: expected text in quotation marks
roles.web.instances: expected 1 or more
roles.web.memory: expected a number with Docker's unit b, k, m or g, such as 512m
roles.web.verbs: unknown; did you mean verb?
targets.0: expected 'systemd', 'upstart', 'compose', 'nginx', 'proxy', 'registration' or 'ci'; did you mean systemd?
""".strip().splitlines()  # noqa: E501


def test_every_mistake_is_told_at_once(problems):
    assert problems(WRONG) == TOLD


def test_the_message(read):
    with pytest.raises(ManifestError) as error:
        read("prot = 1\ncolour = 1")
    assert str(error.value) == (
        "toolkit: toolkit.toml has 2 problems:\n"
        "  - colour: unknown; there are name, package, image, domains, targets, roles, env, proxy, "
        "registration, release, compose, deploy, hooks, notify\n"
        "  - prot: unknown; did you mean proxy?\n"
        "  `toolkit manifest keys` lists what it may say."
    )
    assert error.value.exit_code == 78


def test_no_manifest_at_all(tmp_path):
    loaded = load("antisocial", tmp_path)
    manifest = loaded.manifest
    assert (manifest.name, manifest.package, manifest.image) == ("antisocial",) * 3
    assert [*manifest.roles] == ["web", "worker", "beat"]
    assert (loaded.file, loaded.given) == ("", {})


def test_nobody_names_the_app(tmp_path):
    with pytest.raises(UsageError, match="no app is named"):
        load("", tmp_path)


@pytest.mark.parametrize(
    "app", ["Anti Social", "-x", "a/b", "../a", "a\nb", "a" * 5_000, "é", "a;id"]
)
def test_what_is_no_name_of_an_app(tmp_path, app):
    with pytest.raises(UsageError, match="is no name of an app: expected lower-case") as error:
        load(app, tmp_path)
    assert "\n" not in str(error.value.args[0])
    assert len(str(error.value)) < 300


def test_the_manifest_names_the_app(read):
    assert read("name = 'antisocial'", "").manifest.name == "antisocial"
    assert read("name = 'antisocial'", "antisocial").manifest.name == "antisocial"


def test_another_apps_manifest(read):
    with pytest.raises(
        UsageError, match="toolkit.toml is the manifest of 'other', not of 'antisocial'"
    ):
        read("name = 'other'")


def test_pyproject(tmp_path):
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text("[project]\nname = 'x'\n[tool.ruff]\n")
    assert load("antisocial", tmp_path).file == ""
    pyproject.write_text("[tool.toolkit]\nimage = 'thraxil/antisocial'\n")
    loaded = load("antisocial", tmp_path)
    assert (loaded.file, loaded.manifest.image) == ("pyproject.toml", "thraxil/antisocial")
    pyproject.write_text("[tool.toolkit]\nimgae = 1\n[tool.toolkit.roles.web]\nports = 1")
    with pytest.raises(ManifestError) as error:
        load("antisocial", tmp_path)
    assert error.value.problems == [
        "imgae: unknown; did you mean image?",
        "roles.web.ports: unknown; did you mean port?",
    ]
    (tmp_path / "toolkit.toml").write_text("image = 'a/b'")
    assert load("antisocial", tmp_path).manifest.image == "a/b"


@pytest.mark.parametrize("text", ["tool.toolkit = 5", "[[tool.toolkit]]", "tool.toolkit = 'x'"])
def test_a_pyproject_whose_table_is_none(tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(ManifestError, match="tool.toolkit: expected a table"):
        load("antisocial", tmp_path)


@pytest.mark.parametrize("text", ["", "tool = 5", "[tool]", "[tool.ruff]"])
def test_a_pyproject_without_a_table(tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(text)
    assert load("antisocial", tmp_path).file == ""
    with pytest.raises(UsageError, match=r"pyproject.toml has no \[tool.toolkit\]"):
        load("antisocial", tmp_path, tmp_path / "pyproject.toml")


def test_another_file(tmp_path):
    (tmp_path / "toolkit.toml").write_text("no TOML")
    (tmp_path / "staging.toml").write_text("image = 'a/staging'")
    loaded = load("antisocial", tmp_path, tmp_path / "staging.toml")
    assert (loaded.file, loaded.manifest.image) == ("staging.toml", "a/staging")
    other = tmp_path / "other" / "pyproject.toml"
    other.parent.mkdir()
    other.write_text("tool.toolkit.image = 'a/other'")
    assert load("antisocial", tmp_path, other).manifest.image == "a/other"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        load("antisocial", tmp_path, tmp_path / "no.toml")
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        load("antisocial", tmp_path, tmp_path)


def test_a_dangling_link_is_no_manifest_that_is_missing(tmp_path):
    (tmp_path / "toolkit.toml").symlink_to("shared.toml")
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        load("antisocial", tmp_path)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"x", "it is no TOML: Expected '='"),
        (b"image = 'a'\nimage = 'b'", "it is no TOML: Cannot overwrite a value"),
        (b"[env]\n[env]", "it is no TOML: Cannot declare"),
        (b"\xff", "it is no TOML: 'utf-8' codec"),
        (b'\xef\xbb\xbfimage = "a"', "it is no TOML: Invalid statement"),
        (b'image = "a\0"', "it is no TOML: Illegal character"),
        (b"x = " + b"9" * 5_000, "it is no TOML: Exceeds the limit"),
        (b"x = " + b"[" * 50_000, "it is no TOML"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_is_no_toml(tmp_path, data, why):
    (tmp_path / "toolkit.toml").write_bytes(data)
    with pytest.raises(ManifestError) as error:
        load("antisocial", tmp_path)
    (problem,) = error.value.problems
    assert problem.startswith(why)


#: Every type of TOML's, and what no value of a manifest may be.
VALUES = (
    *("'x\\ny'", '"x\\ny"', "5", "-1", "1.5", "inf", "nan", "true", "[]", "[[]]", "{}", "{x = 1}"),
    *("1979-05-27", "1979-05-27T07:32:00Z", "07:32:00", "''", "9223372036854775808", "'$(id)'"),
)
KEYS = (
    *("name", "package", "image", "domains", "targets", "roles", "roles.web", "roles.web.verb"),
    *("roles.web.hosts", "roles.web.instances", "roles.web.port", "roles.web.memory"),
    *("roles.web.cpus", "roles.web.stop-timeout", "roles.web.drain", "roles.web.env"),
    *("roles.web.enabled", "roles.web.options", "env", "env.clear", "env.secret", "proxy"),
    *("proxy.tls", "proxy.headers", "proxy.body-size", "registration.kind", "deploy.user"),
    *("env.clear.A", "proxy.headers.A", "roles.web.env.A", "domains", "compose.redis"),
)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", VALUES)
def test_wrong_types_everywhere(tmp_path, key, value):
    """A value is taken as it is or told by its path; nothing else happens, and dates never pass."""
    (tmp_path / "toolkit.toml").write_text(f"{key} = {value}")
    try:
        load("antisocial", tmp_path)
    except UsageError:
        assert key == "name"
    except ManifestError as error:
        assert all(problem.startswith(key) for problem in error.problems)
        assert "$(id)" not in str(error)
    else:
        assert value[:2] not in {"19", "07", "in", "na"}


def test_an_unknown_key_in_each_table(problems):
    tables = ("compose", "deploy", "env", "proxy", "registration", "release", "roles.proxy")
    told = problems("\n".join(f"{table}.xyzzy = 1" for table in tables))
    assert [line.partition(";")[0] for line in told] == [
        f"{table}.xyzzy: unknown" for table in tables
    ]
    assert "there are postgres, redis" in told[0]
    assert "there are verb, hosts, instances" in told[-1]


def test_a_hostile_key_stays_on_its_line(problems):
    assert problems('"a\\nb\\u001b[31m" = 1')[0].startswith(r'"a\nb\u001b[31m": unknown')
