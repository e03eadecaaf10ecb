import json

import pytest
from simulated import Fast

from toolkit.deploy.actions import Lane, Listed, Run, Stage, Step, Until
from toolkit.deploy.commands import Remote
from toolkit.deploy.events import Note, Output, StepEnded
from toolkit.deploy.executing import EVERY, Execution, StepError, servers
from toolkit.deploy.hosts import Host
from toolkit.deploy.journal import Journal, Tags
from toolkit.deploy.ssh import Done
from toolkit.errors import HostError

SITE = """
upstream antisocial {
    server 10.0.0.5:8000 max_fails=3;
    server 10.0.0.6:8000;
    server 10.0.0.7:8000 down;
    server [2001:db8::1]:8000;
    server 10.0.0.5:18000;  # a surge
    # server 10.0.0.8:8000;
    server 127.0.0.1:9 down;
}
server {
    listen 80;
    server_name antisocial.example.org;
}
"""

PROXY = Host(name="proxy1", user="deploy")
FACTS = "addresses 10.0.0.5 172.17.0.1\nengine yes\n"


class Answers:
    """A shell that answers commands by their first word, each answer once but the last."""

    def __init__(self, **answers):
        self.answers = {"remote/facts": [FACTS], **answers}
        self.asked = []

    def run(self, host, remote, listen=None):
        name = str(remote).split()[0]
        self.asked.append((host.name, str(remote)))
        left = self.answers.get(name, [""])
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        done = answer if isinstance(answer, Done) else Done(code=0, output=answer)
        if listen:
            for line in done.output.splitlines():
                listen(line)
        return done


@pytest.fixture
def hosts(fleet):
    return fleet("fleet")


def execution(hosts, shell, **rest):
    told = []
    made = Execution(
        shell=shell, fleet=hosts, tell=told.append, clock=Fast(), **{"journals": {}, **rest}
    )
    return made, told


def stage(hosts, *actions, parallel=1, count=1, **step):
    steps = (Step(phase="web", name="it", actions=actions, **step),)
    lanes = tuple(Lane(host=host, steps=steps) for host in hosts.hosts[:count])
    return Stage(phase="web", lanes=lanes, parallel=parallel)


def run(*words):
    return Run(remote=Remote(argv=words))


def ended(told):
    return [(e.host, e.outcome, e.detail) for e in told if isinstance(e, StepEnded)]


@pytest.mark.parametrize(
    ("port", "found"),
    [
        (8000, {"10.0.0.5", "10.0.0.6", "2001:db8::1"}),
        (18000, {"10.0.0.5"}),
        (9, set()),
        (80, set()),
        (800, set()),
    ],
)
def test_the_servers_of_a_site(port, found):
    assert {address for address, at in servers(SITE) if at == port} == found


def test_a_step_is_done_and_told(hosts):
    shell = Answers()
    made, told = execution(hosts, shell)
    made.run([stage(hosts, run("a"), run("b"))])
    assert [each for _, each in shell.asked] == ["a", "b"]  # no facts: nothing depends on them
    assert ended(told) == [("app1", "done", "")]
    assert made.touched == [hosts.hosts[0]]


def test_a_step_that_is_not_needed_is_passed_over(hosts):
    shell = Answers()
    made, told = execution(hosts, shell)
    made.run([stage(hosts, run("a"), needed=lambda state: "10.9.9.9" in state.addresses)])
    assert len(shell.asked) == 1
    assert ended(told) == [("app1", "skipped", "")]
    assert made.touched == []


@pytest.mark.parametrize(
    ("done", "reason"),
    [
        (Done(code=3, error="why\n"), "why"),
        (Done(code=3, output="why\n"), "why"),
        (Done(code=3), "it ended with 3"),
        (Done(code=124), "it took too long, and was stopped"),
    ],
)
def test_a_command_that_fails(hosts, done, reason):
    made, told = execution(hosts, Answers(a=[done]))
    with pytest.raises(StepError, match=f"web, it on app1: {reason}"):
        made.run([stage(hosts, run("a"), run("b")), stage(hosts, run("c"))])
    assert ended(told) == [("app1", "failed", reason)]
    assert {name for name, _ in made.shell.asked} == {"app1"}
    assert not [each for _, each in made.shell.asked if each in {"b", "c"}]


def test_a_command_that_may_fail(hosts):
    made, told = execution(hosts, Answers(a=[Done(code=3)]))
    made.run([stage(hosts, Run(remote=Remote(argv=("a",)), may_fail=True))])
    assert ended(told) == [("app1", "done", "")]


def test_what_a_command_prints_is_heard_and_not_said_again(hosts):
    made, told = execution(hosts, Answers(a=[Done(code=3, output="one\ntwo\n")]))
    with pytest.raises(StepError, match="it ended with 3"):
        made.run([stage(hosts, Run(remote=Remote(argv=("a",)), heard=True))])
    assert [each.line for each in told if isinstance(each, Output)] == ["one", "two"]


