"""The scripts that hosts run, under the shells that hosts have."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from toolkit.deploy import state
from toolkit.deploy.commands import script, switch
from toolkit.deploy.journal import Entry, Journal, Tags
from toolkit.deploy.lock import Claim, take
from toolkit.resources import REMOTE

STUBS = Path(__file__).with_name("stubs")
SHELLS = [
    words
    for words in (["dash"], ["bash", "--posix"], ["busybox", "sh"], ["sh"])
    if shutil.which(words[0]) and (words != ["sh"] or not shutil.which("dash"))
]


class Place:
    """A host's folders, and stubs of what its scripts call."""

    def __init__(self, folder, shell):
        self.folder, self.shell = folder, shell
        self.home = folder / "www/app"
        self.home.mkdir(parents=True)
        self.environ = {
            "PATH": f"{STUBS}{os.pathsep}{os.environ['PATH']}",
            "STAND": str(folder),
            "TOOLKIT_HOME": str(folder / "www"),
        }

    def argv(self, remote):
        return [*self.shell, *remote.argv[1:]]

    def run(self, remote):
        return subprocess.run(
            self.argv(remote),
            check=False,
            capture_output=True,
            text=True,
            input=remote.stdin,
            timeout=30,
            env=self.environ,
        )

    def hold(self, remote):
        return subprocess.Popen(
            self.argv(remote),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=self.environ,
        )

    def say(self, **files):
        """What the stubs have."""
        for name, text in files.items():
            (self.folder / name).write_text(text)

    def files(self):
        found = [each for each in self.home.iterdir() if not each.name.startswith(".")]
        return {each.name: each.read_text() for each in found}

    @property
    def calls(self):
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture(params=SHELLS, ids=" ".join)
def place(request, tmp_path):
    return Place(tmp_path, request.param)


# TAG and REVERT.


def test_a_switch_writes_both(place):
    assert place.run(switch("app", Tags(tag="b2", revert="b1"))).returncode == 0
    assert place.files() == {"TAG": "export TAG=b2\n", "REVERT": "export TAG=b1\n"}
    assert (place.home / "TAG").stat().st_mode & 0o777 == 0o644


def test_a_retry_of_a_switch_keeps_the_way_back(place):
    place.run(switch("app", Tags(tag="b2", revert="b1")))
    place.run(switch("app", Tags(tag="b2", revert="b2")))
    assert place.files()["REVERT"] == "export TAG=b1\n"


def test_a_way_back_puts_revert_right_where_tag_is_right(place):
    place.run(switch("app", Tags(tag="b1", revert="b1")))
    place.run(switch("app", Tags(tag="b1", revert="b0"), force=True))
    assert place.files() == {"TAG": "export TAG=b1\n", "REVERT": "export TAG=b0\n"}


def test_no_tag_is_no_file(place):
    place.run(switch("app", Tags(tag="b1", revert="b0")))
    assert place.run(switch("app", Tags(), force=True)).returncode == 0
    assert place.files() == {}
    assert place.run(switch("app", Tags(), force=True)).returncode == 0


def test_a_switch_that_changes_nothing_writes_nothing(place):
    place.run(switch("app", Tags(tag="b1", revert="b0")))
    before = {each.name: each.stat().st_ino for each in place.home.iterdir()}
    place.run(switch("app", Tags(tag="b1", revert="b0"), force=True))
    assert {each.name: each.stat().st_ino for each in place.home.iterdir()} == before


@pytest.mark.parametrize("name", ["switch", "put", "finish", "lock"])
def test_without_the_apps_folder_a_script_says_so(place, name):
    assert place.run(script(name, "other", "x", "y", stdin="a\nb\n")).returncode == 73


# JOURNAL and HISTORY.


def journal(number="abc", **rest):
    fixed = {"kind": "deploy", "app": "app", "to": "b2", "who": "me", "began": "now"}
    return Journal(**{"id": number, "before": Tags(tag="b1"), **fixed, **rest})


