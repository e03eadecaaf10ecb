"""The target `compose`. tests/hosts/test_compose.py has compose itself read what is made here."""

import io
import json
import os
from importlib.resources import files
from pathlib import Path

import dotenv
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from toolkit.scaffold.files import PRIVATE, with_header
from toolkit.scaffold.targets import compose
from toolkit.scaffold.targets.compose import variables, words
from toolkit.scaffold.targets.compose.options import translated
from toolkit.scaffold.targets.compose.services import DATA, TMPFS

GOLDEN = Path(__file__).with_name("golden") / "compose"

MANIFESTS = {
    "default": "",
    "full": """
        image = "registry.example.org/thraxil/antisocial"
        domains = ["antisocial.example.org"]

        [roles.web]
        instances = 2
        port = 8100
        memory = "512m"
        cpus = 1.5
        options = ["--volume", "uploads:/data/media", "--init"]
        [roles.worker]
        verb = ["worker", "-Q", "mail,default"]
        instances = 2
        env = { WORKER_CONCURRENCY = "2", MOTTO = "it's \\"50 $\\" # a day" }
        [roles.beat]
        [roles.sendalerts]
        enabled = false

        [env]
        secret = ["SECRET_KEY", "DATABASE_URL", "CELERY_BROKER_URL", "SENTRY_DSN"]
        clear = { LOG_FORMAT = "json", MOTTO = "50 $ a day", PATTERN = "it's \\\\d+ $" }

        [compose]
        postgres-image = "postgis/postgis:17-3.5"
    """,
    "web alone": """
        roles = { web = {} }
        env.secret = ["SECRET_KEY"]
        env.clear = { DATABASE_URL = "sqlite:////data/db.sqlite3" }
        compose = { postgres = false, redis = false }
    """,
}


def made(manifest):
    return {file.path: file for file in compose.files(manifest, "")}


def read(text, version="1.2"):
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe")
    yaml.version = version
    return yaml.load(io.StringIO(text))


@pytest.mark.parametrize("name", MANIFESTS)
def test_the_files_are_as_expected(manifest, name):
    """Write them anew with UPDATE_GOLDEN=1, and read the diff."""
    for path, file in made(manifest(MANIFESTS[name])).items():
        golden = GOLDEN / name.replace(" ", "-") / path
        if os.environ.get("UPDATE_GOLDEN"):
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_text(with_header(file, "antisocial"))
        assert with_header(file, "antisocial") == golden.read_text()


@pytest.mark.parametrize("name", MANIFESTS)
def test_the_files_are_compose_files(manifest, name):
    vendored = files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json"
    schema = Draft7Validator(json.loads(vendored.read_text()))
    found = made(manifest(MANIFESTS[name]))
    for path in ("compose.yaml", "compose.dev.yaml"):
        schema.validate(read(found[path].text))
        # What compose takes a word for, an editor that reads YAML 1.1 does too.
        assert read(found[path].text) == read(found[path].text, "1.1")


def test_the_variables_are_for_their_owner_and_are_never_written_over(manifest):
    file = made(manifest())[".env"]
    assert file.filled
    assert file.mode == PRIVATE


def test_one_host_gets_its_roles(manifest):
    app = manifest('roles = { web = { hosts = ["a"] }, worker = { hosts = ["b"] } }')
    (text, *_) = (file.text for file in compose.files(app, "b"))
    assert set(read(text)["services"]) == {"worker", "release", "postgres", "redis"}


def test_every_role_waits_for_the_release_and_it_for_the_services(manifest):
    services = read(made(manifest())["compose.yaml"].text)["services"]
    after = {"release": {"condition": "service_completed_successfully"}}
    assert all(services[role]["depends_on"] == after for role in ("web", "worker", "beat"))
    healthy = {"condition": "service_healthy"}
    assert services["release"]["depends_on"] == {"postgres": healthy, "redis": healthy}
    assert services["release"]["restart"] == "no"


