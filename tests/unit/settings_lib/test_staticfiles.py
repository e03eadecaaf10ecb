from settings_lib import staticfiles


def test_storages():
    other = {"BACKEND": "other"}
    storages = staticfiles.settings(build=False, storages={"uploads": other})["STORAGES"]
    assert storages["uploads"] == other
    assert storages["default"]["BACKEND"].endswith("FileSystemStorage")
    assert storages["staticfiles"]["BACKEND"] == staticfiles.MANIFEST_STORAGE
    build = staticfiles.settings(build=True, storages={})["STORAGES"]
    assert build["staticfiles"]["BACKEND"] == staticfiles.BUILD_STORAGE


def test_whitenoise_comes_after_security():
    given = ["first", staticfiles.SECURITY, "last"]
    result = staticfiles.with_whitenoise(given)
    assert result == ["first", staticfiles.SECURITY, staticfiles.WHITENOISE, "last"]
    assert len(given) == 3
    assert staticfiles.with_whitenoise(result) == result
    assert staticfiles.with_whitenoise(["only"]) == [staticfiles.WHITENOISE, "only"]
