"""One container has one form of log, and a request's lines have its id, in the worker too."""

import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request

import pytest
from containers import HARDENED, wait_until

ID = "4bf92f35-77b3.client_1"
FEED = "http://feeds.example.org:8080/atom.xml"

#: What every line of JSON begins with.
FIELDS = ["time", "level", "logger", "message", "request_id"]

PLAIN = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d) (?P<level>[A-Z]+) "
    r"(?P<logger>[\w.]+) \[(?P<request_id>\S+)\] (?P<message>.*)"
)

#: What stands where a secret should be. It is looked for where it must not be.
PLANTED = "planted-7f3a9c"


def subscribe(page, feed):
    """Subscribe to a feed through the page's form, by a request with an id.

    Returns the answer's status and its id.
    """
    cookies = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    with browser.open(page, timeout=10) as answer:
        form = answer.read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]
    data = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "url": feed}).encode()
    request = urllib.request.Request(page, data, {"X-Request-ID": ID})
    # Without what follows a redirect: that is another request.
    opener = urllib.request.build_opener(NoRedirect, urllib.request.HTTPCookieProcessor(cookies))
    with pytest.raises(urllib.error.HTTPError) as redirect:
        opener.open(request, timeout=10)
    with redirect.value as answer:
        return answer.status, answer.headers["X-Request-ID"]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def lines_of(container, form):
    """A container's lines as fields. Each has to be one."""
    found = []
    for line in container.logs().splitlines():
        if form == "json":
            fields = json.loads(line)
            assert list(fields)[:5] == FIELDS, line
            found.append(fields)
        else:
            match = PLAIN.fullmatch(line)
            if match:  # and not Celery's banner
                found.append(match.groupdict())
    return found


def about(container, form, word):
    """The lines of the request, as (logger, message), with a word."""
    return [
        (line["logger"], line["message"])
        for line in lines_of(container, form)
        if line["request_id"] == ID and word in line["message"]
    ]


@pytest.mark.parametrize("form", ["plain", "json"])
def test_a_requests_lines_have_its_id(role, example_image, form):
    web = role(example_image, "run", LOG_FORMAT=form)
    worker = role(example_image, "worker", LOG_FORMAT=form)
    assert subscribe(web.url("/feeds/"), f"{FEED}?{form}") == (302, ID)
    wait_until(lambda: about(worker, form, "succeeded"), f"{worker.name} works", timeout=20)
    wait_until(lambda: about(web, form, "POST"), f"{web.name} answers", timeout=10)

    [(logger, message)] = about(web, form, "POST")
    assert logger == "gunicorn.access"
    assert message.startswith("POST /feeds/ 302 in ")
    app = "antisocial.feeds"
    [(logger, subscribed)] = about(web, form, "subscribed")
    assert logger == f"{app}.views"
    [(logger, fetched)] = about(worker, form, "fetched")
    assert logger == f"{app}.tasks"
    assert fetched.startswith(subscribed.replace("subscribed to", "fetched"))
    assert [logger for logger, _ in about(worker, form, "succeeded")] == ["celery.app.trace"]

    for container in (web, worker):
        assert container.end("TERM").code == 0
        logs = container.logs()
        found = lines_of(container, form)
        messages = [line["message"] for line in found if "Booting worker" not in line["message"]]
        assert len(messages) == len(set(messages)), logs  # each once
        others = [line["request_id"] for line in found if "ready" in line["message"]]
        assert set(others) <= {"-", None}
        assert "secret" not in logs.lower().replace("secret_key has", "")


def test_a_job_tells_its_result_apart_from_its_log(services, containers, example_image):
    code = "import logging; logging.getLogger('app').error('told'); print('result')"
    done = containers.run(
        *(example_image, "manage", "shell", "--no-imports", "-c", code),
        options=(*HARDENED, *services.options(LOG_FORMAT="json")),
    )
    assert done.stdout == "result\n"
    assert [json.loads(line)["message"] for line in done.stderr.splitlines()].count("told") == 1


WRONG_DATABASE = f"postgres://app:{PLANTED}@postgres/app"
WRONG_BROKER = f"amqp://app:{PLANTED}@postgres:5432//"


def test_a_start_that_fails_tells_no_secret(services, containers, example_image):
    """Passwords that the servers refuse, in what fails at once and in what tries again."""
    data = f"{containers.create('volume')}:/data"

    def options(**environ):
        place = services.options(LOG_FORMAT="json", SECRET_KEY=PLANTED * 5, **environ)
        return (*HARDENED, "--volume", data, *place)

    wrong = options(DATABASE_URL=WRONG_DATABASE, CELERY_BROKER_URL=WRONG_BROKER)
    worker = containers.start(example_image, "worker", options=wrong)
    beat = containers.start(example_image, "beat", options=wrong)
    publish = ("--publish", "127.0.0.1::8000")
    web = containers.start(example_image, "run", options=(*wrong, *publish))

    done = containers.run(example_image, "migrate", options=wrong)
    assert done.returncode != 0
    assert "password authentication failed" in done.stderr
    assert PLANTED not in done.stdout + done.stderr

    worker.wait_for_log("Cannot connect to amqp://app:**@postgres:5432//")
    beat.wait_for_log("the database does not answer")
    web.wait_for_log("Booting worker")

    def asked():
        try:
            urllib.request.urlopen(web.url("/feeds/"), timeout=10)
        except urllib.error.HTTPError as error:
            with error:
                return error.code == 500
        except OSError:
            return False

    wait_until(asked, web.logs())
    web.wait_for_log("password authentication failed")
    for container in (worker, beat, web):
        assert PLANTED not in container.logs()
        assert lines_of(container, "json")
