"""No secret of an environment is in what the redactor gives."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrypoint.redact import MASK, PLAIN, SHORTEST, Redactor
from entrypoint.secret_names import is_secret_name

SECRET_NAMES = (
    *("SECRET_KEY", "DB_PASSWORD", "PGPASSWORD", "DB_PASS", "REDISPASS", "MYSQL_PWD", "API_KEY"),
    *("STRIPE_APIKEY", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "GITHUB_TOKEN", "authToken"),
    *("HTTP_AUTH", "SENTRY_DSN", "RAVEN_DSN", "PRIVATE_KEY", "GOOGLE_CREDENTIALS", "JWT", "Pass"),
    *("PASSWORD_SALT", "SIGNING_KEYS", "SLACK_WEBHOOK_URL", "encryption-key", "DB_PASSWORD_2"),
    *("PRIVATE_PUBLIC_KEY", "requirepass"),
)
OTHER_NAMES = (
    *("MONKEY", "KEYBOARD", "STRIPE_PUBLIC_KEY", "PUBLISHABLE", "COMPASS", "AUTHOR", "PASSENGERS"),
    *("SECRET_KEY_FILE", "PWD", "OLDPWD", "TOKEN_LIFETIME", "PASSWORD_MIN_LENGTH", "DATABASE_URL"),
    *("SESSION_COOKIE_SECURE", "SSH_AUTH_SOCK", "KEYCLOAK_HOST", "AUTHENTICATION", "PATH", "", "_"),
    *("PORT", "ALLOWED_HOSTS", "DB_USER", "SSL_CERT_FILE"),
)


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_a_secret_by_its_name(name):
    assert is_secret_name(name)
    shown = Redactor({name: "of the tests"})
    assert shown.environ() == {name: MASK}
    assert shown.text("this is of the tests, all of it") == f"this is {MASK}, all of it"


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_no_secret_by_its_name(name):
    assert not is_secret_name(name)
    assert Redactor({name: "of the tests"}).environ() == {name: "of the tests"}


def test_a_secret_by_the_settings_schema():
    redactor = Redactor({"FAVOURITE": "of the tests"}, secrets=("FAVOURITE",))
    assert redactor.environ() == {"FAVOURITE": MASK}
    assert redactor.text("it is of the tests") == f"it is {MASK}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("postgres://app:hunter2@db:5432/app", "postgres://app:***@db:5432/app"),
        ("postgres://app:a@db/app?sslmode=require", "postgres://app:***@db/app?sslmode=require"),
        ("postgres://app@db/app", "postgres://app@db/app"),
        ("postgres://db/app?password=hunter2&x=1", "postgres://db/app?password=***&x=1"),
        ("redis://:hunter2@redis:6379/0", "redis://:***@redis:6379/0"),
        ("redis://[::1]:6379/0", "redis://[::1]:6379/0"),
        ("amqp://a:one-one@b;amqp://c:two-two@d", "amqp://a:***@b;amqp://c:***@d"),
        ("sqlite:////data/db.sqlite3", "sqlite:////data/db.sqlite3"),
        ("postgres://app:h/nt@r#2@db/app", MASK),  # no URL: nobody knows where the password ends
        ("https://0123456789abcdef@sentry.example.org/4", "https://***@sentry.example.org/***"),
        ("https://hooks.example.org/services/T0/B0/x", "https://hooks.example.org/***"),
        ("https://hooks.example.org/", "https://hooks.example.org/"),
        ("not a URL", MASK),
        ("", ""),
    ],
)
def test_of_a_url_the_credentials_alone_are_hidden(value, shown):
    assert Redactor({"A_URL": value}, secrets=("A_URL",)).environ() == {"A_URL": shown}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("at https://ab@host/1, and redis://:x@h/0", "at https://***@host/1, and redis://:***@h/0"),
        ("cannot reach http://host:8080/a?b=c@d", "cannot reach http://host:8080/a?b=c@d"),
        ("postgres://app:p@ss/w#rd@db/app is no URL", "postgres://app:***@db/app is no URL"),
        ("host=db password=hunter2 user=app", "host=db password=*** user=app"),
        ("DRIVER=x;UID=app;PWD=hunter2;DATABASE=y", "DRIVER=x;UID=app;PWD=***;DATABASE=y"),
        ("password = 'two words' user=x", "password = '***' user=x"),
        ("{'user': 'x', 'password': 'it\\'s'}", "{'user': 'x', 'password': '***'}"),
        ('{"token": "a b", "port": "80"}', '{"token": "***", "port": "80"}'),
        ("redis-server --requirepass abc --port 1", "redis-server --requirepass *** --port 1"),
        (
            "gunicorn --keyfile /run/key.pem --bind :80",
            "gunicorn --keyfile /run/key.pem --bind :80",
        ),
        ("Authorization: Basic YTpi", "Authorization: Basic ***"),
        ("sent Bearer abc123.x", "sent Bearer ***"),
        ("a eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln b", "a *** b"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n.", "***\n."),
        ("key tG5m2Qy8VJw/0bXk3nZrFhLe7sUaPc9DiOqE1fT+KMg= end", "key *** end"),
        (f"hex {'0a' * 32}", "hex ***"),
        (f"revision {'0a' * 20}", f"revision {'0a' * 20}"),
        (f"image@sha256:{'0a' * 32}", f"image@sha256:{'0a' * 32}"),
        (
            'File "/ve/lib/python3.13/site-packages/django/db/backends/postgresql/base.py"',
            'File "/ve/lib/python3.13/site-packages/django/db/backends/postgresql/base.py"',
        ),
        ("SECRET_KEY_FILE=/run/secrets/key", "SECRET_KEY_FILE=/run/secrets/key"),
        ("password authentication failed for user app", None),
        ("Set SECRET_KEY, or SECRET_KEY_FILE to the path of a file that holds it.", None),
        ("sorted(found, key=None, sort_keys=True)", None),
        ("gunicorn --workers 4 --threads 4 app.wsgi", None),
    ],
)
def test_credentials_by_their_shape(text, shown):
    assert Redactor({}).text(text) == (text if shown is None else shown)


def test_a_password_is_found_encoded_and_decoded():
    redactor = Redactor({"DATABASE_URL": "postgres://app:s3cr%2Ft%40x@db/app"})
    for form in ("s3cr/t@x", "s3cr%2Ft%40x", "s3cr%2ft%40x", "s3cr/t%40x"):
        assert redactor.text(f"[{form}]") == f"[{MASK}]"


def test_a_password_that_is_not_encoded_is_found_too():
    redactor = Redactor({"DATABASE_URL": "postgres://app:h/nt@r#2@db/app"})
    assert redactor.text("tried h/nt@r#2") == f"tried {MASK}"


def test_short_values_do_not_wreck_texts():
    redactor = Redactor({"A_KEY": "a", "DB_PASSWORD": "app", "USE_AUTH": "true", "PIN": ""})
    assert redactor.environ() == {
        "A_KEY": MASK,
        "DB_PASSWORD": MASK,
        "USE_AUTH": "true",
        "PIN": "",
    }
    assert redactor.text("that app is true") == "that app is true"


def test_what_overlaps_goes_together():
    redactor = Redactor({"A_KEY": "abcd", "B_KEY": "cdef"})
    assert redactor.text("x abcdef y abcdabcd") == f"x {MASK} y {MASK}"


def test_the_file_of_a_secret_is_shown_and_what_it_holds_is_not(tmp_path):
    file = tmp_path / "key"
    file.write_text("of the tests\n")
    redactor = Redactor({"SECRET_KEY_FILE": str(file), "A_TOKEN_FILE": "/not/there"})
    assert redactor.environ() == {"SECRET_KEY_FILE": str(file), "A_TOKEN_FILE": "/not/there"}
    assert redactor.text("it is of the tests") == f"it is {MASK}"


names = st.sampled_from(["SECRET_KEY", "DB_PASSWORD", "A_TOKEN", "B_KEY", "HOOK_URL", "PLAIN"])
values = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="*abc", max_size=12),
    st.text(alphabet="%2F/@:;,'\"\\\n x", max_size=20),
    st.sampled_from(["password=hunter2", "x://y:zzzz@h", "postgres"]),
)
environs = st.dictionaries(names, values, max_size=4)
written = st.sampled_from([str, repr, json.dumps, lambda text: quote(text, safe="")])


def secrets_of(environ):
    return [
        value
        for name, value in environ.items()
        if name not in ("HOOK_URL", "PLAIN")
        and len(value) >= SHORTEST
        and value.lower() not in PLAIN
    ]


@given(environs, st.lists(st.tuples(st.text(max_size=5), st.integers(0, 9), written), max_size=5))
def test_no_secret_is_in_any_text(environ, pieces):
    secrets = secrets_of(environ)
    text = "".join(
        between + (form(secrets[index % len(secrets)]) if secrets else "")
        for between, index, form in pieces
    )
    redacted = Redactor(environ, ("HOOK_URL",)).text(text)
    for secret in secrets:
        assert secret not in redacted


@given(environs)
def test_no_secret_is_in_the_environment_that_is_shown(environ):
    shown = Redactor(environ, ("HOOK_URL",)).environ()
    assert set(shown) == set(environ)
    for secret in secrets_of(environ):
        assert not any(secret in value for value in shown.values())


@given(st.text(min_size=SHORTEST, max_size=30), st.sampled_from(["DATABASE_URL", "ANY", "A_DSN"]))
def test_no_password_of_a_url_is_in_any_text(password, name):
    encoded = quote(password, safe="")
    redactor = Redactor({name: f"postgres://app:{encoded}@db.example.org/app"})
    for text in (
        *(password, encoded, f"user app, password {password!r}: refused"),
        *redactor.environ().values(),
    ):
        redacted = redactor.text(text)
        assert password not in redacted
        assert encoded not in redacted


@given(st.text())
def test_any_text_can_be_redacted_and_twice_is_the_same(text):
    once = Redactor({"A_KEY": "of the tests"}).text(text)
    assert Redactor({"A_KEY": "of the tests"}).text(once) == once
