"""docker-runner, in each shell that is here, with a `docker` that writes down how it was called.

It reads absolute paths, so it runs in a mount namespace of its own, where /etc/default and /var are
the test's. tests/hosts has its tests with a real engine, and with busybox.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from toolkit.resources import TARGETS

RUNNER = TARGETS / "base" / "templates" / "docker-runner"
RECORDER = Path(__file__).with_name("recorder")

SHELLS = [
    shell
    for shell in (["dash"], ["bash", "--posix"], ["bash"], ["busybox", "sh"])
    if shutil.which(shell[0])
]

#: Mounts the test's folders, then becomes the program.
PLACE = """\
mount --bind "$0/default" /etc/default && mount --bind "$0/var" /var && cd / && exec "$@"
"""

#: The labels of an image of the toolkit's, as `docker image inspect` prints them.
OURS = "/tmp /run/app|/data"
OTHERS = "|"

HOSTILE = [
    "",
    " ",
    "two  words",
    "it's",
    '"so"',
    "$HOME",
    "$(touch /tmp/pwned)",
    "`id`",
    "\\",
    "a\\nb",
    "*",
    "/etc/*",
    "[a-z]",
    "~",
    "two\nlines",
    "ends in a newline\n",
    "\t",
    "--",
    "-x",
    "--name=other",
    ";",
    "&&",
    "#",
    "%s",
    "ž🦄",
]


@dataclass
class Machine:
    """A host's files, and what `docker` was asked."""

    folder: Path
    shell: list[str]
    done: subprocess.CompletedProcess = field(init=False)

    def app(self, text="IMAGE=team/web", tag="export TAG=build-1\n", env=None, name="web"):
        """Write an app's files."""
        (self.folder / "default" / name).write_text(text)
        if env is not None:
            (self.folder / "default" / f"{name}.env").write_text(env)
        if tag is not None:
            (self.folder / "var/www" / name).mkdir(parents=True)
            (self.folder / "var/www" / name / "TAG").write_text(tag)

    def run(self, *args, labels=OTHERS, **environ):
        """Run docker-runner; return the arguments of `docker run`, or None."""
        calls = self.folder / "calls"
        calls.write_text("")
        inside = ["sh", "-c", PLACE, str(self.folder), *self.shell, str(RUNNER), *args]
        self.done = subprocess.run(
            ["unshare", "--map-root-user", "--mount", *inside],
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=30,
            env={
                "PATH": f"{RECORDER}{os.pathsep}{os.environ['PATH']}",
                "CALLS": str(calls),
                **({} if labels is None else {"LABELS": labels}),
                **environ,
            },
        )
        self.calls = [json.loads(line) for line in calls.read_text().splitlines()]
        return next((call[1:] for call in self.calls if call[0] == "run"), None)

    def refusal(self, *args, **environ):
        """Run docker-runner, which refuses; return its exit code and what is wrong."""
        assert self.run(*args, **environ) is None
        what, then = self.done.stderr.splitlines()[-2:]
        assert then.startswith("  ")
        return self.done.returncode, what.removeprefix("docker-runner: ")


@pytest.fixture(params=SHELLS, ids=" ".join)
def machine(request, tmp_path):
    (tmp_path / "default").mkdir()
    (tmp_path / "var/www").mkdir(parents=True)
    return Machine(folder=tmp_path, shell=request.param)


def options(argv, image="team/web:build-1"):
    """Return what stands before the image."""
    return argv[: argv.index(image)]


def after(argv, image="team/web:build-1"):
    return argv[argv.index(image) + 1 :]


def values(argv, option):
    return [argv[at + 1] for at, word in enumerate(argv) if word == option]


def test_at_least_two_shells_are_tried():
    assert len(SHELLS) >= 2


def test_the_least(machine):
    machine.app()
    argv = machine.run("web")
    (name,) = values(argv, "--name")
    assert name.startswith("web-")
    assert argv == ["--rm", "--interactive", "--name", name, "team/web:build-1"]
    assert machine.done.stdout == machine.done.stderr == ""


