from pathlib import Path

import django
import pytest

from settings_lib import Var, configure
from settings_lib.fragments.health import MIDDLEWARE as HEALTH
from settings_lib.fragments.mail import SUPERSEDED
from settings_lib.fragments.storages import SECURITY, WHITENOISE


@pytest.fixture
def namespace():
    """What a settings module has after ``from shared import *``."""
    return {
        "MIDDLEWARE": [SECURITY, "last"],
        "DATABASES": {"default": {"ENGINE": "shared"}, "archive": {"ENGINE": "archive"}},
        "EMAIL_HOST": "shared",
        "TIME_ZONE": "Europe/Berlin",
    }


def test_sets_what_the_environment_says(namespace, complete):
    configure(namespace, app="antisocial", environ=complete)
    assert namespace["SECRET_KEY"] == "a-key-for-tests"
    assert namespace["DEBUG"] is False
    assert namespace["TIME_ZONE"] == "Europe/Berlin"
    assert namespace["DATABASES"]["default"]["NAME"] == "name"
    assert namespace["DATABASES"]["archive"] == {"ENGINE": "archive"}


def test_the_shared_list_stays_as_it_is(namespace, complete):
    shared = namespace["MIDDLEWARE"]
    configure(namespace, app="antisocial", environ=complete)
    assert shared == [SECURITY, "last"]
    first = namespace["MIDDLEWARE"]
    ours = [name for name in first if name not in shared]
    assert {HEALTH, WHITENOISE} <= set(ours)
    configure(namespace, app="antisocial", environ=complete)
    assert namespace["MIDDLEWARE"] == first


def test_superseded_mail_settings_go(namespace, complete):
    configure(namespace, app="antisocial", environ=complete | {"EMAIL_URL": "smtp://h"})
    if django.VERSION >= (6, 1):
        assert namespace["MAILERS"]["default"]["OPTIONS"]["host"] == "h"
        assert not set(SUPERSEDED) & set(namespace)
    else:
        assert namespace["EMAIL_HOST"] == "h"
        assert "MAILERS" not in namespace


def test_mail_of_the_project_stands_where_the_environment_names_none(namespace, complete):
    configure(namespace, app="antisocial", environ=complete)
    assert namespace["EMAIL_HOST"] == "shared"


def test_only_settings_are_left_behind(complete):
    namespace = {}
    configure(namespace, app="antisocial", environ=complete)
    assert all(name.isupper() for name in namespace)


def test_own_variables_and_overrides(namespace, complete):
    extra = [Var(name="FEEDS", default="all", help="Feeds.")]
    configure(namespace, app="a", extra=extra, environ=complete, DEBUG=None, ADMINS=["me"])
    assert namespace["FEEDS"] == "all"
    assert namespace["DEBUG"] is None
    assert namespace["ADMINS"] == ["me"]


def test_sqlite_file(namespace, complete, tmp_path):
    path = tmp_path / "db.sqlite3"
    configure(namespace, app="a", environ=complete | {"DATABASE_URL": f"sqlite:///{path}"})
    assert path.stat().st_mode & 0o777 == 0o664


def test_wrong_settings_end_the_process(namespace, capsys):
    before = dict(namespace)
    with pytest.raises(SystemExit) as caught:
        configure(namespace, app="antisocial", environ={"DEBUG": "geheim"})
    assert caught.value.code == 78
    error = capsys.readouterr().err
    assert error.startswith("The settings of antisocial have 3 problems:\n")
    assert "geheim" not in error
    assert namespace == before
    # For `entrypoint check`, which does not know this library:
    ended = caught.value
    assert ended.message == error
    assert {problem.name for problem in ended.problems} == {"DEBUG", "SECRET_KEY", "DATABASE_URL"}
    assert all(problem.wrong and problem.right for problem in ended.problems)
    assert "SECRET_KEY" in ended.secrets


def test_the_names_of_what_is_secret(namespace, complete):
    own = (
        Var(name="STRIPE", secret=True, aliases=("STRIPE_TOKEN",), help=""),
        Var(name="COLOUR", help=""),
    )
    configure(namespace, app="a", environ=complete, extra=iter(own))
    names = namespace["SECRET_VARIABLES"]
    assert {"SECRET_KEY", "DJANGO_SECRET_KEY", "REDIS_URL", "STRIPE", "STRIPE_TOKEN"} <= set(names)
    assert not {"COLOUR", "DEBUG", "DB_USER"} & set(names)


def test_static_files_have_a_place(namespace, complete, tmp_path):
    configure(namespace, app="antisocial", environ=complete)
    assert namespace["STATIC_ROOT"] == Path.cwd() / "staticfiles"
    based = {"BASE_DIR": str(tmp_path)}
    configure(based, app="antisocial", environ=complete)
    assert based["STATIC_ROOT"] == tmp_path / "staticfiles"
    own = {"STATIC_ROOT": "/srv/static"}
    configure(own, app="antisocial", environ=complete)
    assert own["STATIC_ROOT"] == "/srv/static"