def entry(number="abc", **rest):
    fixed = {"kind": "deploy", "app": "app", "host": "app1", "tag": "b2", "before": "b1"}
    return Entry(
        **{"id": number, "outcome": "succeeded", "who": "me", "at": "now", **fixed, **rest}
    )


def test_a_journal_is_written_whole(place):
    made = journal(who='it\'s "me" $HOME \\ ü')
    assert place.run(made.write()).returncode == 0
    assert place.files() == {"JOURNAL": made.line}


def test_the_end_is_a_line_of_the_audit_log_and_the_journal(place):
    place.run(entry("abc", reason='a "b" \\n $c').close(journal(state="done")))
    place.run(entry("def").close(journal("def", state="done")))
    lines = [json.loads(each) for each in place.files()["HISTORY"].splitlines()]
    assert [each["id"] for each in lines] == ["abc", "def"]
    assert lines[0]["reason"] == 'a "b" \\n $c'
    assert json.loads(place.files()["JOURNAL"])["id"] == "def"


def test_a_deploy_has_one_line_however_often_its_end_is_written(place):
    place.run(entry("abc").close(journal(state="done")))
    place.run(entry("abc").close(journal(state="done")))
    place.run(entry("abc", outcome="interrupted").close(journal("def")))
    assert [json.loads(each)["outcome"] for each in place.files()["HISTORY"].splitlines()] == [
        "succeeded"
    ]
    assert json.loads(place.files()["JOURNAL"])["id"] == "def"


def test_an_end_that_did_not_arrive_whole_changes_nothing(place):
    assert place.run(script("finish", "app", "abc", stdin="{}\n")).returncode == 65
    assert place.files() == {}


# The lock.


def claim(number="abc", who="me", kind="deploy"):
    return take("app", Claim(id=number, who=who, why="deploy b2", since="now", kind=kind))


def ended(process):
    process.stdin.close()
    code = process.wait(10)
    process.stdout.close()
    return code


def test_a_lock_is_held_as_long_as_stdin_is_open(place):
    held = place.hold(claim())
    assert held.stdout.readline() == "held\n"
    assert json.loads(place.files()["LOCK"])["who"] == "me"
    assert ended(held) == 0
    assert place.files() == {}


def test_two_at_once_exclude_each_other(place):
    held = place.hold(claim())
    held.stdout.readline()
    second = place.run(claim("def", "she"))
    assert second.returncode == 75
    assert json.loads(second.stdout)["who"] == "me"
    ended(held)
    assert place.run(claim("def", "she")).stdout == "held\n"


def test_a_holder_that_was_killed_leaves_no_lock_but_is_told(place):
    held = place.hold(claim())
    held.stdout.readline()
    held.kill()
    ended(held)
    assert "LOCK" in place.files()
    second = place.run(claim("def", "she"))
    stale, taken = second.stdout.splitlines()
    assert json.loads(stale.removeprefix("stale "))["who"] == "me"
    assert taken == "held"
    assert place.files() == {}


def age(path, seconds):
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_a_lock_without_a_sign_of_life_is_taken_over(place):
    held = place.hold(claim())
    held.stdout.readline()
    age(place.home / "LOCK", 125)
    second = place.hold(claim("def", "she"))
    assert json.loads(second.stdout.readline().removeprefix("stale "))["who"] == "me"
    assert second.stdout.readline() == "held\n"
    assert held.wait(5) is not None
    held.stdin.close()
    held.stdout.close()
    assert json.loads(place.files()["LOCK"])["who"] == "she"
    ended(second)


def test_a_sign_of_life_keeps_it(place):
    held = place.hold(claim())
    held.stdout.readline()
    age(place.home / "LOCK", 125)
    held.stdin.write("\n")
    held.stdin.flush()
    for _ in range(100):
        if time.time() - (place.home / "LOCK").stat().st_mtime < 60:
            break
        time.sleep(0.05)
    assert place.run(claim("def", "she")).returncode == 75
    ended(held)


def test_a_holder_that_hangs_keeps_it(place):
    held = place.hold(claim())
    held.stdout.readline()
    age(place.home / "LOCK", 125)
    held.send_signal(signal.SIGSTOP)
    second = place.run(claim("def", "she"))
    assert second.returncode == 75
    held.kill()
    ended(held)


