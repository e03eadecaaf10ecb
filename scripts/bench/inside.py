"""Time commands inside a container: whole processes, from their start until they have ended.

Reads from stdin, as JSON: `runs` (how often each is run, an even number), `sides` (by name, the
words that a side's commands begin with) and `cases` (by name, a list of the words that follow).
Prints lines of JSON: first what is here, then each round of all cases, a list of
[case, side, wall clock time in ms, CPU time in ms].

Standard library only: it runs on the image's Python.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from importlib.metadata import version

#: Seconds between rounds, in which the engine hands on what was printed.
PAUSE = 0.05


def main() -> None:
    """Run every case, and print the figures of each round."""
    job = json.load(sys.stdin)
    first, second = job["sides"]
    sys.stdout.write(json.dumps({"python": sys.version.split()[0], "django": version("django")}))
    end_line()
    for words in job["cases"].values():  # what the first ones read is in memory afterwards
        printed = [run([*prefix, *words])[2] for prefix in job["sides"].values()]
        if words[0] == "manage" and printed[0] != printed[1]:
            sys.exit(f"{' '.join(words)} prints:\n{printed[0]}\nand:\n{printed[1]}")
    for _ in range(job["runs"] // 2):
        figures = [
            (case, side, *run([*job["sides"][side], *words])[:2])
            for case, words in job["cases"].items()
            for side in (first, second, second, first)
        ]
        sys.stdout.write(json.dumps(figures))
        end_line()
        time.sleep(PAUSE)


def end_line() -> None:
    """End a line of output, for a reader that waits for it."""
    sys.stdout.write("\n")
    sys.stdout.flush()


def run(argv: list[str]) -> tuple[float, float, str]:
    """Run a command, and return its wall clock time and its CPU time in ms, and what it printed.

    It starts as a container's first process does: signals as by default, nothing to read.
    """
    output = os.memfd_create("output")
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_DUP2, output, 1),
        (os.POSIX_SPAWN_DUP2, output, 2),
    ]
    defaults = [signal.SIGPIPE, signal.SIGXFSZ]  # Python ignores these
    began = time.perf_counter()
    child = os.posix_spawnp(argv[0], argv, os.environ, file_actions=actions, setsigdef=defaults)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - began
    printed = os.pread(output, os.fstat(output).st_size, 0).decode(errors="replace")
    os.close(output)
    code = os.waitstatus_to_exitcode(status)
    if code:
        sys.exit(f"{' '.join(argv)} ended with {code}:\n{printed}")
    return wall * 1000, (usage.ru_utime + usage.ru_stime) * 1000, printed


if __name__ == "__main__":
    main()
