"""Malformed values through the verbs of the example's image, all in one running container.

`SWEEP=all` runs every value, and not one of each variable.
"""

import json
import os
import re

import pytest
from containers import HARDENED, PROBES
from malformed import malformed

from settings_lib import SCHEMA

VERBS = ("run", "worker", "beat", "manage check")
WHOLE = os.environ.get("SWEEP") == "all"
#: The library's; or the entrypoint's, which reads LOG_FORMAT before `run` becomes gunicorn.
MESSAGE = re.compile(
    r"^(?:The settings of antisocial have 1 problem:\n  - |entrypoint: )(\w+) ", re.MULTILINE
)


def chosen():
    """Pairs of verb and value, the verbs by turns: one value of each variable, or all of them."""
    values = [list(malformed(var)) for var in SCHEMA.values()]
    if not WHOLE:
        values = [[cases[at * 7 % len(cases)]] for at, cases in enumerate(values)]
    return [
        (VERBS[at % len(VERBS)], case)
        for at, case in enumerate(case for cases in values for case in cases)
    ]


@pytest.fixture
def sweep(containers, example_image):
    """Run verbs with malformed values, and give how each ended."""
    container = containers.idle(example_image, options=HARDENED)

    def run(pairs):
        commands = [
            {
                "argv": ["entrypoint", *verb.split()],
                "environ": case.environ(SCHEMA[case.variable].names),
            }
            for verb, case in pairs
        ]
        probe = (PROBES / "sweep.py").read_text()
        ended = []
        for at in range(0, len(commands), 50):  # an `exec` may take two minutes
            part = json.dumps(commands[at : at + 50])
            done = container.exec("python", "-c", probe, stdin=part)
            assert done.returncode == 0, done.stderr
            ended += json.loads(done.stdout)
        return ended

    return run


def wrong(verb, case, ended):
    """What is wrong with an end, or nothing."""
    printed = ended["out"] + ended["err"]
    var = SCHEMA[case.variable]
    said = f"{var.right} {var.type.expected} {var.help} {var.names}"
    faults = [
        fault
        for fault, is_there in {
            "code": ended["code"] != 78,
            "message": MESSAGE.findall(printed) != [case.variable],
            "traceback": "Traceback" in printed,
            "value": case.told_by and case.told_by not in said and case.told_by in printed,
        }.items()
        if is_there
    ]
    return f"{verb} {case}: {', '.join(faults)}: {ended}" if faults else ""


def test_each_ends_with_78_and_one_message(sweep, say):
    pairs = chosen()
    assert {verb for verb, _ in pairs} == set(VERBS)
    assert {case.variable for _, case in pairs} == set(SCHEMA)
    say(f"{len(pairs)} malformed values")
    faults = [
        fault
        for (verb, case), ended in zip(pairs, sweep(pairs), strict=True)
        if (fault := wrong(verb, case, ended))
    ]
    assert not faults, "\n".join(faults)
