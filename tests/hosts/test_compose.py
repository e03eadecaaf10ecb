"""The compose files, by compose itself: what it reads, and the example app that it runs."""

from __future__ import annotations

import json
import random
import re
import shutil
import socket
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import composing
import pytest
from apps import EXAMPLE
from building import build, root_of
from containers import PREFIX, command, wait_until

#: This machine's own ports are asked, not a proxy.
DIRECT = urllib.request.ProxyHandler({})

SERVICES = {"release", "postgres", "redis"}

DEVELOPMENT = "compose.yaml:compose.dev.yaml"

HOSTILE = [
    "  two  words  ",
    'it\'s "so"',
    "$HOME ${HOME} $$ $(id) `id` ${X:-y} ${X:?no}",
    "C:\\new\\ \\",
    "\\",
    "\\\\",
    "\\'",
    "'\\",
    '\\"',
    "\\$HOME",
    "\\n\\t\\0",
    "%n %% 100%",
    "# no comment #",
    "a #b",
    "*&!|>@`{[,",
    "=a=b=",
    "'",
    '"',
    "''",
    '""',
    "$",
    "yes",
    "~",
    "null",
    "0x1f",
    "1e3",
    "a: b",
    "- a",
    "žluťoučký 🦄",
    "{{ a }} {% b %}",
    "<<",
]


@pytest.fixture(scope="module")
def compose_image(docker, say):
    say("docker-compose")
    name = build(docker, composing.FOLDER, f"{PREFIX}-compose", ROOT=root_of("trixie"))
    yield name
    command(docker, "image", "rm", "--force", name)


@pytest.fixture
def project(docker, compose_image, tmp_path):
    """Makes the files of a manifest, the secrets filled in."""

    def make(manifest: str) -> composing.Project:
        made = composing.Project.scaffold(docker, compose_image, tmp_path / "app", manifest)
        made.fill()
        return made

    return make


def toml(text: str) -> str:
    """A text of TOML."""
    return json.dumps(text, ensure_ascii=False)


