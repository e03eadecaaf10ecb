"""The two forms of a line, which are settings_lib's as well."""

import json
import logging
import re
import sys

import pytest

from entrypoint import lines, request_id
from settings_lib.logs import formatters
from settings_lib.logs.request_id import CURRENT, RequestIdFilter

ID = "4bf92f3577b34da6"


def exc_info():
    try:
        int("two\nlines")
    except ValueError:
        return sys.exc_info()


RECORDS = {
    "plain": {"msg": "Größe %s", "args": ("5",)},
    "lines": {"msg": "one\ntwo\r\n\x85three\u2028four\x1b[2J"},
    "a line's end": {"msg": "UserWarning: careful\n"},
    "surrogate": {"msg": "a\udc80b"},
    "exception": {"msg": "oops", "exc_info": exc_info(), "levelname": "ERROR"},
    "whole second": {"msg": "now", "created": 1_795_489_524.0},
}


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("current", ["-", ID])
@pytest.mark.parametrize("form", ["PlainFormatter", "JsonFormatter"])
def test_both_libraries_write_the_same(form, current, name):
    given = {"name": "app.views", "levelname": "INFO", **RECORDS[name]}
    ours, theirs = logging.makeLogRecord(given), logging.makeLogRecord(given)
    theirs.created = ours.created
    request_id.CURRENT.set(current)
    CURRENT.set(current)
    try:
        RequestIdFilter().filter(theirs)
        line = getattr(lines, form)().format(ours)
        assert line == getattr(formatters, form)().format(theirs)
    finally:
        request_id.end()
        CURRENT.set("-")
    line.encode()
    if form == "JsonFormatter":
        assert len(line.splitlines()) == 1
        found = json.loads(line)
        assert found["request_id"] == (None if current == "-" else ID)
        assert list(found)[:5] == ["time", "level", "logger", "message", "request_id"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", found["time"])
    else:
        start = (
            rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{{3}}[+-]\d\d:\d\d \w+ app\.views \[{current}\] "
        )
        assert re.match(start, line)


def test_log_format():
    assert isinstance(lines.formatter({}), lines.PlainFormatter)
    assert isinstance(lines.formatter({"LOG_FORMAT": "plain"}), lines.PlainFormatter)
    assert isinstance(lines.formatter({"LOG_FORMAT": "JSON"}), lines.JsonFormatter)
