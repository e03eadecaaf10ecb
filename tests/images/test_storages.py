"""Static files and uploads on a real S3 server: Ceph's, with the app in tests/apps/bucket."""

import re
import urllib.error
import urllib.request
from dataclasses import dataclass

import pytest
from apps import toolkit_or_fail
from containers import HARDENED, PROBES, Container, wait_until

KEYS = {"AWS_ACCESS_KEY": "AKIDTEST", "AWS_SECRET_KEY": "geheim"}

PORT = 7480


@dataclass(frozen=True, kw_only=True)
class Server:
    """The S3 server, with one public bucket.

    Args:
        container: it.
        address: where the app and this process find it.
    """

    container: Container
    address: str

    def requests(self, method: str) -> list[str]:
        """Return the paths of the requests of a method until now."""
        return re.findall(rf'"{method} (\S+) HTTP', self.container.logs())

    def get(self, path: str):
        """Return a file of the bucket and its headers, as a browser gets them."""
        with urllib.request.urlopen(f"{self.address}/bucket/{path}", timeout=10) as answer:
            return answer.read().decode(), dict(answer.headers)


@pytest.fixture(scope="module")
def app(apps):
    """The images of two tags, the second with another style sheet."""
    images = {tag: apps.image("bucket", tag=tag) for tag in ("a", "b")}
    toolkit_or_fail("build", images["a"], "-C", str(apps.copy("bucket")))
    parent = ("--build-arg", f"PARENT={images['a']}")
    toolkit_or_fail("build", images["b"], "-C", str(apps.copy("bucket-restyled")), "--", *parent)
    return images


@pytest.fixture(scope="module")
def server(module_containers, app, say):
    say("the S3 server")
    toolkit_or_fail("images", "build", "radosgw")
    secret = ("--env=S3_ACCESS_KEY=AKIDTEST", "--env=S3_SECRET_KEY=geheim")
    container = module_containers.start("django-container/radosgw", options=secret)
    host = container.inspect()["NetworkSettings"]["IPAddress"]
    address = f"http://{host}:{PORT}"

    def answers():
        assert container.inspect()["State"]["Running"], container.logs()
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            return False
        return True

    wait_until(answers, "the S3 server does not answer")
    probe = (PROBES / "bucket.py").read_text()
    done = module_containers.run(app["a"], "exec", "python", "-", address, stdin=probe)
    assert done.returncode == 0, done.stderr
    return Server(container=container, address=address)


@pytest.fixture
def run(server, app, containers):
    """Runs a verb of one of the images against the server."""

    def options(**changes):
        variables = {
            "SECRET_KEY": "of the tests",
            "ALLOWED_HOSTS": "*",
            "DATABASE_URL": "sqlite://:memory:",
            "STATIC_STORAGE": "s3",
            "AWS_STORAGE_BUCKET_NAME": "bucket",
            "AWS_S3_ENDPOINT_URL": server.address,
            **KEYS,
            **changes,
        }
        return (*HARDENED, *(f"--env={name}={text}" for name, text in variables.items() if text))

    def once(tag, *argv, **changes):
        return containers.run(app[tag], *argv, options=options(**changes))

    def serve(tag, **changes):
        publish = ("--publish", "127.0.0.1::8000")
        web = containers.start(app[tag], options=(*options(**changes), *publish))
        web.wait_for_answer("/__lbheartbeat__")
        return web

    once.serve = serve
    return once


@pytest.fixture(scope="module")
def released():
    """The tags that were released so far."""
    return set()


@pytest.fixture
def release(run, released):
    """Releases a tag, unless that was done."""

    def do(tag):
        if tag not in released:
            done = run(tag, "release", "--skip", "migrate")
            assert done.returncode == 0, done.stdout + done.stderr
            assert re.search(r"collectstatic +done", done.stdout), done.stdout
            assert re.search(r"compress +done", done.stdout), done.stdout
            released.add(tag)

    return do


