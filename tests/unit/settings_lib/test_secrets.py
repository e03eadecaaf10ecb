"""No secret ever comes out: whatever it is, wherever it stands, whatever goes wrong.

A secret has a mark at each end that occurs nowhere else, so that none is found by chance, and none
is missed because a part of it was cut off. Not promised, and not tested: the local variables of a
traceback's frames, which Django shows in debug mode and error reporters collect.
"""

import contextlib
import io
import json
import logging
import os
import subprocess
import sys
import traceback
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.conf import UserSettingsHolder, global_settings
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settings_lib import SCHEMA, Var, configure
from settings_lib.command.report import check_environment
from settings_lib.errors import ConfigurationError, WrongSettings
from settings_lib.reporter import ReporterFilter

BEGIN, END = "Qx7", "7xQ"

WEIRD = st.text(
    st.one_of(
        st.sampled_from("'\"\\$#%@:/?&=;,|`{}[]()<>! \t\n\r~^*+-_."),
        st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    max_size=20,
)
SECRET = WEIRD.map(lambda text: f"{BEGIN}{text}{END}")

OWN = (
    Var(name="MOON_TOKEN", secret=True, aliases=("OLD_TOKEN",), help="A token."),
    Var(name="MOON_NAMES", secret=True, help="Names."),
)
SECRETS = [*(var for var in SCHEMA.values() if var.secret), *OWN]
SECRET_NAMES = tuple(name for var in SECRETS for name in var.names)
ALL = [*SCHEMA.values(), *OWN]


def shapes(secret):
    """What a secret may look like in a variable: itself, or part of a URL, right or wrong."""
    return st.sampled_from(
        [
            secret,
            f" {secret}\n",
            f'"{secret}"',
            f"postgres://user:{secret}@db.example.org:5432/name",
            f"postgresql://{secret}@db.example.org/name?pool=ture&sslmode={secret}",
            f"postgres://user@host/{secret}?options={secret}",
            f"mysql://u:{secret}@h/n",
            f"redis://:{secret}@redis/0",
            f"rediss://redis/0?password={secret}",
            f"amqps://user:{secret}@mq:port/{secret}",
            f"smtp+tls://user:{secret}@mail:587",
            f"https://{secret}@sentry.example.org/1",
            f"https://{secret}:{secret}@sentry.example.org/{secret}",
            f"{secret}://x",
            f"sqlite:///{secret}",
            f"filesystem:///{secret}",
            f'{{"key": "{secret}"}}',
            f"one,{secret},two",
            f"true{secret}",
            f"5{secret}",
        ]
    )


@st.composite
def environments(draw, variables=tuple(ALL)):
    """Some variables, each under one of its names, with a secret in it or in the file it names."""
    chosen = draw(st.lists(st.sampled_from(variables), min_size=1, max_size=8, unique=True))
    found = {}
    for var in chosen:
        name = draw(st.sampled_from(var.names))
        found[name] = (draw(shapes(draw(SECRET))), draw(st.booleans()))
    if draw(st.booleans()):  # what is missing is a problem too
        found |= {
            "SECRET_KEY": (draw(SECRET), draw(st.booleans())),
            "ALLOWED_HOSTS": ("example.org", False),
            "DATABASE_URL": (draw(st.sampled_from(["sqlite://:memory:", *URLS])), False),
        }
    return found


URLS = [
    f"postgres://user:{BEGIN}%40p%2F{END}@db.example.org:5432/name",
    f"postgres://user:{BEGIN}p{END}@db.example.org/name?pool=true",
]

#: A right environment with a secret in each variable that can have one.
RIGHT = {
    "SECRET_KEY": f"{BEGIN} $key '\"{END}" * 5,
    "SECRET_KEY_FALLBACKS": f"{BEGIN}a{END},{BEGIN}b{END}",
    "ALLOWED_HOSTS": "example.org",
    "DATABASE_URL": URLS[0],
    "DIRECT_DATABASE_URL": URLS[0],
    "REPLICA_DATABASE_URL": URLS[0],
    "CACHE_URL": f"redis://:{BEGIN}p%2F{END}@redis:6379/1",
    "CELERY_BROKER_URL": f"amqp://user:{BEGIN}p%2F{END}@mq:5672/",
    "EMAIL_URL": f"smtp+tls://user:{BEGIN}p{END}@mail:587",
    "MOON_TOKEN": f"{BEGIN}t{END}",
    "MOON_NAMES": f"{BEGIN}n{END}",
}


def written(environ, folder):
    """The environment, with the values of some variables in files."""
    result = {}
    for name, (value, in_file) in environ.items():
        if in_file:
            path = folder / f"{name}.secret"
            path.write_text(value, encoding="utf-8", newline="")
            result[f"{name}_FILE"] = str(path)
        else:
            result[name] = value
    return result


def clean(*texts):
    for text in texts:
        assert BEGIN not in text, text
        assert END not in text, text


def configured(environ):
    """What configure does with it: the namespace, the end of the process, what was written."""
    namespace = {"INSTALLED_APPS": [], "MIDDLEWARE": []}
    error = io.StringIO()
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    ended = None
    try:
        with contextlib.redirect_stderr(error), contextlib.redirect_stdout(error):
            configure(namespace, app="moon", extra=OWN, environ=environ, celery=False)
    except WrongSettings as wrong:
        ended = wrong
    finally:
        logging.getLogger().removeHandler(handler)
    return namespace, ended, error.getvalue() + log.getvalue()


@pytest.fixture(scope="module", autouse=True)
def no_service_starts():
    """Sentry's SDK would be started for each example that has a right address of it."""
    patch = pytest.MonkeyPatch()
    patch.setattr("settings_lib.fragments.sentry.start", lambda *_: None)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("secrets")


@settings(max_examples=200, deadline=None)
@given(environ=environments())
def test_what_configure_says(folder, environ):
    namespace, ended, output = configured(written(environ, folder))
    clean(output)
    if ended is None:
        clean(repr(namespace["SETTINGS_LIB"]), repr(namespace["SETTINGS_LIB"].values))
        clean(repr(namespace["SETTINGS_LIB"].app))
        return
    assert set(namespace) == {"INSTALLED_APPS", "MIDDLEWARE"}
    clean(str(ended), repr(ended), repr(ended.args), ended.message, repr(ended.configured))
    clean(*map(repr, ended.problems + ended.warnings), *map(str, ended.problems + ended.warnings))
    clean(json.dumps([each.data() for each in ended.problems]))
    clean("".join(traceback.format_exception(ended)))
    raised = ConfigurationError(ended.problems)
    clean(str(raised), repr(raised))


@settings(max_examples=200, deadline=None)
@given(environ=environments(tuple(SCHEMA.values())))
def test_what_check_says(folder, environ):
    report = check_environment(written(environ, folder))
    clean(report.text(), report.data(), repr(report))


def test_the_right_environment_is_right_and_silent():
    namespace, ended, output = configured(RIGHT)
    assert ended is None, ended.message
    assert output == ""
    assert BEGIN in namespace["SECRET_KEY"]
    assert BEGIN in str(namespace["DATABASES"])


@contextlib.contextmanager
def as_settings(namespace):
    """Django's settings are these, and no others."""
    holder = UserSettingsHolder(global_settings)
    for name, value in namespace.items():
        setattr(holder, name, value)
    former = django_settings._wrapped
    django_settings._wrapped = holder
    try:
        yield
    finally:
        django_settings._wrapped = former


def test_what_djangos_error_page_shows():
    namespace, ended, _ = configured(RIGHT)
    assert ended is None
    namespace["QUEUE"] = RIGHT["CELERY_BROKER_URL"]
    namespace["OTHER"] = {"LOCATION": [f"rediss://redis/0?a=b&password={BEGIN}{END}&c=d"]}
    namespace["TUPLE"] = (f"redis://:{BEGIN}/@?{END}@h/0",)
    with as_settings(namespace):
        shown = ReporterFilter().get_safe_settings()
    text = repr(shown)
    clean(text)
    stars = ReporterFilter.cleansed_substitute
    assert shown["QUEUE"] == f"amqp://user:{stars}@mq:5672/"
    assert shown["OTHER"]["LOCATION"] == [f"rediss://redis/0?a=b&password={stars}&c=d"]
    assert shown["DATABASES"]["default"]["HOST"] == "db.example.org"
    assert shown["SECRET_KEY_FALLBACKS"] == stars


def test_what_it_shows_of_a_request():
    request = SimpleNamespace(META={**RIGHT, "HTTP_HOST": "example.org"})  # as runserver's is
    namespace, _, _ = configured(RIGHT)
    with as_settings(namespace):
        shown = ReporterFilter().get_safe_request_meta(request)
    clean(repr(shown))
    assert shown["HTTP_HOST"] == "example.org"


def test_the_projects_own_filter_stands():
    namespace = {"DEFAULT_EXCEPTION_REPORTER_FILTER": "own"}
    configure(namespace, app="moon", extra=OWN, environ=RIGHT, celery=False)
    assert namespace["DEFAULT_EXCEPTION_REPORTER_FILTER"] == "own"


MANAGE = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moon.settings_docker")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""
MODULE = """
from settings_lib import Var, configure
ROOT_URLCONF = "moon.urls"
INSTALLED_APPS = []
configure(globals(), app="moon", extra=[
    Var(name="MOON_TOKEN", secret=True, aliases=("OLD_TOKEN",), help="A token."),
    Var(name="MOON_NAMES", secret=True, help="Names."),
], databases=["replica"])
"""
ENTRYPOINT = """
import sys
from entrypoint.checking import main, ours
ours.check_writable = lambda path: None
sys.exit(main(tuple(sys.argv[2:]), sys.argv[1]))
"""
EXPLAIN = f"""
import sys, os
from entrypoint import table
from entrypoint.explain import explanation, text
# The image's build has written them into the table of verbs.
table.load = lambda project: table.Table(secrets={SECRET_NAMES!r})
for words in (("run",), ("migrate",), ("worker",)):
    print(text(explanation(words, os.environ, sys.argv[1])))
"""


@pytest.fixture(scope="module")
def moon(tmp_path_factory):
    """A project that reads its settings by this library."""
    root = tmp_path_factory.mktemp("moon")
    for name, text in {
        "manage.py": MANAGE,
        "moon/__init__.py": "",
        "moon/urls.py": "urlpatterns = []",
        "moon/wsgi.py": "",
        "moon/settings_docker.py": MODULE,
    }.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize(
    "words",
    [
        ("-m", "settings_lib", "check"),
        ("-m", "settings_lib", "check", "--json"),
        ("-c", ENTRYPOINT, "ROOT"),
        ("-c", ENTRYPOINT, "ROOT", "--json"),
        ("ROOT/manage.py", "check"),
        ("ROOT/manage.py", "diffsettings", "--nope"),
        ("-c", "import moon.settings_docker"),
    ],
    ids=lambda words: " ".join(words)[:40].replace("\n", " "),
)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(environ=environments())
def test_what_programs_print(moon, words, environ):
    run(moon, words, written(environ, moon))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_explain_shows_of_secret_variables(moon, data):
    """It shows the others, and what is no credential of a URL: its user, host, path and options."""
    environ = {}
    for var in data.draw(st.lists(st.sampled_from(SECRETS), min_size=1, unique=True)):
        secret = data.draw(SECRET)
        encoded = quote(secret, safe="")
        shapes = [secret, f'"{secret}"', f"redis://u:{encoded}@h/0", f"amqp://:{secret}@h:1/"]
        value = (data.draw(st.sampled_from(shapes)), data.draw(st.booleans()))
        environ[data.draw(st.sampled_from(var.names))] = value
    run(moon, ("-c", EXPLAIN, "ROOT"), written(environ, moon))


@pytest.mark.parametrize("change", [{}, {"DEBUG": f"{BEGIN}{END}"}, {"DEBUGG": f"{BEGIN}{END}"}])
@pytest.mark.parametrize("words", [("-m", "settings_lib", "check"), ("-c", ENTRYPOINT, "ROOT")])
def test_what_programs_print_of_the_right_environment(moon, words, change):
    done = run(moon, words, RIGHT | change)
    assert (done.returncode == 78) == ("DEBUG" in change), done.stdout + done.stderr


def run(moon, words, environ):
    environ = {
        name: value for name, value in environ.items() if not {"\0", "\ud800"} & set(name + value)
    }
    done = subprocess.run(
        [sys.executable, *(word.replace("ROOT", str(moon)) for word in words)],
        cwd=moon,
        env={"PATH": os.environ["PATH"], "APP": "moon", "PYTHONUTF8": "1", **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    clean(done.stdout, done.stderr)
    assert "Traceback" not in done.stderr, done.stderr
    return done
