"""Runs commands, several at a time, each with variables of its own: stdin and stdout are JSON."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

SECONDS = 120


def run(case):
    """Give the exit code and all that was printed."""
    environ = os.environb | {os.fsencode(k): os.fsencode(v) for k, v in case["environ"].items()}
    done = subprocess.run(
        case["argv"],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    return {
        "code": done.returncode,
        "out": done.stdout.decode(errors="replace"),
        "err": done.stderr.decode(errors="replace"),
    }


with ThreadPoolExecutor(len(os.sched_getaffinity(0)) + 1) as pool:
    json.dump(list(pool.map(run, json.load(sys.stdin))), sys.stdout)