def test_until_it_is_so(hosts):
    shell = Answers(a=[Done(code=1), Done(code=1), ""])
    made, _ = execution(hosts, shell)
    made.run([stage(hosts, Until(remote=Remote(argv=("a",)), seconds=10))])
    assert [each for _, each in shell.asked].count("a") == 3


@pytest.mark.parametrize(
    ("done", "reason", "most"),
    [
        (Done(code=1, output="no answer"), "not after 10 s: no answer", 10 / EVERY + 2),
        (Done(code=3, output="it has ended"), "it has ended", 1),
    ],
)
def test_until_it_never_will_be(hosts, done, reason, most):
    shell = Answers(a=[done])
    made, _ = execution(hosts, shell)
    with pytest.raises(StepError, match=reason):
        made.run([stage(hosts, Until(remote=Remote(argv=("a",)), seconds=10))])
    assert [each for _, each in shell.asked].count("a") <= most


def listed(*present, absent=(), proxies=(PROXY,), told=None):
    given = {"remote": Remote(argv=("list",)), "proxies": proxies, "told": told}
    return Listed(present=present, absent=absent, seconds=10, **given)


def test_a_list_is_waited_for(hosts):
    shell = Answers(list=["", Done(code=1), SITE])
    made, told = execution(hosts, shell)
    made.run([stage(hosts, listed(8000))])
    assert shell.asked[1:] == [("proxy1", "list")] * 3
    assert ended(told) == [("app1", "done", "")]


def test_an_instance_that_does_not_come_into_the_list_is_a_failure(hosts):
    made, _ = execution(hosts, Answers(list=["server 10.0.0.6:8000;"]))
    with pytest.raises(StepError, match="proxy1 has no app1, port 8000, in its list after 10 s"):
        made.run([stage(hosts, listed(8000))])


def test_one_that_stays_in_the_list_had_the_time_of_its_drain(hosts):
    made, told = execution(hosts, Answers(list=[SITE]))
    made.run([stage(hosts, listed(absent=(8000,)))])
    notes = [each.text for each in told if isinstance(each, Note)]
    assert notes == ["proxy1 still has port 8000 in its list after 10 s; going on."]
    assert made.clock.now() >= 10


def test_a_list_that_cannot_be_read_is_no_list_without_it(hosts):
    made, told = execution(hosts, Answers(list=[Done(code=1)]))
    made.run([stage(hosts, listed(absent=(8000,)))])
    assert [each for each in told if isinstance(each, Note)]


def test_one_comes_into_a_list_before_another_leaves_it(hosts):
    both, other = f"{SITE} server 10.0.0.5:8001;", "server 10.0.0.5:8001;"
    shell = Answers(list=[SITE, both, other])
    made, told = execution(hosts, shell)
    made.run([stage(hosts, listed(8001, absent=(8000,)))])
    assert shell.asked[1:] == [("proxy1", "list")] * 3
    assert ended(told) == [("app1", "done", "")]


def test_a_list_that_has_neither_is_a_failure(hosts):
    made, _ = execution(hosts, Answers(list=[""]))
    with pytest.raises(StepError, match="proxy1 has no app1, port 8001, in its list after 10 s"):
        made.run([stage(hosts, listed(8001, absent=(8000,)))])


WATCH = Remote(argv=("watch",))


def entry(address, port, service=""):
    node = {"Node": "a name", "Address": address}
    return {"Node": node, "Service": {"Address": service, "Port": port}, "Checks": []}


@pytest.mark.parametrize(
    "right", [entry("10.0.0.5", 8000), entry("10.9.9.9", 8000, service="10.0.0.5")]
)
def test_what_passes_in_consul_needs_no_list(hosts, right):
    others = [entry("10.0.0.6", 8000), entry("10.0.0.5", 8001)]
    answers = ["null", json.dumps(others), json.dumps([*others, right])]
    shell = Answers(watch=answers, list=[""])
    made, _ = execution(hosts, shell)
    made.run([stage(hosts, listed(8000, told=WATCH))])
    asked = ["watch", "list", "watch", "watch"]  # a list is of no use where Consul tells of others
    assert [each for _, each in shell.asked[1:]] == asked


def test_what_does_not_pass_in_consul_is_no_matter_of_lists(hosts):
    shell = Answers(watch=[json.dumps([entry("10.0.0.6", 8000)])], list=[SITE])
    made, _ = execution(hosts, shell)
    reason = "Consul does not have port 8000 of app1 as passing after 10 s"
    with pytest.raises(StepError, match=reason):
        made.run([stage(hosts, listed(8000, told=WATCH))])


