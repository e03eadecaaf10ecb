import json

import pytest

from toolkit.deploy.ssh import Done
from toolkit.errors import HostError
from toolkit.operate import prune

IMAGE = "registry.example.org/antisocial"


@pytest.fixture
def host(machine, fleet):
    """A host with the images 1 to 9, of which 6 serves."""
    machine.say("images", "".join(f"build-{number} {number:012}\n" for number in range(9, 0, -1)))
    machine.say("ps", f"antisocial-web {IMAGE}:build-6 Up 3 hours (healthy)\n")
    machine.write(TAG="export TAG=build-6\n", REVERT="export TAG=build-2\n")

    def run(keep=2, user="root", **options):
        app = fleet()
        return machine.run(prune.command(app, app.leader.admin(user), keep, **options))

    machine.prune = run
    return machine


def removed(output):
    return [line.removeprefix("removed image build-") for line in output.splitlines()]


def test_the_command(fleet):
    app = fleet()
    names = "'antisocial-web-surge antisocial-web-canary antisocial-release'"
    assert str(prune.command(app, app.leader, 5)) == (
        f"remote/prune antisocial {IMAGE} 'sudo -n' 5 '' '' {names}"
    )
    assert str(prune.command(app, app.leader.admin("root"), 5, dry=True, unless_held=True)) == (
        f"remote/prune antisocial {IMAGE} '' 5 dry free {names}"
    )


def test_old_images(host):
    """The newest two stay, the one that serves, and the one before it."""
    done = host.prune()
    assert removed(done.output) == ["7", "5", "4", "3", "1"]
    assert f"rmi {IMAGE}:build-7" in host.calls
    assert not any("rm --force" in call or "rmi --force" in call for call in host.calls)


def test_those_deployed_last_stay(host):
    """Images may be as old as the code in them: what stays is what was deployed."""
    tags = ("build-1", "build-9", "build-4", "gone", "build-3", "build-4")
    host.write(HISTORY="".join(json.dumps({"tag": tag, "before": "x"}) + "\n" for tag in tags))
    assert removed(host.prune().output) == ["9", "1", "8", "7", "5"]


def test_few_images(host):
    assert host.prune(keep=9) == Done(code=0)


def test_what_a_deploy_goes_back_to(host):
    before = {"before": {"tag": "build-4", "revert": "build-3"}, "to": "build-5", "state": "open"}
    host.write(JOURNAL=json.dumps({"app": "antisocial", **before}) + "\n")
    assert removed(host.prune().output) == ["7", "1"]


def test_what_containers_use(host):
    other = f"antisocial-worker {IMAGE}:build-1 Exited (0) 2 weeks ago\n"
    host.say("ps", f"{other}elsewhere other/image:build-3 Up 2 hours\n")
    assert removed(host.prune().output) == ["7", "5", "4", "3"]


def test_an_image_without_a_tag(host):
    host.say("images", "<none> 1\nbuild-9 9\n<none> 2\nbuild-8 8\nbuild-1 1\n")
    assert removed(host.prune().output) == ["1"]


def test_one_that_cannot_be_removed(host):
    host.say("stuck", f"{IMAGE}:build-5")
    done = host.prune()
    assert done.ok
    assert "failed image build-5 Error response from daemon: conflict: in use" in done.output
    assert "removed image build-4" in done.output


def test_dry(host):
    done = host.prune(dry=True)
    assert done.output.splitlines()[0] == "would remove image build-7"
    assert not any(call.startswith(("rmi", "rm")) for call in host.calls)


def test_what_a_deploy_has_left(host):
    host.say(
        "ps",
        f"antisocial-web {IMAGE}:build-6 Up 3 hours\n"
        f"antisocial-web-surge {IMAGE}:build-6 Up 3 hours\n"
        f"antisocial-web-canary {IMAGE}:build-6 Exited (1) 3 hours ago\n"
        f"antisocial-release {IMAGE}:build-6 Created\n"
        f"antisocial-release-2 {IMAGE}:build-6 Exited (1) 3 hours ago\n",
    )
    assert host.prune(keep=9).output.splitlines() == [
        "removed container antisocial-web-canary",
        "removed container antisocial-release",
    ]
    assert "rm --force antisocial-web-canary" in host.calls


def test_as_the_user_who_deploys(host):
    host.say("allowed", f"docker rmi {IMAGE}:build-7\n")
    lines = host.prune(user="deploy", keep=2).output.splitlines()
    assert lines[0] == "removed image build-7"
    assert lines[1] == "failed image build-5 sudo: a password is required"


def test_no_engine(host):
    (host.folder / "ps").unlink()
    assert host.prune().code == 69


def test_by_hand(fleet, shell):
    app = fleet()
    pruner = prune.pruner(shell, app, 5, dry=False)
    shell.answers["operate/prune"] = "removed image build-1\n"
    assert pruner(app.leader) == ["removed image build-1"]
    assert " 5 '' free " in shell.asked[0][1]
    shell.answers["operate/prune"] = Done(code=75)
    assert pruner(app.leader) == ["nothing is removed while a deploy is under way"]
    shell.answers["operate/prune"] = Done(code=69, error="Cannot connect")
    with pytest.raises(HostError, match="app1 cannot be pruned: Cannot connect"):
        pruner(app.leader)
