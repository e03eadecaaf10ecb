"""A role that touches its heartbeat, until it is told to hang."""

import os
import pathlib
import signal
import sys
import time


def stop(*_):
    print("ticker: stopped", flush=True)
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)
print(os.environ["GREETING"], flush=True)
for _ in range(int(sys.argv[1])):
    if not pathlib.Path("/tmp/hang").exists():
        pathlib.Path("/run/app/heartbeat").touch()
    time.sleep(0.2)
