"""Production: what Django's checks say of an environment, and what it answers over HTTP."""

import http.client
import json
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from containers import HARDENED

NAME = "antisocial.example.org"

#: What an app like the example cannot do without, and nothing else.
REQUIRED = {
    "SECRET_KEY": "a-key-of-the-tests-that-is-as-long-as-Django-wants-it",
    "ALLOWED_HOSTS": NAME,
    "DATABASE_URL": "sqlite:////data/db.sqlite3",
    "CELERY_BROKER_URL": "memory://",
}

#: Behind a proxy that ends TLS, some months later.
TLS = {
    **REQUIRED,
    "SECURE_PROXY_SSL_HEADER": "HTTP_X_FORWARDED_PROTO,https",
    "SECURE_HSTS": "subdomains",
    "CSP": "enforce",
    "CSP_REPORT_URI": "https://reports.example.org/csp",
}


@pytest.fixture(scope="module")
def data(module_containers, example_image):
    """The options of a volume with a migrated database."""
    volume = ("--volume", f"{module_containers.create('volume')}:/data")
    options = (*HARDENED, *volume, *variables(REQUIRED))
    done = module_containers.run(example_image, "migrate", options=options)
    assert done.returncode == 0, done.stdout + done.stderr
    return volume


@pytest.fixture
def web(containers, example_image, data):
    """Serve the example with an environment."""

    def start(environ):
        options = (*HARDENED, *data, *variables(environ), "--publish", "127.0.0.1::8000")
        container = containers.start(example_image, "run", options=options)
        container.wait_for_answer("/__lbheartbeat__")
        return container

    return start


def variables(environ):
    return [f"--env={name}={value}" for name, value in environ.items()]


def ask(container, path, **headers):
    """Return the status and the headers of an answer, without following it elsewhere."""
    url = urlsplit(container.url(path))
    with closing(http.client.HTTPConnection(url.netloc, timeout=10)) as connection:
        connection.request("GET", url.path, headers={"Host": NAME, **headers})
        with connection.getresponse() as answer:
            return answer.status, answer.headers


def assert_clean(container, silenced):
    """Both ways to ask find nothing, and say how much was silenced."""
    done = container.exec("entrypoint", "check", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["problems"], report["silenced"]) == (0, [], silenced)
    done = container.exec("manage", "check", "--deploy", "--fail-level=WARNING")
    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == (
        f"System check identified no issues ({silenced} silenced).\n"
    )


def test_only_what_is_required(web):
    container = web(REQUIRED)
    assert_clean(container, silenced=2)  # HSTS and the redirect
    status, headers = ask(container, "/feeds/")
    assert status == 200
    assert "Strict-Transport-Security" not in headers
    assert "Content-Security-Policy" not in headers
    assert headers["Content-Security-Policy-Report-Only"].startswith("default-src 'self'; ")
    assert "; Secure" in headers["Set-Cookie"]


def test_behind_tls(web):
    container = web(TLS)
    assert_clean(container, silenced=1)  # preload
    status, headers = ask(container, "/feeds/", **{"X-Forwarded-Proto": "https"})
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert headers["Content-Security-Policy"] == (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "object-src 'none'; base-uri 'self'; report-uri https://reports.example.org/csp"
    )
    assert "Content-Security-Policy-Report-Only" not in headers
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Set-Cookie"].startswith("csrftoken=")
    assert "; Secure" in headers["Set-Cookie"]

    for claim in ({}, {"X-Forwarded-Proto": "http"}):
        status, headers = ask(container, "/feeds/", **claim)
        assert (status, headers["Location"]) == (301, f"https://{NAME}/feeds/")
        assert "Strict-Transport-Security" not in headers
        status, headers = ask(container, "/__lbheartbeat__", Host="10.0.0.1", **claim)
        assert status == 200
        assert "Content-Security-Policy" not in headers

    compared = (
        "from django.utils.csp import CSP; from settings_lib.fragments.security.csp import NONCE"
    )
    done = container.exec("python", "-c", f"{compared}; print(NONCE == CSP.NONCE)")
    assert done.stdout == "True\n", done.stderr
