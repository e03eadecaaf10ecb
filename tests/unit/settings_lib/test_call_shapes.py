"""The ways of calling the library: configure and common, in modules and packages, and twice."""

import os
import subprocess
import sys
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

import django
import pytest

from settings_lib import INT, JSON, LIST, SCHEMA, Var, common, configure, url
from settings_lib.errors import WrongSettings
from settings_lib.fragments.mail import SUPERSEDED
from settings_lib.fragments.storages import WHITENOISE

MAIL = {"EMAIL_HOST": "shared", "EMAIL_PORT": 25}

#: As apps call a shared settings package's function, with another package's name.
CALLING = """
import os.path
from settings_lib import common
from shared import *

app = "moon"
base = "/srv/moon/moon"
locals().update(
    common(
        app=app,
        base=base,
        celery=True,
        INSTALLED_APPS=INSTALLED_APPS,
        STATIC_ROOT=STATIC_ROOT,
        MIDDLEWARE=MIDDLEWARE,
    )
)
TIME_ZONE = "Europe/London"
INSTALLED_APPS += ["added-later"]
"""


@pytest.fixture
def shared():
    return {
        "INSTALLED_APPS": ["one"],
        "MIDDLEWARE": ["first"],
        "STATIC_ROOT": "/srv/static",
        "TEMPLATES": [{"OPTIONS": {"context_processors": ["request"]}}],
        "TIME_ZONE": "UTC",
        "PAIR": (["a"], {"b"}),
        "OBJECT": object(),
    }


def mutables(value, path="", found=None):
    """Every list, dictionary and set in a setting, by its identity."""
    found = {} if found is None else found
    if isinstance(value, (list, dict, set)):
        found[id(value)] = path
    if isinstance(value, (list, tuple)):
        value = dict(enumerate(value))
    for key, each in value.items() if isinstance(value, dict) else ():
        mutables(each, f"{path}.{key}", found)
    return found


def all_of(namespace):
    settings = {name: value for name, value in namespace.items() if name.isupper()}
    found = {}
    for name, value in settings.items():
        mutables(value, name, found)
    return found


def called(source, shared, environ, monkeypatch):
    """The globals of a module with this source."""
    monkeypatch.setattr("os.environ", environ)
    module = type(sys)("shared")
    vars(module).update(shared)
    monkeypatch.setitem(sys.modules, "shared", module)
    namespace = {"__name__": "moon.settings_docker"}
    exec(source, namespace)
    return namespace


def test_locals_update_common(shared, complete, monkeypatch):
    environ = complete | {"BROKER_URL": "redis://r/0", "EMAIL_URL": "smtp://h"}
    before = {name: str(value) for name, value in shared.items()}
    namespace = called(CALLING, shared | MAIL, environ, monkeypatch)
    assert namespace["CELERY_BROKER_URL"] == "redis://r/0"
    assert namespace["STATIC_ROOT"] == "/srv/static"
    assert namespace["TIME_ZONE"] == "Europe/London"
    assert namespace["INSTALLED_APPS"][0] == "one"
    assert namespace["INSTALLED_APPS"][-1] == "added-later"
    assert WHITENOISE in namespace["MIDDLEWARE"]
    assert namespace["BASE_DIR"] == Path("/srv/moon")
    assert {name: str(value) for name, value in shared.items()} == before
    if django.VERSION >= (6, 1):
        assert not set(SUPERSEDED) & set(namespace)
    else:
        assert namespace["EMAIL_HOST"] == "h"
    # Nothing but settings came in.
    assert {name for name in namespace if not name.isupper() and name[0] != "_"} == {
        "app", "base", "common", "os"
    }  # fmt: skip


