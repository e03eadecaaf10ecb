import base64
from dataclasses import dataclass, field

import pytest

from toolkit.deploy.ssh import Done
from toolkit.errors import ConfigurationError, HostError, ScaffoldError
from toolkit.provision import approving
from toolkit.provision.approving import Approval
from toolkit.provision.machines import machines
from toolkit.scaffold.files import File, with_header

UNIT = "etc/systemd/system/shop.service"
ENV = "etc/default/shop.env"


@dataclass
class Asked:
    answer: bool
    questions: list = field(default_factory=list)

    def __call__(self, question):
        self.questions.append(question)
        return self.answer


@pytest.fixture
def two(manifest):
    return machines(manifest('deploy.hosts = ["app1", "app2"]\n[roles.web]\n'))


@pytest.fixture
def answers(two):
    """What a host answers: all files are as they would be made, but some."""

    def answers(*more, **states):
        lines = {file.path: f"same {file.path}" for file in two[0].files}
        lines |= {line.rpartition(" ")[2]: line for line in more}
        return "".join(f"{line}\n" for line in lines.values()) + "end\n"

    return answers


@pytest.fixture
def apply(shell, two, said):
    def apply(hosts=None, **approval):
        given = {"ask": None, **approval}
        approving.apply(shell, "shop", hosts or two, Approval(**given), said.append)

    return apply


def former(path=UNIT, more="", text="former\n"):
    whole = with_header(File(path=path, text=text), "shop") + more
    return f"text 0644:0 {base64.b64encode(whole.encode()).decode()} {path}"


def test_nothing_to_do(apply, shell, answers, said):
    shell.answers = {"files": answers()}
    apply()
    assert said == [f"{name}: 17 files, all as they would be made." for name in ("app1", "app2")]
    assert [name for _, name in shell.scripts()] == ["files", "files"]


def test_yes(apply, shell, answers, said):
    shell.answers = {
        "files": answers(former(), "container shop-web", f"absent {ENV}"),
        "install": "did systemd has read its units\nlacks something\n",
    }
    apply(yes=True)
    assert said[0] == "== app1, app2"
    assert f"new: {ENV} (to be filled in)" in said[1]
    assert "-former" in said[1]
    assert "+[Service]" in said[1]
    assert said[2:6] == [
        "app1: 2 files installed.",
        "app1: systemd has read its units.",
        "app1: something",
        "app1: shop-web run with their former options until they are started again: "
        "toolkit deploy shop --restart",
    ]
    assert shell.scripts()[2:] == [("root@app1", "install"), ("root@app2", "install")]


def test_nobody_to_ask(apply, shell, answers):
    shell.answers = {"files": answers(former())}
    with pytest.raises(ScaffoldError, match="nothing was installed on app1, app2") as raised:
        apply()
    assert "--yes" in raised.value.hint
    assert len(shell.asked) == 2


@pytest.mark.parametrize("answer", [True, False])
def test_somebody_to_ask(apply, shell, answers, answer):
    shell.answers = {("files", "app1"): answers(), ("files", "app2"): answers(former())}
    asked = Asked(answer)
    if answer:
        apply(ask=asked)
    else:
        with pytest.raises(ScaffoldError, match="nothing was installed on app2"):
            apply(ask=asked)
    assert asked.questions == ["Install on app2?"]
    assert [name for _, name in shell.scripts()[2:]] == ["install"] * answer


def test_only_show(apply, shell, answers, said):
    shell.answers = {"files": answers(f"absent {UNIT}")}
    with pytest.raises(ScaffoldError):
        apply(only_show=True, yes=True)
    assert "+[Service]" in said[1]
    assert len(shell.asked) == 2


def test_a_new_file_is_one_line(apply, shell, answers, said):
    shell.answers = {"files": answers(f"absent {UNIT}")}
    apply(yes=True)
    assert said[1] == f"new: {UNIT}"


def test_edited_by_hand_stops_that_host_alone(apply, shell, answers):
    shell.answers = {
        ("files", "app1"): answers(former(more="# mine\n")),
        ("files", "app2"): answers(former()),
    }
    with pytest.raises(ScaffoldError, match=rf"  - app1: /{UNIT}"):
        apply(yes=True)
    assert shell.scripts()[2:] == [("root@app2", "install")]
    apply(yes=True, force=True)
    assert {where for where, name in shell.scripts()[3:] if name == "install"} == {
        "root@app1",
        "root@app2",
    }


def test_a_deploy_is_under_way(apply, shell, answers):
    upstream = "etc/nginx/upstreams/shop.conf"
    shell.answers = {"files": answers(former(upstream, "server 127.0.0.1:18000;\n"))}
    with pytest.raises(ScaffoldError) as raised:
        apply(yes=True)
    assert "while a deploy is under way" in raised.value.hint


def test_the_text_of_anothers_file_is_not_shown(apply, shell, answers, said):
    shell.answers = {"files": answers(f"closed - {UNIT}")}
    with pytest.raises(ScaffoldError):
        apply(only_show=True)
    assert said[1] == f"not the toolkit's: {UNIT} (its text stays on the host)"


GONE = "etc/systemd/system/shop-worker.service"


def test_no_longer_made(apply, shell, answers, said):
    shell.answers = {"files": answers(f"left idle b2xk {GONE}")}
    apply()
    assert f"app1: /{GONE} is no longer made; --prune removes it." in said
    with pytest.raises(ScaffoldError):
        apply(prune=True)
    said.clear()
    apply(prune=True, yes=True)
    assert f"app1: /{GONE} removed." in said


def test_no_longer_made_and_runs(apply, shell, answers, said):
    shell.answers = {
        "files": answers(f"left runs b2xk {GONE}", "left idle b2xk etc/default/shop-worker.env")
    }
    apply(prune=True, yes=True)
    assert [name for _, name in shell.scripts()] == ["files", "files"]
    assert (
        f"app1: /{GONE} is no longer made, and runs: nothing is removed until it is stopped there, "
        "`systemctl stop shop-worker.service`."
    ) in said


def test_a_host_that_is_away(apply, shell, answers, said):
    shell.answers = {
        ("files", "app1"): HostError("app1 cannot be reached: no route"),
        ("files", "app2"): answers(former()),
    }
    with pytest.raises(HostError, match="app1 cannot be reached"):
        apply(yes=True)
    assert "app2: 1 file installed." in said


def test_nginx_refuses(apply, shell, answers):
    shell.answers = {
        "files": answers(former()),
        ("install", "app1"): Done(code=66, error="no such certificate\n"),
        "install": "",
    }
    with pytest.raises(ConfigurationError, match=r"nginx on app1(.|\n)*no such certificate"):
        apply(yes=True)


@pytest.mark.parametrize(("code", "text"), [(65, "sudo on app1"), (73, "could not be installed")])
def test_other_refusals(apply, shell, answers, two, code, text):
    shell.answers = {"files": answers(former()), "install": Done(code=code, error="why\n")}
    with pytest.raises(ConfigurationError, match=text):
        apply(hosts=two[:1], yes=True)


def test_no_sudo(apply, shell, two):
    shell.answers = {"files": Done(code=1, error="sudo: a password is required\n")}
    with pytest.raises(HostError, match="app1 does not do what root asks: sudo: a password"):
        apply(hosts=two[:1])
