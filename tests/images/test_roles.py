"""The roles of the example, as hosts run them: read-only, no capabilities, any uid of group 0."""

import http.cookiejar
import re
import urllib.parse
import urllib.request

import pytest
from containers import HARDENED, wait_until

TINI = ["/usr/bin/tini", "-s", "--", "/ve/bin/entrypoint", "--container"]
FEED = "http://feeds.example.org:8080/atom.xml"


def words(tree):
    """A tree with each argv as one line, and the interpreter's path as `python`."""
    argv, children = tree
    line = " ".join(argv)
    return [re.sub(r"^/ve/bin/python[\d.]*", "python", line), [words(each) for each in children]]


@pytest.fixture(scope="module")
def subscribe():
    """Subscribe to a feed through the page's form, as a browser would."""
    cookies = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))

    def do(page, feed):
        form = browser.open(page, timeout=10).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "url": feed}).encode()
        return browser.open(page, data, timeout=10)

    return do


def test_web_answers_and_worker_fetches(role, example_image, subscribe):
    web = role(example_image, "run")
    worker = role(example_image, "worker")
    with subscribe(web.url("/feeds/"), FEED) as answer:
        assert answer.status == 200
        assert "Subscribed" in answer.read().decode()

    def entries():
        with urllib.request.urlopen(web.url(), timeout=10) as page:
            return page.read().decode().count("<article")

    wait_until(entries, "no entries:\n" + worker.logs(), timeout=20)


def test_web_serves_static_files_and_the_heartbeat(role, example_image):
    web = role(example_image, "run")
    with urllib.request.urlopen(web.url(), timeout=10) as page:
        style = re.search(r'href="(/static/[^"]+\.css)"', page.read().decode())[1]
    with urllib.request.urlopen(web.url(style), timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/css")
    with urllib.request.urlopen(web.url("/__lbheartbeat__"), timeout=10) as answer:
        assert answer.status == 200


def test_web_processes(role, example_image):
    gunicorn = "python /ve/bin/gunicorn --config python:entrypoint.gunicorn_conf antisocial.wsgi"
    tree = role(example_image, "run").tree()
    assert words(tree) == [" ".join([*TINI, "run"]), [[gunicorn, [[gunicorn, []]] * 2]]]


@pytest.mark.parametrize(
    ("options", "named", "count"),
    [
        (("--cpus", "0.5"), None, 1),
        (("--cpus", "1"), None, 1),
        (("--cpuset-cpus", "0"), None, 1),
        (("--memory", "256m"), None, 1),
        (("--cpus", "0.5"), "3", 3),
        (("--cpus", "0.5"), "", 1),
    ],
)
def test_web_is_sized_by_what_its_container_may_use(role, example_image, options, named, count):
    web = role(example_image, "run", *options, WEB_CONCURRENCY=named)
    _, [[_, workers]] = web.tree()
    assert len(workers) == count


def test_worker_processes(role, example_image):
    celery = (
        "python -m entrypoint.celery_roles -A antisocial worker --loglevel=INFO --concurrency=2"
    )
    tree = role(example_image, "worker").tree()
    assert words(tree) == [" ".join([*TINI, "worker"]), [[celery, [[celery, []]] * 2]]]


def test_beat_processes(role, example_image):
    celery = "python -m entrypoint.celery_roles -A antisocial beat --loglevel=INFO --pidfile="
    tree = role(example_image, "beat").tree()
    assert words(tree) == [" ".join([*TINI, "beat"]), [[celery, []]]]


def test_beat_keeps_its_schedule_on_the_volume(role, example_image):
    # A database of its own: another beat on the tests' has its lock.
    beat = role(example_image, "beat", DATABASE_URL="sqlite:////data/db.sqlite3")
    wait_until(lambda: beat.file("/data/celerybeat-schedule"), "no schedule:\n" + beat.logs())
    assert beat.exec("sh", "-c", "ls -A /app | grep -c celerybeat").stdout.strip() == "0"


@pytest.mark.parametrize("verb", ["run", "worker", "beat"])
def test_nothing_is_complained_about(role, example_image, verb):
    log = role(example_image, verb).logs()
    assert not re.search(r"Traceback|\[ERROR\]|Permission denied|Read-only|Warning", log), log


def test_release_jobs(services, containers, example_image):
    for job in (["migrate"], ["manage", "migrate", "--check"], ["manage", "check", "--deploy"]):
        done = containers.run(example_image, *job, options=(*HARDENED, *services.options()))
        assert done.returncode == 0, done.stdout + done.stderr