def test_common_shares_nothing(shared, complete, monkeypatch):
    """Each gets its own lists: the caller, two calls, and what the caller passes in."""
    monkeypatch.setattr("os.environ", complete)
    options = {"app": "moon", "celery": False, **shared}
    extra = [Var(name="TREE", type=JSON, default={"a": [1]}, help="")]
    one, two = (common(**options, extra=extra) for _ in range(2))
    assert all(name.isupper() for name in one)
    first, second, theirs = all_of(one), all_of(two), all_of(shared)
    assert not {first[each] for each in set(first) & set(second)}
    assert not {first[each] for each in set(first) & set(theirs)}
    assert id(extra[0].default) not in first
    one["INSTALLED_APPS"] += ["appended"]
    one["TEMPLATES"][0]["OPTIONS"]["context_processors"].append("appended")
    one["TREE"]["a"].append("appended")
    assert "appended" not in str(two)
    assert "appended" not in str(shared)
    assert one["OBJECT"] is shared["OBJECT"]


def test_common_by_another_word(shared, complete, monkeypatch):
    monkeypatch.setattr("os.environ", complete)
    assert common(project="moon", celery=False)["SETTINGS_LIB"].app.name == "moon"
    given = common(project="moon", environ=complete | {"DEBUG": "1"}, celery=False)
    assert given["DEBUG"] is True


def test_configure_shares_nothing(shared, complete):
    theirs = all_of(shared)
    one, two = dict(shared), dict(shared)
    overrides = {"ADMINS": [("me", "me@example.org")], "TREE": {"a": []}}
    for namespace in (one, two):
        configure(namespace, app="moon", environ=complete, celery=False, **overrides)
    first, second = all_of(one), all_of(two)
    assert not {first[each] for each in set(first) & set(second)}
    assert not {first[each] for each in set(first) & (set(theirs) | set(mutables(overrides)))}


def test_configure_twice_is_configure_once(shared, complete):
    namespace = dict(shared)
    environ = complete | {"CELERY_BROKER_URL": "redis://r/0", "EMAIL_URL": "smtp://h"}
    configure(namespace, app="moon", environ=environ)
    once = {name: str(value) for name, value in namespace.items()}
    configure(namespace, app="moon", environ=environ)
    assert {name: str(value) for name, value in namespace.items()} == once


def test_configure_twice_with_other_environments(shared, complete):
    namespace = dict(shared)
    configure(namespace, app="moon", environ=complete | {"DEBUG": "1"})
    configure(namespace, app="moon", environ=complete)
    assert namespace["DEBUG"] is False


def test_nothing_changes_where_the_settings_are_wrong(shared, complete, monkeypatch, capsys):
    namespace = {**shared, "helper": len}
    before, identities = dict(namespace), all_of(namespace)
    with pytest.raises(WrongSettings):
        configure(namespace, app="moon", environ=complete | {"DEBUG": "x"}, ADMINS=["me"])
    assert namespace == before
    assert all_of(namespace) == identities
    monkeypatch.setattr("os.environ", complete | {"DEBUG": "x"})
    with pytest.raises(WrongSettings):
        common(app="moon", **shared)
    assert capsys.readouterr().err.count("DEBUG (env) is not a valid bool.") == 2


def test_overrides_win_and_reassignment_too(shared, complete):
    namespace = dict(shared)
    environ = complete | {"TIME_ZONE": "Europe/Paris"}
    configure(namespace, app="moon", environ=environ, TIME_ZONE="Asia/Tokyo", DEBUG=None)
    assert (namespace["TIME_ZONE"], namespace["DEBUG"]) == ("Asia/Tokyo", None)


