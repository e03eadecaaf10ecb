import runpy

import pytest


@pytest.fixture
def conf(monkeypatch, tmp_path):
    """Reads the configuration as gunicorn does, in an app's folder and environment."""

    def read(**environ):
        monkeypatch.chdir(tmp_path)
        for name in ("PORT", "WEB_CONCURRENCY", "WEB_THREADS", "WEB_INTERFACE"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        return runpy.run_module("entrypoint.gunicorn_conf")

    return read


def test_defaults(conf):
    found = conf()
    assert found["bind"] == "0.0.0.0:8000"
    assert found["workers"] >= 1
    assert (found["worker_class"], found["threads"]) == ("gthread", 4)
    assert found["accesslog"] == found["errorlog"] == "-"


def test_files_are_in_a_declared_writable_path(conf):
    from entrypoint import writable

    for name in ("worker_tmp_dir", "control_socket"):
        assert conf()[name].startswith(writable.TMPFS)


def test_variables(conf):
    found = conf(PORT="9000", WEB_CONCURRENCY="5", WEB_THREADS="2")
    assert (found["bind"], found["workers"], found["threads"]) == ("0.0.0.0:9000", 5, 2)


def test_asgi_has_gunicorns_own_worker(conf):
    found = conf(WEB_INTERFACE="asgi")
    assert found["worker_class"] == "asgi"
    assert "threads" not in found


def test_the_apps_own_file_wins(conf, tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text("workers = 11\ntimeout = 5\n")
    found = conf(WEB_CONCURRENCY="3")
    assert (found["workers"], found["timeout"]) == (11, 5)
    assert found["bind"] == "0.0.0.0:8000"


def test_gunicorn_knows_every_name(conf):
    from gunicorn.config import Config

    own = {name for name in conf() if not name.startswith("__")}
    modules = {"annotations", "os", "runpy", "sizing", "sys", "RUNTIME"}
    assert own - modules <= set(Config().settings)
