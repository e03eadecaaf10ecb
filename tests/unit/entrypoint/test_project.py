import pytest

from entrypoint.errors import ConfigurationError
from entrypoint.project import Project


def project(root, **environ):
    return Project(environ, root)


@pytest.mark.parametrize("name", ["manage.py", "src/manage.py", "backend/src/manage.py"])
def test_manage_py_is_found_up_to_two_folders_down(app, name):
    root = app(name, "node_modules/x/manage.py", ".git/manage.py")
    assert project(root).manage_py() == f"{root}/{name}"


def test_the_nearest_one_wins(app):
    root = app("manage.py", "example/manage.py")
    assert project(root).manage_py() == f"{root}/manage.py"


def test_several_equally_near(app):
    root = app("a/manage.py", "b/manage.py")
    with pytest.raises(ConfigurationError) as error:
        project(root).manage_py()
    assert "a/manage.py, b/manage.py" in str(error.value)
    assert "ENV MANAGE_PY=a/manage.py" in str(error.value)
    assert project(root, MANAGE_PY="b/manage.py").manage_py() == f"{root}/b/manage.py"


def test_none(app):
    with pytest.raises(ConfigurationError, match="no manage.py"):
        project(app("readme")).manage_py()


def test_one_that_is_named_wrongly(app):
    with pytest.raises(ConfigurationError, match="MANAGE_PY"):
        project(app("manage.py"), MANAGE_PY="src/manage.py").manage_py()


def test_settings_in_their_order(app):
    root = app("manage.py", "shop/settings_docker.py", "shop/live.py")
    assert project(root).settings_module() is None
    assert project(root, APP="shop").settings_module() == "shop.settings_docker"
    assert project(root, APP="shop", SETTINGS="live").settings_module() == "shop.live"
    named = project(root, APP="shop", SETTINGS="gone", DJANGO_SETTINGS_MODULE="shop.live")
    assert named.settings_module() == "shop.live"
    assert named.variables() == {}


def test_settings_of_an_installed_package(app):
    root = app("manage.py")
    installed = project(root, DJANGO_SETTINGS_MODULE="settings_lib.schema")
    assert installed.settings_module() == "settings_lib.schema"
    with pytest.raises(ConfigurationError, match="settings_lib.gone"):
        project(root, DJANGO_SETTINGS_MODULE="settings_lib.gone").settings_module()


def test_settings_that_do_not_exist(app):
    line = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'
    root = app("shop/settings.py", **{"manage.py": line})
    with pytest.raises(ConfigurationError) as error:
        project(root, APP="shop").settings_module()
    assert "shop.settings_docker" in str(error.value)
    assert "ENV DJANGO_SETTINGS_MODULE=shop.settings" in str(error.value)


def test_a_settings_package(app):
    root = app("manage.py", "config/settings/production.py", "config/settings/__init__.py")
    found = project(root, APP="config", SETTINGS="settings.production").settings_module()
    assert found == "config.settings.production"


@pytest.mark.parametrize(
    ("app_name", "words"),
    [
        ("", "APP is not set"),
        ("no-package", "not the name of a Python package"),
        ("shpo", "not importable"),
        ("plain", "has no module wsgi"),
    ],
)
def test_an_app_that_cannot_serve(app, app_name, words):
    root = app("manage.py", "shop/wsgi.py", "plain/__init__.py", "deep/conf/wsgi.py")
    with pytest.raises(ConfigurationError) as error:
        project(root, APP=app_name).server_module("wsgi")
    assert words in str(error.value)
    assert "ENV APP=shop" in str(error.value)
    assert "ENV APP=deep.conf" in str(error.value)


def test_a_package_in_a_package(app):
    root = app("manage.py", "shop/config/wsgi.py")
    assert project(root, APP="shop.config").server_module("wsgi") == "shop.config.wsgi"