def test_a_settings_package(tmp_path, complete):
    """``moon/settings/docker.py``, on top of a module beside it."""
    files = {
        "moon/__init__.py": "",
        "moon/settings/__init__.py": "",
        "moon/settings/base.py": "INSTALLED_APPS = ['django.contrib.auth']\nMIDDLEWARE = []\n",
        "moon/settings/docker.py": "from moon.settings.base import *\n"
        "from settings_lib import configure\n"
        "configure(globals(), app='moon')\n"
        "INSTALLED_APPS += ['django.contrib.contenttypes']\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    program = (
        "import django; django.setup(); from django.conf import settings; import moon.settings.base"
        "; print(settings.INSTALLED_APPS[0], settings.INSTALLED_APPS[-1],"
        " moon.settings.base.INSTALLED_APPS, settings.SETTINGS_LIB)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={
            **complete,
            "DJANGO_SETTINGS_MODULE": "moon.settings.docker",
            "DATABASE_URL": "sqlite://",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.startswith(
        "django.contrib.auth django.contrib.contenttypes ['django.contrib.auth'] Configured(app="
    ), run.stderr


COMPLETE = {"SECRET_KEY": "k", "ALLOWED_HOSTS": "h", "DATABASE_URL": "sqlite://"}


def made_of(module, environ=COMPLETE, **options):
    namespace = dict(module)
    configure(namespace, app="moon", celery=False, environ=environ, **options)
    return namespace


def test_the_modules_value_stands_where_the_environment_has_none_of_the_apps_variables():
    age = Var(name="SESSION_COOKIE_AGE", type=INT, help="Seconds.")
    assert made_of({"SESSION_COOKIE_AGE": 3600}, extra=[age])["SESSION_COOKIE_AGE"] == 3600
    given = made_of(
        {"SESSION_COOKIE_AGE": 3600}, {**COMPLETE, "SESSION_COOKIE_AGE": "9"}, extra=[age]
    )
    assert given["SESSION_COOKIE_AGE"] == 9


def test_a_list_of_the_apps_is_a_list():
    robots = Var(name="ROBOTS", type=LIST, default=["a"], help="Who is there.")
    assert made_of({}, extra=[robots])["ROBOTS"] + ["b"] == ["a", "b"]
    given = made_of({}, {**COMPLETE, "ROBOTS": "c,d"}, extra=[robots])
    assert given["ROBOTS"] + ["b"] == ["c", "d", "b"]


def test_a_tuple_stays_one():
    made = made_of({"INSTALLED_APPS": ("one",), "ALLOWED_HOSTS": ("x",)})
    assert "one" in made["INSTALLED_APPS"] + ("two",)
    assert made["ALLOWED_HOSTS"] == ("h",)


def test_an_override_needs_no_variable():
    made = made_of(
        {}, {}, SECRET_KEY="k", ALLOWED_HOSTS=["x"], DATABASES={"default": {"ENGINE": "e"}}
    )
    assert (made["SECRET_KEY"], made["ALLOWED_HOSTS"]) == ("k", ["x"])
    assert made["DATABASES"] == {"default": {"ENGINE": "e"}}


def test_debug_as_an_override():
    module = {"SECURE_PROXY_SSL_HEADER": ("HTTP_X", "https")}
    made = made_of(module, {**COMPLETE, "ALLOWED_HOSTS": ""}, DEBUG=True)
    assert made["DEBUG"] is True
    assert made["SECURE_SSL_REDIRECT"] is made["SESSION_COOKIE_SECURE"] is False


def test_an_override_of_the_broker_is_what_celery_reads(monkeypatch):
    for name, value in {**COMPLETE, "CELERY_BROKER_URL": "redis://env/0"}.items():
        monkeypatch.setenv(name, value)
    made = {}
    configure(made, app="moon", celery=True, CELERY_BROKER_URL="memory://override")
    assert made["CELERY_BROKER_URL"] == os.environ["CELERY_BROKER_URL"] == "memory://override"


def test_an_override_of_the_mailer_has_none_of_the_others_options(monkeypatch):
    monkeypatch.setattr(django, "VERSION", (6, 1, 0))
    console = "django.core.mail.backends.console.EmailBackend"
    made = made_of({}, {**COMPLETE, "EMAIL_URL": "smtp://u:p@h"}, EMAIL_BACKEND=console)
    assert made["MAILERS"]["default"] == {"BACKEND": console, "OPTIONS": {}}


def changed(name, default):
    return replace(SCHEMA[name], default=default)


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("DEFAULT_FROM_EMAIL", "a@b.org"),
        ("CELERY_TASK_TIME_LIMIT", 60),
        ("TIME_ZONE", "Asia/Tokyo"),
    ],
)
def test_a_changed_default_stands_where_nobody_says_more(name, default):
    extra = [changed(name, default)]
    environ = {**COMPLETE, "CELERY_BROKER_URL": "memory://"}
    assert made_of({}, environ, extra=extra)[name] == default
    module = SCHEMA[name].type.parse("5") if isinstance(default, int) else "Europe/Berlin"
    assert made_of({name: module}, environ, extra=extra)[name] == module