@pytest.mark.parametrize(
    "answer",
    [
        *(Done(code=1, error="Permission denied"), Done(code=124), "Welcome!\n[]", "[]", "null"),
        *("", "7", "[7]", '[{"Service": {}}]'),
    ],
)
def test_where_consul_does_not_tell_lists_do(hosts, answer):
    shell = Answers(watch=[answer], list=["", SITE])
    made, _ = execution(hosts, shell)
    made.run([stage(hosts, listed(8000, told=WATCH))])
    assert made.clock.now() < 1


def test_where_neither_tells_the_time_is_waited(hosts):
    made, told = execution(hosts, Answers(watch=["[]"]))
    made.run([stage(hosts, listed(8000, told=WATCH, proxies=()))])
    assert made.clock.now() == 10
    notes = [each.text for each in told if isinstance(each, Note)]
    assert notes == ["Consul does not have port 8000 of app1 as passing after 10 s; going on."]


def test_without_known_proxies_the_time_is_waited(hosts):
    made, _ = execution(hosts, Answers())
    made.run([stage(hosts, listed(absent=(8000,), proxies=()))])
    assert made.clock.now() == 10


@pytest.mark.parametrize(
    "answer", [Done(code=2, error="sh: cannot fork"), "engine-error Cannot connect\n"]
)
def test_a_host_that_does_not_tell_what_it_runs_is_not_one_that_runs_nothing(hosts, answer):
    made, _ = execution(hosts, Answers(**{"remote/facts": [answer]}))
    with pytest.raises(HostError, match="app1 does not tell what it runs: (sh: )?[cC]annot"):
        made.run([stage(hosts, run("a"), needed=lambda state: not state.containers)])
    assert len(made.shell.asked) == 1


def test_the_log_of_what_failed_is_shown_and_then_it_is_removed(hosts):
    log = "\n".join(map(str, range(80)))
    shell = Answers(a=[Done(code=1)], **{"remote/logs": [log]})
    made, told = execution(hosts, shell)
    with pytest.raises(StepError):
        made.run([stage(hosts, run("a"), container="web", job="app", failed=(run("rm"),))])
    assert [e.line for e in told if isinstance(e, Output)] == [str(n) for n in range(30, 80)]
    assert [each for _, each in shell.asked][-2:] == ["remote/logs web app 'sudo -n'", "rm"]


def test_a_host_that_is_lost_is_asked_for_no_log(hosts):
    shell = Answers(a=[HostError("app1 cannot be reached: no route")])
    made, _ = execution(hosts, shell)
    with pytest.raises(StepError, match="app1 cannot be reached"):
        made.run([stage(hosts, run("a"), container="web", failed=(run("rm"),))])
    assert [each for _, each in shell.asked][-1] == "a"


def test_on_the_way_back_one_host_does_not_keep_the_others(hosts):
    failing = [HostError("app1 cannot be reached"), ""]
    made, _ = execution(hosts, Answers(a=failing), lenient=True)
    made.run([stage(hosts, run("a"), count=3), stage(hosts, run("b"), count=3)])
    assert {host.name: why for host, why in made.errors.items()} == {
        "app1": "web, it on app1: app1 cannot be reached"
    }
    assert [name for name, each in made.shell.asked if each == "b"] == ["app2", "app3"]


def test_a_journal_says_where_it_is_before_anything_is_done(hosts):
    host = hosts.hosts[0]
    made_by = {"who": "me", "began": "now", "app": "antisocial", "before": Tags()}
    journals = {host: Journal(id="x", kind="deploy", to="b2", **made_by)}
    shell = Answers()
    made, _ = execution(hosts, shell, journals=journals)
    made.run([stage(hosts, run("a"))])
    assert [each for _, each in shell.asked] == ["remote/put antisocial JOURNAL", "a"]
    assert (journals[host].phase, journals[host].step) == ("web", "it")


def test_a_journal_that_cannot_be_written_stops_it_but_not_the_way_back(hosts):
    host = hosts.hosts[0]
    made_by = {"who": "me", "began": "now", "app": "antisocial", "before": Tags()}
    journals = {host: Journal(id="x", kind="deploy", to="b2", **made_by)}
    shell = Answers(**{"remote/put": [Done(code=1, error="No space left on device")]})
    made, _ = execution(hosts, shell, journals=journals)
    with pytest.raises(StepError, match="its journal cannot be written: No space left"):
        made.run([stage(hosts, run("a"))])
    assert made.touched == []
    made, _ = execution(hosts, shell, journals=journals, lenient=True)
    made.run([stage(hosts, run("a"))])
    assert made.errors == {}


def test_what_was_to_be_stopped_begins_nothing(hosts):
    made, _ = execution(hosts, Answers())
    made.stop.set()
    made.run([stage(hosts, run("a"), count=3)])
    assert made.shell.asked == []