def test_every_argument_arrives_unchanged(machine):
    machine.app()
    assert after(machine.run("web", "exec", "echo", *HOSTILE)) == ["exec", "echo", *HOSTILE]


@pytest.mark.parametrize("argument", ["", "*", "--name=other"])
def test_an_argument_alone_arrives_unchanged(machine, argument):
    machine.app()
    assert after(machine.run("web", argument)) == [argument]


def test_the_former_system_s_files(machine):
    machine.app(
        'export IMAGE=thraxil/antisocial\nexport OPTS="-e A=b --link db:db\n  -p 8000:8000"\n',
        "export TAG=2014-12-03.1\n",
    )
    argv = machine.run("web", "manage", "migrate")
    before = options(argv, "thraxil/antisocial:2014-12-03.1")
    assert before[4:] == ["-e", "A=b", "--link", "db:db", "-p", "8000:8000"]


def test_options_that_refer_to_themselves(machine):
    machine.app('IMAGE=team/web\nOPTS="-e A=b"\nOPTS="$OPTS -e C=d"\n')
    argv = machine.run("web", OPTS="-e FROM=outside", IMAGE="other")
    assert options(argv)[4:] == ["-e", "A=b", "-e", "C=d"]


def test_options_are_words_and_nothing_more(machine):
    machine.app("IMAGE=team/web\nOPTS='-e A=* -e B=$HOME -e C=\"x'\n")
    assert values(machine.run("web"), "-e") == ["A=*", "B=$HOME", 'C="x']


def test_a_file_that_asks_a_program(machine):
    machine.app('IMAGE=$(echo team)/web\nOPTS="-e N=$(echo 1)"')
    assert values(machine.run("web"), "-e") == ["N=1"]


def test_what_the_caller_says(machine):
    machine.app("IMAGE=team/web\nOPTS='-e A=b'")
    argv = machine.run(
        "web", "run", TAG="build-2", EXTRA="-e C=d --publish 80:80", CONTAINER="web-1"
    )
    before = options(argv, "team/web:build-2")
    assert before == "--rm --interactive --name web-1 -e A=b -e C=d --publish 80:80".split()
    # Whatever has that name makes room, and is asked to end before.
    assert machine.calls[-3:-1] == [["stop", "web-1"], ["rm", "--force", "web-1"]]


SURGE = "CONTAINER=web-web-surge\nEXTRA='--publish 18000:8000 --env A=*'\nDETACH=1\n"


def instance(machine, text=SURGE, name="surge"):
    """An app with one more container, which no init has."""
    machine.app(env="SECRET_KEY=x\n")
    (machine.folder / f"default/web.{name}").write_text(text)


def test_an_instance_that_no_init_has(machine):
    instance(machine)
    argv = machine.run("web", "run", INSTANCE="surge", TAG="build-2", labels=OURS)
    before = options(argv, "team/web:build-2")
    assert before[:3] == ["--detach", "--name", "web-web-surge"]
    assert before[-6:] == [
        *("--env-file", "/etc/default/web.env", "--publish", "18000:8000", "--env", "A=*")
    ]
    assert after(argv, "team/web:build-2") == ["run"]
    # Its log outlives it, and nothing starts it again.
    assert not {"--rm", "--interactive", "--tty", "--restart"} & set(before)
    assert machine.calls[-3:-1] == [["stop", "web-web-surge"], ["rm", "--force", "web-web-surge"]]
    assert machine.done.stdout == "", "only the client speaks"


def test_an_instances_file_says_all(machine):
    instance(machine)
    own = options(machine.run("web", INSTANCE="surge"))
    given = {"EXTRA": "--privileged", "CONTAINER": "other", "DETACH": "0", "IMAGE": "x"}
    assert options(machine.run("web", INSTANCE="surge", **given)) == own


@pytest.mark.parametrize("given", [{"DETACH": "1"}, {"DETACH": "1", "CONTAINER": "web-1"}])
def test_no_caller_says_that_a_container_stays(machine, given):
    machine.app()
    argv = machine.run("web", **given)
    assert "--rm" in argv
    assert "--detach" not in argv


