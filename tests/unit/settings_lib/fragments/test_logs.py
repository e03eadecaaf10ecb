import json
import logging
import logging.config

from settings_lib import formatters
from settings_lib.app import App
from settings_lib.fragments import logs


def test_json_line():
    exc_info = (KeyError, KeyError("gone"), None)
    record = logging.LogRecord("app", 30, "f", 1, "Größe %s", ("5\n6",), exc_info)
    text = formatters.JsonFormatter().format(record)
    line = json.loads(text)
    assert "\n" not in text
    assert (line["level"], line["logger"], line["message"]) == ("warning", "app", "Größe 5\n6")
    assert line["exception"].endswith("KeyError: 'gone'")
    assert line["time"].endswith("+00:00")


def test_settings(values):
    config = logs.settings(values(LOG_FORMAT="json", LOG_LEVEL="WARNING"), App())["LOGGING"]
    assert config["handlers"]["stdout"]["formatter"] == "json"
    assert config["root"]["level"] == "WARNING"
    logging.config.DictConfigurator(config)