def test_a_persons_lock_is_nobody_elses(place):
    text = json.dumps({"id": "x", "who": "she", "why": "a test", "since": "now", "kind": "manual"})
    (place.home / "LOCK").write_text(text + "\n")
    age(place.home / "LOCK", 100_000)
    refused = place.run(claim())
    assert (refused.returncode, refused.stdout) == (75, text + "\n")
    assert place.files()["LOCK"] == text + "\n"


@pytest.mark.parametrize("text", ["", "\n", "{half", "no JSON"])
def test_an_odd_lock_that_nobody_holds_is_taken(place, text):
    (place.home / "LOCK").write_text(text)
    assert place.run(claim()).stdout.splitlines()[-1] == "held"


# Whether a container is ready.


def ready(place, *words):
    return place.run(script("ready", "web", "app:b2", "", *words))


@pytest.mark.parametrize(
    ("container", "code", "said"),
    [
        ("app:b2 Up 3 seconds (healthy)", 0, "well"),
        ("app:b2 Exited (1) 2 seconds ago", 3, "web has ended: Exited (1) 2 seconds ago"),
        ("app:b2 Dead", 3, "web has ended: Dead"),
        ("app:b1 Up 2 days", 1, "web runs app:b1"),
        ("app:b22 Up 2 days", 1, "web runs app:b22"),
        ("app:b2 Created", 1, "web runs app:b2"),
        ("sha256:0123 Up 1 second", 1, "web runs sha256:0123"),
        ("", 1, "there is no container web yet"),
    ],
)
def test_whether_a_container_is_ready(place, container, code, said):
    place.say(container=container, health="well")
    found = ready(place, "--ready")
    assert (found.returncode, found.stdout.strip()) == (code, said)


def test_a_container_that_is_not_well_is_not_ready_yet(place):
    place.say(container="app:b2 Up 1 second", health="not ready: no answer")
    found = ready(place, "--ready")
    assert (found.returncode, found.stdout) == (1, "not ready: no answer")
    assert place.calls[-1] == "docker exec web entrypoint health --ready"


def test_an_engine_that_does_not_answer_is_no_end(place):
    place.say(broken="")
    assert ready(place).returncode == 1


# A release.


def release(seconds=20):
    return script(
        *("release", "app", "app-release", "app:b2", str(seconds)),
        *("env TAG=b2 INSTANCE=release", "", "release", "--no input"),
    )


def test_a_release_runs_to_its_end(place):
    place.say(log="migrating\n", code="0\n")
    found = place.run(release())
    assert (found.returncode, found.stdout) == (0, "migrating\n")
    assert place.calls == [
        "docker ps --all --no-trunc --filter name=^/app-release$ --format {{.Image}} {{.Status}}",
        "docker-runner app release --no input TAG=b2 INSTANCE=release",
        "docker logs --follow app-release",
        "docker wait app-release",
        "docker logs --tail 50 app-release",
        "docker rm --force app-release",
    ]
    assert place.files() == {"RELEASE": "migrating\n"}


def test_a_release_that_fails_ends_with_its_code(place):
    place.say(log="no table\n", code="3\n")
    assert place.run(release()).returncode == 3
    assert place.files() == {"RELEASE": "no table\n"}


def test_a_release_that_cannot_be_started(place):
    place.say(refused="")
    assert place.run(release()).returncode == 69


def test_a_release_that_runs_already_is_followed(place):
    place.say(container="app:b2 Up 2 minutes\n", log="migrating\n", code="0\n")
    found = place.run(release())
    assert found.stdout == "a release of app:b2 runs already; following it\nmigrating\n"
    assert not [each for each in place.calls if each.startswith("docker-runner")]


def test_a_release_of_another_tag_is_waited_for(place):
    place.say(container="app:b1 Up 2 minutes\n", code="0\n")
    found = place.run(release())
    assert found.returncode == 0
    names = [" ".join(each.split()[:2]) for each in place.calls]
    assert names[1:3] == ["docker wait", "docker-runner app"]