def test_an_instance_that_does_not_stay(machine):
    instance(machine, "CONTAINER=web-x\n")
    argv = machine.run("web", INSTANCE="surge", DETACH="1", EXTRA="--privileged")
    assert options(argv)[:4] == ["--rm", "--interactive", "--name", "web-x"]
    assert "--privileged" not in argv


@pytest.mark.parametrize(
    "name",
    [
        *("../surge", "surge/..", "/etc/passwd", ".", "..", "-x", "*", "a b", "a\nb", "$(id)"),
        *("x" * 65, "env", "x.env", "a.surge", ";"),
    ],
)
def test_what_is_no_instance(machine, name):
    machine.app(env="CONTAINER=x\nSECRET_KEY=$(touch /var/www/pwned)\n")
    code, said = machine.refusal("web", INSTANCE=name)
    assert code == 64
    assert said == f"'{name}' is no instance.".splitlines()[-1]
    assert not (machine.folder / "var/www/pwned").exists()


def test_an_instance_that_there_is_not(machine):
    instance(machine)
    expected = "web has no instance surg: /etc/default/web.surg is missing."
    assert machine.refusal("web", INSTANCE="surg") == (78, expected)


@pytest.mark.parametrize("text", ["", "CONTAINER=\n", "EXTRA=x\n"])
def test_an_instance_without_a_name(machine, text):
    instance(machine, text)
    expected = "/etc/default/web.surge names no CONTAINER."
    assert machine.refusal("web", INSTANCE="surge", CONTAINER="x") == (78, expected)


def test_an_instances_file_is_no_app(machine):
    instance(machine)
    assert machine.refusal("web.surge") == (78, "/etc/default/web.surge names no IMAGE.")


def test_variables_are_in_a_file(machine):
    machine.app(env="SECRET_KEY=x\n")
    assert options(machine.run("web"))[4:] == ["--env-file", "/etc/default/web.env"]


def test_an_image_of_ours_is_confined(machine):
    machine.app("IMAGE=team/web\nOPTS='--user 5'", env="")
    before = options(machine.run("web", labels=OURS))
    assert values(before, "--tmpfs") == ["/run/app", "/tmp"]
    assert values(before, "--volume") == ["web-data:/data"]
    assert "--read-only" in before
    assert values(before, "--cap-drop") == ["ALL"]
    assert values(before, "--security-opt") == ["no-new-privileges"]
    assert values(before, "--log-driver") == ["local"]
    # The last one counts.
    assert values(before, "--user") == ["app", "5"]


@pytest.mark.parametrize("more", ["-v /srv/data:/data", "--volume=old:/data:rw"])
@pytest.mark.parametrize("where", ["OPTS", "EXTRA"])
def test_a_volume_of_the_apps_own_stays(machine, where, more):
    machine.app(f"IMAGE=team/web\nOPTS='{more if where == 'OPTS' else ''}'")
    argv = machine.run("web", labels=OURS, EXTRA=more if where == "EXTRA" else "")
    assert "web-data:/data" not in argv


def test_a_volume_below_a_declared_one(machine):
    machine.app("IMAGE=team/web\nOPTS='-v /srv:/data/media'")
    assert "web-data:/data" in machine.run("web", labels=OURS)


def test_a_logger_of_the_apps_own_stays(machine):
    machine.app("IMAGE=team/web\nOPTS='--log-driver syslog'")
    assert values(machine.run("web", labels=OURS), "--log-driver") == ["syslog"]


@pytest.mark.parametrize("labels", ["", "|"])
def test_another_image_runs_as_it_did(machine, labels):
    machine.app()
    assert len(options(machine.run("web", labels=labels))) == 4


def test_an_image_that_is_not_here_is_pulled(machine):
    machine.app()
    argv = machine.run("web", labels=None, PULLED=OURS)
    assert ["pull", "--quiet", "team/web:build-1"] in machine.calls
    assert "--read-only" in argv