def test_a_changed_default_is_nobodys_word(monkeypatch):
    """It completes what the environment says, and contradicts nothing."""
    monkeypatch.setattr(django, "VERSION", (5, 2, 0))
    tls = [changed("EMAIL_USE_TLS", True)]
    made = made_of({}, {**COMPLETE, "EMAIL_HOST": "h"}, extra=tls)
    assert (made["EMAIL_USE_TLS"], made["EMAIL_PORT"]) == (True, 587)
    grade = [changed("SECURE_HSTS", "month")]
    made = made_of({}, {**COMPLETE, "SECURE_HSTS_SECONDS": "60"}, extra=grade)
    assert made["SECURE_HSTS_SECONDS"] == 60
    assert made_of({}, COMPLETE, extra=grade)["SECURE_HSTS_SECONDS"] == 30 * 86_400
    broker = [changed("CELERY_BROKER_URL", "redis://b/0")]
    made = {}
    configure(made, app="moon", celery=True, environ=COMPLETE, extra=broker)
    assert made["CELERY_BROKER_URL"] == "redis://b/0"


def test_a_further_database_may_have_another_name():
    replica = Var(
        name="REPLICA_DATABASE_URL", type=url("postgres"), required=True, help="It.",
        aliases=("DATABASE_URL_REPLICA",),
    )  # fmt: skip
    environ = {**COMPLETE, "DATABASE_URL_REPLICA": "postgres://r/n"}
    made = made_of({}, environ, databases=["replica"], extra=[replica])
    assert made["DATABASES"]["replica"]["HOST"] == "r"
    assert "REPLICA_DATABASE_URL" not in made


def test_a_text_in_the_place_of_a_tuple_is_a_text():
    brokers = ("amqp://a//", "amqp://b//")
    made = made_of({"CELERY_BROKER_URL": brokers}, {**COMPLETE, "CELERY_BROKER_URL": "redis://r/0"})
    assert made["CELERY_BROKER_URL"] == "redis://r/0"


def test_an_own_tuple_stays_one():
    own = Var(name="ROBOTS", type=LIST, help="Who is there.")
    assert made_of({"ROBOTS": ("a",)}, extra=[own])["ROBOTS"] == ("a",)


def test_the_apps_package_is_not_imported(tmp_path, monkeypatch):
    package = tmp_path / "badmoon"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('it wants settings')")
    (package / "celery.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    made = {}
    configure(made, app="badmoon", environ={**COMPLETE, "CELERY_BROKER_URL": "memory://"})
    assert made["SETTINGS_LIB"].app.celery


def test_an_override_of_mail_is_an_option_of_the_mailer(monkeypatch):
    monkeypatch.setattr(django, "VERSION", (6, 1, 0))
    made = made_of({}, {**COMPLETE, "EMAIL_URL": "smtp://h"}, EMAIL_TIMEOUT=5)
    assert made["MAILERS"]["default"]["OPTIONS"]["timeout"] == 5
    assert "EMAIL_TIMEOUT" not in made


def test_what_declares_variables_is_no_setting():
    made = made_of({"SCHEMA": SCHEMA, "INT": INT, "SIZE": SCHEMA["DEBUG"].type})
    assert made["SETTINGS_LIB"].app.project == {}


def test_an_ordered_dictionary_is_copied():
    groups = OrderedDict(all=["a"])
    made = made_of({"GROUPS": groups})
    made["GROUPS"]["all"].append("b")
    assert made["GROUPS"] == OrderedDict(all=["a", "b"])
    assert groups == OrderedDict(all=["a"])
