from settings_lib.app import App
from settings_lib.fragments import storages


def storage(values, **project):
    return storages.settings(values, App(project=project))["STORAGES"]


def test_storages(values):
    other = {"BACKEND": "other"}
    served = storage(values(), STORAGES={"uploads": other})
    assert served["uploads"] == other
    assert served["default"]["BACKEND"].endswith("FileSystemStorage")
    assert served["staticfiles"]["BACKEND"] == storages.MANIFEST_STORAGE
    build = storage(values(BUILD="1"))
    assert build["staticfiles"]["BACKEND"] == storages.BUILD_STORAGE


def test_whitenoise_comes_after_security():
    given = ["first", storages.SECURITY, "last"]
    result = storages.with_whitenoise(given)
    assert result == ["first", storages.SECURITY, storages.WHITENOISE, "last"]
    assert len(given) == 3
    assert storages.with_whitenoise(result) == result
    assert storages.with_whitenoise(["only"]) == [storages.WHITENOISE, "only"]
