import pytest

from build_wheels import uv_lock
from build_wheels.errors import InputError

LOCK = {
    "package": [
        {
            "name": "app",
            "metadata": {
                "requires-dist": [
                    {"name": "django", "specifier": ">=5"},
                    {"name": "pywin32", "marker": "sys_platform == 'win32'"},
                ]
            },
        },
        {"name": "django", "version": "5.2"},
    ]
}


def project(*dependencies):
    return {"project": {"name": "app", "dependencies": list(dependencies)}}


def test_a_lock_file_that_knows_everything():
    uv_lock.check(project("Django>=5", "pywin32; sys_platform == 'win32'"), LOCK)
    uv_lock.check({}, LOCK)


def test_a_lock_file_that_is_older_than_the_project():
    with pytest.raises(InputError, match="does not know django-filter, whitenoise") as error:
        uv_lock.check(project("django", "whitenoise", "django_filter"), LOCK)
    assert error.value.then == "uv lock"


def test_a_dependency_that_is_none():
    with pytest.raises(InputError, match="that is none") as error:
        uv_lock.check(project("a b"), LOCK)
    assert "a b" in error.value.why
