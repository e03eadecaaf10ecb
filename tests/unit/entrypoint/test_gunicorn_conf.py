import os
import runpy

import pytest
from gunicorn.config import Config

from entrypoint import role, writable
from entrypoint.errors import ConfigurationError
from entrypoint.web import Web


@pytest.fixture
def conf(monkeypatch, tmp_path):
    """Reads the configuration as gunicorn does, in an app's folder and environment."""

    def read(**environ):
        monkeypatch.chdir(tmp_path)
        for name in os.environ:
            if name.startswith("WEB_") or name in {"PORT", "DEBUG", "DJANGO_DEBUG", "LOG_FORMAT"}:
                monkeypatch.delenv(name)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        return runpy.run_module("entrypoint.gunicorn_conf")

    return read


@pytest.fixture
def apps_file(tmp_path):
    def write(text):
        (tmp_path / "gunicorn.conf.py").write_text(text)

    return write


def test_defaults(conf):
    found = conf()
    assert found["bind"] == "0.0.0.0:8000"
    assert found["workers"] >= 1
    assert (found["worker_class"], found["threads"]) == ("gthread", 4)
    assert found["accesslog"] == found["errorlog"] == "-"
    assert found["keepalive"] > 60
    assert found["max_requests"] == found["max_requests_jitter"] == 0
    assert found["reload"] is False
    assert "statsd_host" not in found


def test_files_are_in_a_declared_writable_path(conf):
    for name in ("worker_tmp_dir", "control_socket"):
        assert conf()[name].startswith(writable.TMPFS)


def test_variables(conf):
    found = conf(
        PORT="9000", WEB_CONCURRENCY="5", WEB_THREADS="2", WEB_KEEPALIVE="5", WEB_MAX_REQUESTS="990"
    )
    assert (found["bind"], found["workers"], found["threads"]) == ("0.0.0.0:9000", 5, 2)
    assert found["keepalive"] == 5
    assert (found["max_requests"], found["max_requests_jitter"]) == (990, 99)


def test_asgi_has_gunicorns_own_worker(conf):
    found = conf(WEB_INTERFACE="asgi")
    assert found["worker_class"] == "asgi"
    assert "threads" not in found


@pytest.mark.parametrize(
    ("environ", "reload"),
    [({"DEBUG": "1"}, True), ({"DJANGO_DEBUG": "True"}, True), ({"DEBUG": "off"}, False)],
)
def test_debug_reloads(conf, environ, reload):
    assert conf(**environ)["reload"] is reload


@pytest.mark.parametrize(
    ("text", "host", "prefix"),
    [
        ("statsd://statsd:8125", "statsd:8125", ""),
        ("statsd://10.0.0.1:9125/apps.antisocial", "10.0.0.1:9125", "apps.antisocial"),
        ("statsd://[::1]:8125/", "[::1]:8125", ""),
    ],
)
def test_statsd(conf, text, host, prefix):
    found = conf(WEB_METRICS=text)
    assert (found["statsd_host"], found["statsd_prefix"]) == (host, prefix)
    Config().set("statsd_host", host)


@pytest.mark.parametrize(
    "text",
    [
        *("yes", "statsd://", "statsd://:8125", "statsd://host", "statsd://host:0"),
        *("prometheus://:65536", "prometheus://", "udp://host:1", "prometheus://:9102/prefix"),
        *("prometheus://:8000", "statsd://host:1/a b", "statsd://user:secret@host:8125"),
    ],
)
def test_metrics_that_are_none(text):
    with pytest.raises(ConfigurationError, match="WEB_METRICS") as error:
        Web({"WEB_METRICS": text})
    assert "secret" not in str(error.value)


def test_all_that_is_wrong_is_one_error():
    names = (
        *("PORT", "WEB_CONCURRENCY", "WEB_THREADS", "WEB_INTERFACE", "WEB_KEEPALIVE"),
        *("WEB_MAX_REQUESTS", "LOG_FORMAT", "WEB_METRICS"),
    )
    environ = dict.fromkeys(names, "wrong-value")
    with pytest.raises(ConfigurationError) as error:
        Web(environ)
    text = str(error.value)
    assert "8 variables are wrong" in text
    assert all(f"- {name} " in text for name in environ)
    assert "wrong-value" not in text


def test_prometheus_starts_without_what_an_earlier_run_left(conf, runtime, tmp_path):
    folder = tmp_path / "metrics"
    folder.mkdir()
    (folder / "counter_0.db").touch()
    role.begin("web", ("http", "8000"), {}, required=True)
    found = conf(WEB_METRICS="prometheus://:9102", PROMETHEUS_MULTIPROC_DIR=str(folder))
    assert os.listdir(folder) == []
    assert {"pre_fork", "post_fork", "child_exit"} <= set(found)


def test_a_second_gunicorn_keeps_the_metrics_of_the_first(conf, runtime, tmp_path):
    folder = tmp_path / "metrics"
    folder.mkdir()
    (folder / "counter_0.db").touch()
    conf(WEB_METRICS="prometheus://:9102", PROMETHEUS_MULTIPROC_DIR=str(folder))
    assert os.listdir(folder) == ["counter_0.db"]


def test_the_apps_own_file_wins(conf, apps_file):
    apps_file("workers = 11\ntimeout = 5\nos = web = None\n")
    found = conf(WEB_CONCURRENCY="3")
    assert (found["workers"], found["timeout"]) == (11, 5)
    assert found["bind"] == "0.0.0.0:8000"
    assert found["os"] is os
    assert isinstance(found["web"], Web)


def test_hooks_of_both_run(conf, apps_file):
    apps_file(
        "CALLED = []\n"
        "def note(*args): CALLED.append(args)\n"
        "def pre_request(worker, request): note(worker, request)\n"
        "def on_exit(server): note(server)\n"
        "when_ready = 'builtins.repr'\n"
    )
    found = conf()

    class Request:
        headers = (("HOST", "a"),)

    worker, request = object(), Request()
    found["pre_request"](worker, request)
    assert [name for name, _ in request.headers] == ["HOST", "X-REQUEST-ID"]
    called = found["on_exit"].__globals__["CALLED"]
    assert called == [(worker, request)]
    for name in ("pre_request", "on_exit", "when_ready"):
        Config().set(name, found[name])  # it counts the arguments


def test_gunicorn_takes_every_setting(conf):
    config = Config()
    found = conf(WEB_METRICS="statsd://host:1/a")
    names = set(found) & set(config.settings)
    assert {"bind", "workers", "logger_class", "control_socket", "on_starting"} <= names
    for name in names:
        config.set(name, found[name])
    # What is no setting of gunicorn's is imported, or is the environment read.
    others = {name for name in found if not name.startswith("__")} - names
    assert others == {
        *("annotations", "os", "web", "Web", "RUNTIME", "ACCESS"),
        *("gunicorn_apps", "gunicorn_hooks", "gunicorn_metrics"),
    }
