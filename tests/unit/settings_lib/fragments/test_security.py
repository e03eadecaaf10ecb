from settings_lib.app import App
from settings_lib.fragments import security


def test_production(values):
    settings = security.settings(values(), App())
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings["CSRF_COOKIE_SECURE"] is True
    assert settings["SECURE_PROXY_SSL_HEADER"] is None
    assert settings["SECURE_HSTS_SECONDS"] == 0


def test_opt_in(values):
    settings = security.settings(
        values(
            SECURE_PROXY_SSL_HEADER="HTTP_X_FORWARDED_PROTO,https",
            SECURE_HSTS_SECONDS="7d",
            CSRF_COOKIE_SECURE="false",
        ),
        App(),
    )
    assert settings["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert settings["SECURE_HSTS_SECONDS"] == 604_800
    assert settings["CSRF_COOKIE_SECURE"] is False


def test_debug(values):
    assert security.settings(values(DEBUG="1"), App())["SESSION_COOKIE_SECURE"] is False
