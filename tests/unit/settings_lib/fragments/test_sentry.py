import sys
from types import SimpleNamespace

from settings_lib.fragments import sentry


def test_started_only_with_a_dsn(values, monkeypatch):
    calls = []
    fake = SimpleNamespace(init=lambda **options: calls.append(options))
    monkeypatch.setitem(sys.modules, "sentry_sdk", fake)
    monkeypatch.setattr("settings_lib.fragments.sentry.find_spec", lambda name: object())  # noqa: ARG005
    sentry.start(values())
    assert calls == []
    sentry.start(values(RAVEN_DSN="https://key@sentry.example/1", SENTRY_ENVIRONMENT="prod"))
    [options] = calls
    assert options["dsn"] == "https://key@sentry.example/1"
    assert options["environment"] == "prod"
    assert options["send_default_pii"] is False
