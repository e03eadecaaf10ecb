import pytest

from toolkit.manifest.defaults import derived
from toolkit.manifest.reading import load


def test_of_a_name_alone(tmp_path):
    made, reasons = derived("anti-social", {}, tmp_path)
    assert made == {
        "name": "anti-social",
        "package": "anti_social",
        "image": "anti-social",
        "roles": {
            "web": {"verb": ["run"], "port": 8000, "surge-port": 18000, "drain": 10},
            "worker": {"verb": ["worker"], "stop-timeout": 300},
            "beat": {"verb": ["beat"]},
        },
        "env": {"secret": ["SECRET_KEY", "DATABASE_URL", "CELERY_BROKER_URL"]},
    }
    assert reasons["roles.worker.stop-timeout"] == "no roles are named"


@pytest.mark.parametrize(
    ("port", "expected"),
    [(1, 10001), (9000, 19000), (55535, 65535), (55536, 45536), (65535, 55535)],
)
def test_the_port_of_the_surge_instance(read, port, expected):
    assert read(f"roles.web.port = {port}").manifest.web.surge_port == expected


@pytest.mark.parametrize("port", ["8000", True, 0, -1, 65_536, 10**4_000, None, 1.5])
def test_no_surge_port_follows_from_what_is_none(tmp_path, port):
    assert (
        "surge-port"
        not in derived("a", {"roles": {"web": {"port": port}}}, tmp_path)[0]["roles"]["web"]
    )


def test_every_derived_value_has_a_reason(tmp_path):
    made, reasons = derived("a", {"roles": {"web": {}, "worker": {}}}, tmp_path)
    paths = {key for key in made if not isinstance(made[key], dict)} | {"env.secret"}
    paths |= {f"roles.{name}.{key}" for name, role in made["roles"].items() for key in role}
    assert set(reasons) == paths
    assert all(reasons.values())


@pytest.mark.parametrize(
    ("files", "given", "roles"),
    [
        ((), {}, ["web", "worker", "beat"]),
        (("a/__init__.py",), {}, ["web"]),
        (("a/celery.py",), {}, ["web", "worker", "beat"]),
        (("a/__init__.py", "b/c/celery.py"), {"package": "b.c"}, ["web", "worker", "beat"]),
        (("b/c/__init__.py",), {"package": "b.c"}, ["web"]),
        (("a/__init__.py",), {"roles": {"mail": {}}}, ["mail"]),
        (("a",), {"roles": {}}, ["web", "worker", "beat"]),
    ],
)
def test_roles(tmp_path, files, given, roles):
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    assert [*derived("a", given, tmp_path)[0]["roles"]] == roles


def test_a_roles_verb_is_its_name(tmp_path):
    roles = derived("a", {"roles": {"web": {}, "sendalerts": {}}}, tmp_path)[0]["roles"]
    assert (roles["web"]["verb"], roles["sendalerts"]["verb"]) == (["run"], ["sendalerts"])


def test_what_the_file_says_wins(read):
    roles = read(
        "roles.worker = {verb = ['worker', '-Q', 'mail'], stop-timeout = '1m'}"
    ).manifest.roles
    assert roles["worker"].verb == ("worker", "-Q", "mail")
    assert roles["worker"].stop_timeout == 60


@pytest.mark.parametrize("package", ["../..", "a/b", "a" * 5_000, "a\0b", 5, ""])
def test_a_package_that_is_none(tmp_path, package):
    derived("a", {"package": package}, tmp_path)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("roles.web = {}", ("SECRET_KEY", "DATABASE_URL")),
        ("roles.beat = {}", ("SECRET_KEY", "DATABASE_URL", "CELERY_BROKER_URL")),
        ("roles.web = {}\nenv.clear.DATABASE_URL = 'sqlite:////data/db'", ("SECRET_KEY",)),
        ("env.secret = []", ()),
    ],
)
def test_what_is_filled_in(read, text, secret):
    assert read(text).manifest.env.secret == secret


def test_the_example_app():
    from toolkit.resources import IMAGES

    manifest = load("antisocial", IMAGES.parent / "examples" / "antisocial").manifest
    assert [*manifest.roles] == ["web", "worker", "beat"]
