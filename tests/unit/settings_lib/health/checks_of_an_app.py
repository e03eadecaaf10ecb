"""Checks as an app would write them, for `test_heartbeat`."""

import asyncio
import dataclasses
import time
from typing import ClassVar

from django.db import connections
from health_check import HealthCheck
from health_check.exceptions import ServiceUnavailable, ServiceWarning

SECRET = "geheim"


@dataclasses.dataclass
class Fine(HealthCheck):
    def run(self):
        pass


@dataclasses.dataclass
class FineLater(HealthCheck):
    async def run(self):
        await asyncio.sleep(0)


@dataclasses.dataclass
class Old(HealthCheck):
    hours: int

    def run(self):
        raise ServiceWarning(f"the newest feed is {self.hours} hours old")


@dataclasses.dataclass
class PassesOn(HealthCheck):
    """What a driver says, secret and all, in the check's own error."""

    before: str = dataclasses.field(default="", repr=False)

    def run(self):
        try:
            self.connect()
        except OSError as error:
            raise ServiceUnavailable(f"{self.before}{error}") from error

    def connect(self):
        raise OSError(f"no route to user:{SECRET}@db")


@dataclasses.dataclass
class Surprised(HealthCheck):
    def run(self):
        raise KeyError(SECRET)


@dataclasses.dataclass
class Hangs(HealthCheck):
    def run(self):
        time.sleep(600)


@dataclasses.dataclass
class HangsLater(HealthCheck):
    async def run(self):
        await asyncio.sleep(600)


@dataclasses.dataclass
class Uses(HealthCheck):
    """The app's own connection, as its models would; it remembers which."""

    used: ClassVar[list] = []

    def run(self):
        connection = connections["default"]
        connection.ensure_connection()
        self.used.append(connection)


class Broken(HealthCheck):
    def __init__(self):
        raise ValueError(SECRET)

    def run(self):
        pass