MANIFESTS = {
    "nothing said": 'name = "antisocial"',
    "a name that YAML reads as a number": 'name = "123"\npackage = "a"',
    "a name that YAML reads as a truth": """
        name = "on"
        roles = { "off" = {}, "null" = {}, y = {} }
    """,
    "names of the other services": """
        name = "a"
        roles = { postgres = {}, redis = {}, role-redis = {}, web = {} }
    """,
    "no services": 'name = "a"\ncompose = { postgres = false, redis = false }',
    "PostgreSQL alone": 'name = "a-b"\nroles = { web = {} }\ncompose = { redis = false }',
    "older variables": """
        name = "a_b"
        [env]
        secret = [
            "SECRET_KEY", "DB_NAME", "DB_HOST", "DB_USER", "DB_PASSWORD", "BROKER_URL", "REDIS_URL",
        ]
    """,
    "an app with a value of its own": """
        name = "a"
        env.secret = ["SECRET_KEY"]
        env.clear = { DATABASE_URL = "sqlite:////data/db" }
    """,
    "several of each": """
        name = "a"
        image = "registry.example.org:5000/team/a"
        domains = ["a.example.org", "*.b.org"]
        [roles.web]
        instances = 3
        port = 9000
        memory = "512m"
        cpus = 1.5
        drain = "5s"
        [roles.worker]
        instances = 2
        stop-timeout = "2m"
        verb = ["worker", "-Q", "mail,default"]
        [roles.reports]
        enabled = false
    """,
    "options of docker run": """
        name = "a"
        [roles.web]
        options = [
            "--volume", "/srv/a:/data/media", "--volume=cache:/cache:ro",
            "--add-host", "db:10.0.0.1", "-e", "A=$b", "--shm-size", "1g", "--init", "--tmpfs=/x",
        ]
    """,
    "another /data": 'name = "a"\n[roles.web]\noptions = ["--volume", "/srv/a:/data"]',
    "a proxy elsewhere": """
        name = "a"
        targets = ["compose", "systemd", "proxy"]
        roles = { web = {} }
    """,
    "TLS": 'name = "a"\nproxy.tls = { certificate = "/etc/a.pem", key = "/etc/a.key" }',
    "words": f"""
        name = "a"
        [release]
        verb = ["release", "$HOME", "it's"]
        [roles.odd]
        verb = [{", ".join(map(toml, ["exec", *HOSTILE]))}]
    """,
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_compose_reads_what_is_made(project, name):
    found = project(MANIFESTS[name])
    config = found.config(TAG="build-42")
    profiles = found.compose("config", "--profiles").split()
    assert profiles == (["reports"] if name == "several of each" else [])
    for service in config["services"].values():
        assert service["image"].endswith((":build-42", "postgres:17", "redis:8"))
    # In development too.
    config = found.config(COMPOSE_FILE=DEVELOPMENT)
    for service in set(config["services"]) - {"postgres", "redis"}:
        assert config["services"][service]["environment"]["DEBUG"] == "true"


def test_roles_keep_their_names_beside_the_services(project):
    services = project(MANIFESTS["names of the other services"]).config()["services"]
    roles = {"role-postgres", "role-redis", "role-role-redis", "web"}
    assert set(services) == {*roles, *SERVICES}
    assert services["role-postgres"]["command"] == ["postgres"]
    assert services["postgres"]["image"] == "postgres:17"


def test_resources_and_instances(project):
    found = project(MANIFESTS["several of each"])
    services = found.config()["services"]
    web, worker = services["web"], services["worker"]
    assert web["image"] == "registry.example.org:5000/team/a:latest"
    # A range, of which each instance gets one.
    assert web["ports"][0]["published"] == "9000-9002"
    assert web["ports"][0]["host_ip"] == "127.0.0.1"
    assert web["scale"] == 3
    assert int(web["mem_limit"]) == 512 * 2**20
    assert web["cpus"] == 1.5
    assert web["environment"]["DRAIN_SECONDS"] == "5"
    assert web["environment"]["ALLOWED_HOSTS"] == "localhost,127.0.0.1,a.example.org,.b.org"
    assert worker["stop_grace_period"] == "2m0s"
    assert worker["command"] == ["worker", "-Q", "mail,default"]
    assert worker["environment"]["CELERY_BROKER_URL"] == "redis://redis:6379/0"
    assert "reports" not in services
    assert "reports" in found.config(COMPOSE_PROFILES="reports")["services"]


def test_options_of_docker_run(project):
    found = project(MANIFESTS["options of docker run"])
    web = found.config()["services"]["web"]
    volumes = {each["target"]: each["source"] for each in web["volumes"]}
    assert volumes == {"/data": "data", "/data/media": "/srv/a", "/cache": "cache"}
    assert web["tmpfs"] == ["/tmp", "/run/app", "/home/app", "/x"]
    assert web["extra_hosts"] == ["db=10.0.0.1"]
    assert web["environment"]["A"] == "$b"
    # What compose has no list for is said where it is looked for.
    assert "manifest's --shm-size 1g" in (found.folder / "compose.yaml").read_text()
    assert "manifest's --init" in (found.folder / "compose.yaml").read_text()


def test_words_arrive_unchanged(project):
    services = project(MANIFESTS["words"]).config()["services"]
    assert services["odd"]["command"] == ["exec", *HOSTILE]
    assert services["release"]["command"] == ["release", "$HOME", "it's"]


def test_values_arrive_unchanged(project):
    chance = random.Random(5)
    values = [*HOSTILE, *("".join(chance.choices("\\'\"$ #{}a:=`n0", k=9)) for _ in range(300))]
    values = {f"V{number}": value for number, value in enumerate(values)}
    lines = "\n".join(f"{name} = {toml(value)}" for name, value in values.items())
    role = f"[env.clear]\n{lines}\n[roles.web.env]\n" + lines.replace("V", "R")
    environ = project(f'name = "a"\n{role}').config()["services"]["web"]["environment"]
    wrong = {
        name: (value, environ.get(other))
        for name, value in values.items()
        for other in (name, name.replace("V", "R"))
        if environ.get(other) != value
    }
    assert not wrong


def test_what_is_not_filled_in_is_told(docker, compose_image, tmp_path):
    folder = tmp_path / "app"
    bare = composing.Project.scaffold(docker, compose_image, folder, 'name = "a"')
    done = bare.try_compose("config")
    assert done.returncode != 0
    assert "POSTGRES_PASSWORD" in done.stderr
    assert "fill in .env" in done.stderr


# The example app runs. A role of its own serves a feed; roles are an open set.

FIXTURES = "/app/antisocial/feeds/tests/fixtures"


@pytest.fixture(scope="module")
def running(docker, compose_image, image, tmp_path_factory, say):
    """The example, by `docker compose up` of the files that are made for it."""
    say("PostgreSQL and Redis")
    composing.toolkit_or_fail("images", "build", "postgres", "redis")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("compose") / "app"
    ignored = shutil.ignore_patterns("wheelhouse", "__pycache__", "*.sqlite3")
    shutil.copytree(EXAMPLE, folder, ignore=ignored)
    manifest = f"""
        name = "antisocial"
        image = "{image.removesuffix(":build-1")}"
        compose.postgres-image = "django-container/postgres"
        compose.redis-image = "django-container/redis"
        [roles.web]
        port = {port}
        memory = "400m"
        [roles.worker]
        env = {{ WORKER_CONCURRENCY = "1" }}
        stop-timeout = 20
        [roles.beat]
        [roles.feeds]
        verb = ["exec", "python", "-m", "http.server", "8080", "--directory", "{FIXTURES}"]
        stop-timeout = 1
    """
    project = composing.Project.scaffold(docker, compose_image, folder, manifest)
    project.fill()
    say("docker compose up")
    try:
        project.compose("up", "--detach", "--wait", TAG="build-1")
        yield project, port
    finally:
        say("docker compose down")
        project.try_compose("down", "--volumes", "--timeout", "30")
        assert project.left() == ""


def fetch(port, path="/"):
    opener = urllib.request.build_opener(DIRECT)
    with opener.open(f"http://localhost:{port}{path}", timeout=10) as answer:
        return answer.read().decode()


def test_it_serves(running):
    _, port = running
    assert "antisocial" in fetch(port)


def test_containers_are_confined(running):
    project, _ = running
    for role in ("web", "worker", "beat", "feeds"):
        (container,) = project.containers(role)
        config = container["HostConfig"]
        assert container["State"]["Health"]["Status"] == "healthy"
        assert container["Config"]["User"] == "app"
        assert config["ReadonlyRootfs"]
        assert config["CapDrop"] == ["ALL"]
        assert config["SecurityOpt"] == ["no-new-privileges:true"]
        assert set(config["Tmpfs"]) == {"/tmp", "/run/app", "/home/app"}
        assert [mount["Destination"] for mount in container["Mounts"]] == ["/data"]
        assert config["LogConfig"]["Config"] == {"max-size": "10m", "max-file": "3"}
        assert config["RestartPolicy"]["Name"] == "unless-stopped"
    assert project.containers("web")[0]["HostConfig"]["Memory"] == 400 * 2**20
    assert project.containers("worker")[0]["Config"]["StopTimeout"] == 20


def test_the_release_came_first_and_once(running):
    project, _ = running
    (release,) = project.containers("release")
    assert release["State"]["ExitCode"] == 0
    (web,) = project.containers("web")
    assert release["State"]["FinishedAt"] < web["State"]["StartedAt"]


def test_the_worker_fetches_a_feed(running):
    project, port = running
    browser = urllib.request.build_opener(DIRECT, urllib.request.HTTPCookieProcessor(CookieJar()))
    page = f"http://localhost:{port}/feeds/"
    # By its number: the form wants a name with a full stop.
    (network,) = project.containers("feeds")[0]["NetworkSettings"]["Networks"].values()
    feed = f"http://{network['IPAddress']}:8080/atom.xml"
    form = browser.open(page, timeout=10).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]
    data = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "url": feed}).encode()
    assert browser.open(page, data, timeout=10).status == 200
    wait_until(lambda: "Mooring in a" in fetch(port), "the feed is not fetched")
    assert "succeeded" in project.compose("logs", "worker")


def test_a_page_of_the_folder_in_development(running):
    project, port = running
    template = project.folder / "antisocial/feeds/templates/feeds/base.html"
    project.compose("up", "--detach", "--wait", TAG="build-1", COMPOSE_FILE=DEVELOPMENT)
    template.write_text(template.read_text().replace("</body>", "changed by hand</body>"))
    wait_until(lambda: "changed by hand" in fetch(port), "the page is the image's")