def test_no_terminal_is_asked_for_where_there_is_none(machine):
    machine.app()
    assert "--tty" not in machine.run("web")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("TAG=1\n", "1"),
        ("export TAG=build-1", "build-1"),
        ('export TAG="v1.2_x"\n', "v1.2_x"),
        ("export  TAG='a'  \n", "a"),
        ("# a comment\n\nexport TAG=_b\n", "_b"),
        ("export TAG=build-1\r\n", "build-1"),
    ],
)
def test_tags(machine, tag, expected):
    machine.app(tag=tag)
    assert f"team/web:{expected}" in machine.run("web")


@pytest.mark.parametrize(
    "tag",
    [
        "export TAG=$(touch /var/www/pwned)\n",
        "export TAG=`touch /var/www/pwned`\n",
        "export TAG=x; touch /var/www/pwned\n",
        "export TAG=x\ntouch /var/www/pwned\n",
        "touch /var/www/pwned\nexport TAG=x\n",
        "export TAG=x\nexport TAG=y\n",
        "export TAG=x export OTHER=y\n",
        "export TAG='x\"\n",
        "export TAG=a/b\n",
        "export TAG=a:b\n",
        "export TAG=--privileged\n",
        "export TAG=.hidden\n",
        "build-1\n",
        f"export TAG={'x' * 129}\n",
    ],
)
def test_what_is_no_tag_is_refused_and_not_executed(machine, tag):
    machine.app(tag=tag)
    code, said = machine.refusal("web")
    assert code == 78
    assert said.endswith("is no tag.")
    assert not (machine.folder / "var/www/pwned").exists()


@pytest.mark.parametrize("tag", [None, "", "\n", "export TAG=\n", "export TAG=''\n"])
def test_a_tag_that_is_missing(machine, tag):
    machine.app(tag=tag)
    assert machine.refusal("web") == (78, "web has no tag.")


@pytest.mark.parametrize("tag", ["x y", "-v", "a;b", "a\nb"])
def test_a_caller_s_tag_is_looked_at_too(machine, tag):
    machine.app()
    assert machine.refusal("web", TAG=tag) == (78, f"'{tag}' is no tag.".splitlines()[-1])


@pytest.mark.parametrize(
    "app", ["../default/web", "/etc/default/web", ".", "..", "", "-x", "a b", "*", "a$b", "x" * 65]
)
def test_what_is_no_name_of_an_app(machine, app):
    machine.app()
    assert machine.refusal(app) == (64, f"'{app}' is no name of an app.")


def test_an_app_that_there_is_not(machine):
    expected = "there is no app wbe: /etc/default/wbe is missing."
    assert machine.refusal("wbe") == (64, expected)


def test_an_image_that_is_not_named(machine):
    machine.app("OPTS=x")
    assert machine.refusal("web", IMAGE="other") == (78, "/etc/default/web names no IMAGE.")


def test_a_file_of_variables_is_no_shells(machine, tmp_path):
    """A shell would run what is in a secret; completing a name too far is enough to name one."""
    machine.app("IMAGE=team/web", env=f"IMAGE=x\nSECRET_KEY=$(touch {tmp_path}/pwned)\n")
    assert machine.refusal("web.env") == (78, "/etc/default/web.env names no IMAGE.")
    assert not (tmp_path / "pwned").exists()


def test_an_image_that_cannot_be_had(machine):
    machine.app()
    expected = "team/web:build-1 is not here and cannot be pulled."
    assert machine.refusal("web", labels=None) == (69, expected)


def test_apps_are_listed(machine):
    machine.app(env="IMAGE=a variable's name\n")
    machine.app("export IMAGE=x", tag=None, name="shop")
    machine.app("export IMAGE=x", tag="export TAG=$(id)\n", name="wrong")
    (machine.folder / "default/cron").write_text("LANG=C\n")
    (machine.folder / "default/web.surge").write_text(SURGE)
    assert machine.run() is None
    assert [line.split() for line in machine.done.stdout.splitlines()] == [
        ["APP", "TAG"],
        ["shop"],
        ["web", "build-1"],
        ["wrong", "?"],
    ]
    assert machine.done.returncode == 0


def test_no_apps_are_listed(machine):
    assert machine.run() is None
    assert machine.done.stdout.split() == ["APP", "TAG"]
    assert machine.done.returncode == 0


def test_it_is_short():
    assert len(RUNNER.read_text().splitlines()) < 120