def page(web):
    with urllib.request.urlopen(web.url(), timeout=20) as answer:
        return re.findall(r'href="([^"]+)"', answer.read().decode())


def status(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_every_tag_has_its_own_files(run, release, server):
    release("a")
    old = run.serve("a")
    before = page(old)
    release("b")
    new = page(run.serve("b"))
    icon, style, compressed = (url.removeprefix(f"{server.address}/bucket/") for url in new)
    assert before[0] == new[0]  # what is the same has the same name
    assert before[1] != new[1]
    assert before[2] != new[2]
    assert "color: red" in server.get(style)[0]
    assert "color:red" in server.get(compressed)[0]
    assert icon.removeprefix("static/") in server.get(style)[0]
    # The old tag still serves, and so does a rollback to it: nothing of it is gone.
    assert page(old) == page(run.serve("a")) == before
    for url in before:
        body, headers = server.get(url.removeprefix(f"{server.address}/bucket/"))
        assert "red" not in body
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert server.get("static/style.css")[1]["Cache-Control"] == "public, max-age=60"
    assert not server.requests("DELETE")


def test_what_is_there_is_not_uploaded_again(run, release, server):
    release("b")
    before = server.requests("PUT")
    done = run("b", "release", "--skip", "migrate")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Static files: 0 uploaded" in done.stdout + done.stderr
    # django-compressor writes its files each time.
    again = server.requests("PUT")[len(before) :]
    assert all("/static/CACHE/" in path for path in again), again


def test_a_tag_that_was_not_released_is_loud(run):
    web = run.serve("a", IMAGE_TAG="never")
    assert status(web.url()) == 500
    wait_until(lambda: "staticfiles-never.json" in web.logs(), web.logs())
    assert "Run the verb `release`" in web.logs()


def test_settings_import_no_boto3(run):
    code = "import website.settings_docker as s, sys; print(s.STATIC_URL, 'boto3' in sys.modules)"
    done = run("a", "exec", "python", "-c", code)
    assert done.stdout.split()[1:] == ["False"], done.stderr


def test_uploads_and_addresses(run, release):
    release("a")

    def upload(web, body):
        with urllib.request.urlopen(web.url("/upload"), body, timeout=20) as answer:
            return answer.read().decode()

    web = run.serve("a", AWS_S3_REGION_NAME="us-east-1")
    signed = upload(web, b"first")
    assert "Signature=" in signed
    assert status(signed) == 200
    assert status(signed.partition("?")[0]) == 403
    # A second upload of that name takes another one.
    domains = {"AWS_S3_CUSTOM_DOMAIN": "cdn.example.org"}
    behind = run.serve("a", **domains, AWS_STATIC_LOCATION="static", AWS_LOCATION="media")
    plain = upload(behind, b"second")
    assert re.fullmatch(r"https://cdn\.example\.org/media/notes/hello_\w+\.txt", plain)
    assert all(url.startswith("https://cdn.example.org/static/") for url in page(behind))


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        ({"AWS_SECRET_KEY": "falsch"}, 78, "secret key does not belong to the access key"),
        ({"AWS_STORAGE_BUCKET_NAME": "nowhere"}, 78, "there is no such bucket"),
        ({"AWS_S3_ENDPOINT_URL": "http://127.0.0.1:9"}, 69, "connection refused"),
        ({"AWS_S3_CUSTOM_DOMAIN": "https://cdn"}, 78, "AWS_S3_CUSTOM_DOMAIN (env) is not a valid"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_failures_are_told(run, changes, code, text):
    done = run("b", "release", "--skip", "migrate", **changes)
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    assert text in said
    assert "Traceback" not in said
    assert not {"falsch", "geheim"} & set(re.findall(r"\w+", said))


def test_without_s3_the_image_serves(run):
    web = run.serve("a", STATIC_STORAGE="", AWS_STORAGE_BUCKET_NAME="")
    icon, _, compressed = page(web)
    assert re.fullmatch(r"/static/icon\.[0-9a-f]{12}\.svg", icon)
    assert status(web.url(compressed)) == 200