def test_what_an_earlier_release_has_left_is_replaced(place):
    place.say(container="app:b2 Exited (1) 2 minutes ago\n", code="0\n")
    assert place.run(release()).returncode == 0
    assert "docker-runner app release --no input TAG=b2 INSTANCE=release" in place.calls


def test_a_release_has_a_deadline(place):
    place.say(log="waiting for a lock\n", code="0\n", runs="")
    found = place.run(release(seconds=1))
    assert (found.returncode, found.stdout) == (124, "waiting for a lock\n")
    assert "docker stop app-release" in place.calls
    assert place.files() == {"RELEASE": "waiting for a lock\n"}
    assert not (place.folder / "container").exists()


@pytest.mark.parametrize("code", ["0", "3"])
def test_of_two_that_watch_one_release_both_know_its_end(place, code):
    place.say(container="app:b2 Up 2 minutes\n", code=code, runs="")
    second = place.hold(release())
    second.stdout.readline()
    (place.folder / "container").unlink()  # the first one has come to the end
    (place.home / ".release").write_text(f"{code}\n")
    (place.folder / "runs").unlink()
    assert ended(second) == int(code)


# What a host tells of itself.


def facts(place, containers="app-web", jobs="app", surges="app-web-surge"):
    done = place.run(script("facts", "app", "registry/app", "", containers, jobs, surges))
    assert done.returncode == 0
    return state.read(done.stdout)


def test_a_host_tells_what_it_is_and_runs(place):
    place.run(switch("app", Tags(tag="b2", revert="b1")))
    place.run(journal().write())
    place.say(
        ps="app-web registry/app:b2 Up 2 minutes (healthy)\nother-app-web other:b7 Up 1 second\n"
        "app-web-surge registry/app:b2 Up 1 second\n",
        images="b2 sha256:2\nb1 sha256:1\n",
        health="well",
    )
    found = facts(place, "app-web app-web-surge")
    assert abs(found.clock - time.time()) < 60
    assert (found.tag, found.revert, found.engine, found.writable) == ("b2", "b1", "", True)
    assert found.journal["id"] == "abc"
    assert sorted(found.containers) == ["app-web", "app-web-surge"]
    assert found.runs("app-web", "registry/app:b2")
    assert found.ready == {"app-web-surge"}
    assert found.images == {"b2": "sha256:2", "b1": "sha256:1"}
    assert not found.installed
    assert found.free > 0


def test_files_without_a_last_newline_are_told_apart(place):
    (place.home / "TAG").write_text("export TAG=b2")
    (place.home / "REVERT").write_text("export TAG=b1")
    (place.home / "JOURNAL").write_text("{}")
    assert (facts(place).tag, facts(place).revert) == ("b2", "b1")


def test_an_engine_that_does_not_answer_is_told(place):
    place.say(broken="")
    assert facts(place).engine == "Cannot connect to the Docker daemon"


def test_a_surge_that_is_not_ready_is_not_told_as_such(place):
    place.say(ps="app-web-surge registry/app:b2 Up 1 second\n", health="not ready")
    assert facts(place, "app-web-surge").ready == set()


# The log of what failed.


@pytest.mark.parametrize("job", ["app", ""])
def test_the_log_of_a_container_where_no_journal_can_be_read(place, job):
    place.say(container="app:b2 Exited (1)", log="Traceback\n")
    assert place.run(script("logs", "app-web", job, "")).stdout == "Traceback\n"


def test_the_log_of_a_job_has_its_earlier_containers_too(place):
    place.say(container="app:b2 Up 1 second", log="booting\n", journal="Traceback\nbooting\n")
    assert place.run(script("logs", "app-web", "app", "")).stdout == "Traceback\nbooting\n"


@pytest.mark.parametrize(
    "name", sorted(each.name for each in REMOTE.iterdir() if each.is_file() and not each.suffix)
)
def test_shellcheck_has_nothing_to_say(name):
    program = Path(sys.executable).with_name("shellcheck")
    argv = [str(program), "-s", "sh", str(REMOTE / name)]
    assert subprocess.run(argv, check=False, capture_output=True, text=True).stdout == ""
