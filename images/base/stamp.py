"""Print the stamp of this image as JSON: what a wheel must fit to be installed in it."""

from __future__ import annotations

import json
import os
import sys
import sysconfig


def stamp() -> dict[str, str | int]:
    """Return the suite, the Python's tag and the platform, as in the names of wheels (PEP 425)."""
    with open("/etc/os-release", encoding="utf-8") as file:
        release = dict(line.rstrip("\n").split("=", 1) for line in file if "=" in line)
    return {
        "suite": release.get("VERSION_CODENAME", release["ID"]).strip('"'),
        "python": "cp{}{}".format(*sys.version_info[:2]),
        "platform": sysconfig.get_platform().replace("-", "_").replace(".", "_"),
        "epoch": int(os.environ.get("SOURCE_DATE_EPOCH") or 0),
    }


if __name__ == "__main__":
    print(json.dumps(stamp()))
