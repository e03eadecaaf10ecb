"""The checker of Upstart's jobs finds what Upstart 1.13.2 refuses; each was tried with it.

A stanza that is there twice, and a job that does nothing, it takes; the checker does not.
"""

import pytest
from stanzas import read

RIGHT = "exec true\n"


@pytest.mark.parametrize(
    "text",
    [
        "start on started docker\nstop on stopping docker\n",
        "start on (filesystem and net-device-up IFACE!=lo) or runlevel [2345]\n",
        'description "a b"\nauthor x\n',
        "respawn\nrespawn limit 20 300\nrespawn limit unlimited\n",
        "kill timeout 60\nkill signal SIGINT\n",
        'env A=b\nenv C="d e"\nenv F\nenv G=\nexport A\n',
        "console log\numask 022\nnice -5\noom never\nlimit nofile 10 unlimited\n",
        "pre-stop exec true\npost-stop script\n  if true; then :; fi\nend script\n",
        "# a comment\n\ntask\nnormal exit 0 TERM\nexpect fork\n",
    ],
)
def test_right(text):
    assert read(text + RIGHT).problems == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("respwan\n", "1: unknown stanza 'respwan'"),
        ("service\n", "1: unknown stanza 'service'"),
        ("respawn limit 20\n", "1: respawn: 'limit 20'"),
        ("kill timeout soon\n", "1: kill: 'timeout soon'"),
        ("console syslog\n", "1: console: 'syslog'"),
        ('description "a\n', "1: description: '\"a'"),
        ("start with docker\n", "1: start: 'with docker'"),
        ("pre-stop true\n", "1: pre-stop is followed by exec or script, not 'true'"),
        ("pre-stop script\ntrue\n", "1: script has no end"),
        ("exec true\n", "2: exec is there twice"),
        ("script\ntrue\nend script\n", "4: exec is there twice"),
        ("task now\n", "1: task: 'now'"),
    ],
)
def test_wrong(text, problem):
    assert problem in read(text + RIGHT).problems


def test_a_backslash_before_a_quote_hides_it():
    assert read("exec echo 'a\\'\n").problems == ["1: exec: \"echo 'a\\\\'\""]


def test_a_job_does_something():
    assert read("respawn\n").problems == ["0: there is neither script nor exec"]