@pytest.mark.parametrize("name", ["postgres", "redis", "role-redis", "role-role-a"])
def test_a_role_that_is_called_like_a_service_is_not_one(manifest, name):
    app = manifest(f"roles = {{ web = {{}}, {name} = {{}} }}")
    services = read(made(app)["compose.yaml"].text)["services"]
    assert set(services) == {"web", "release", "postgres", "redis", f"role-{name}"}


# Variables.


def test_older_names_of_addresses_are_served(manifest):
    app = manifest('env.secret = ["DB_HOST", "DB_PASSWORD", "BROKER_URL", "REDIS_URL"]')
    assert variables.addresses(app) == {
        "DB_HOST": "postgres",
        "DB_PASSWORD": "${POSTGRES_PASSWORD:?fill in .env}",
        "BROKER_URL": "redis://redis:6379/0",
        "REDIS_URL": "redis://redis:6379/1",
    }
    assert variables.secret(app) == ("POSTGRES_PASSWORD",)


def test_what_the_manifest_says_is_no_services(manifest):
    app = manifest('env.secret = ["SECRET_KEY"]\nenv.clear = { CACHE_URL = "locmem://" }')
    assert "CACHE_URL" not in variables.addresses(app)
    app = manifest('env.secret = ["SECRET_KEY"]\nenv.clear = { ALLOWED_HOSTS = "a" }')
    assert "ALLOWED_HOSTS" not in variables.local(app)


def test_without_services_their_addresses_are_filled_in(manifest):
    app = manifest("compose = { postgres = false, redis = false }")
    assert variables.addresses(app) == {}
    assert variables.secret(app) == ("SECRET_KEY", "DATABASE_URL", "CELERY_BROKER_URL")


def test_an_app_without_celery_may_have_no_client_of_redis(manifest):
    app = manifest('roles = { web = {} }\nenv.secret = ["SECRET_KEY", "DATABASE_URL"]')
    assert set(variables.addresses(app)) == {"DATABASE_URL"}


# Options of `docker run`.


@pytest.mark.parametrize(
    "words_of_it", [["--volume", "/a:/b"], ["--volume=/a:/b"], ["-v", "/a:/b"]]
)
def test_options_become_lists(words_of_it):
    assert translated(words_of_it).lists == {"volumes": ["/a:/b"]}


def test_options_without_a_list_are_told():
    made = translated(["--init", "--gpus", "all", "--env", "A=b=c", "-e", "HOME", "--volume"])
    assert made.others == ["--init", "--gpus all", "--volume"]
    assert made.environment == {"A": "b=c", "HOME": None}
    assert made.lists == {}


# Words, whatever they are.

LINES = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=40).filter(
    str.isprintable
)
NASTY = st.text("'\"\\$#{}:-&*!|>%@` anyéž=", max_size=12)


@given(LINES | NASTY)
def test_a_key_is_read_as_it_is(text):
    for version in ("1.1", "1.2"):
        assert read(f"{words.key(text)}: 1\n", version) == {text: 1}


@pytest.mark.parametrize("text", ["on", "NO", "Yes", "y", "null", "~", "123", "0x1f", "1e3", "_"])
def test_a_key_that_looks_like_something_else_is_text(text):
    assert read(f"{words.key(text)}: 1\n", "1.1") == {text: 1}


@given(st.lists(LINES | NASTY))
def test_a_list_is_read_as_it_is(texts):
    assert read(f"a: {words.flow(texts)}\n") == {"a": texts}


@given(LINES | NASTY)
def test_a_variable_without_single_quotes_and_backslashes_is_anybodys(text):
    """Other readers of `.env` agree there; compose's own is asked in tests/hosts."""
    if not set(text) & set("'\\"):
        line = f"NAME={words.dotenv(text)}\n"
        assert dotenv.dotenv_values(stream=io.StringIO(line), interpolate=True) == {"NAME": text}


@given(LINES | NASTY)
def test_a_manifest_with_any_value_gives_a_compose_file(text):
    assert read(f"a: {words.flow([words.literal(text)])}\n")["a"][0].replace("$$", "$") == text


def test_the_writable_paths_are_the_images():
    from entrypoint import writable

    assert TMPFS == writable.TMPFS
    assert {DATA.partition(":")[2]} == {*writable.VOLUMES}
