from settings_lib.app import App
from settings_lib.fragments import celery


def test_no_broker_no_settings(values):
    assert celery.settings(values(), App()) == {}


def test_defaults_are_safe(values):
    settings = celery.settings(values(BROKER_URL="amqp://u:p@h//"), App())
    assert settings["CELERY_BROKER_URL"] == "amqp://u:p@h//"
    assert settings["CELERY_ACCEPT_CONTENT"] == ["json"]
    assert settings["CELERY_TASK_ACKS_LATE"] is False
    assert settings["CELERY_BROKER_TRANSPORT_OPTIONS"] == {}


def test_filesystem():
    assert celery.transport_options("filesystem:///data/my%20broker") == {
        "data_folder_in": "/data/my broker",
        "data_folder_out": "/data/my broker",
        "control_folder": "/data/my broker",
    }


def test_the_projects_own_pool_stays(values):
    broker = values(BROKER_URL="amqp://u:p@h//")
    assert celery.settings(broker, App())["CELERY_WORKER_POOL"] == celery.POOL
    kept = celery.settings(broker, App(project={"CELERY_WORKER_POOL": "threads"}))
    assert kept["CELERY_WORKER_POOL"] == "threads"
