"""Checks as an app would write them, for `test_heartbeat`."""

import asyncio
import dataclasses
import time

from django.db import connections

from settings_lib.health import Doubtful, Failed

SECRET = "geheim"
used = []


def fine():
    pass


async def fine_later():
    await asyncio.sleep(0)


def old(hours):
    raise Doubtful(f"the newest feed is {hours} hours old")


def full():
    raise Failed("the disk\n is full")


def passes_on(before=""):
    """What a driver says, secret and all, in the check's own error."""
    try:
        connect()
    except OSError as error:
        raise Failed(f"{before}{error}") from error


def connect():
    raise OSError(f"no route to user:{SECRET}@db")


def surprised():
    raise KeyError(SECRET)


def hangs():
    time.sleep(600)


async def hangs_later():
    await asyncio.sleep(600)


def uses():
    """The app's own connection, as its models would; it remembers which."""
    connection = connections["default"]
    connection.ensure_connection()
    used.append(connection)


@dataclasses.dataclass
class Disk:
    path: str

    def run(self):
        pass


class Broken:
    def __init__(self):
        raise ValueError(SECRET)
