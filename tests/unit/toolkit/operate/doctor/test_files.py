import os
from base64 import b64encode
from dataclasses import replace

import pytest

from toolkit.operate.doctor import files
from toolkit.scaffold.files import File, with_header

WEB = File(path="etc/systemd/system/antisocial.service", text="[Unit]\n")
LINK = File(path="etc/systemd/system/x.wants/antisocial.service", link="../antisocial.service")
ENV = File(path="etc/default/antisocial.env", text="A=\n", mode=0o600, filled=True)


def line(file, text, kind="file", mode=None):
    coded = b64encode(text.encode()).decode() or "-"
    return f"{kind} {mode or f'{file.mode:o}'} /{file.path} {coded}\n"


def right(file):
    return line(file, with_header(file, "antisocial"))


@pytest.fixture
def judge(fleet):
    """What is said of files, from what a host printed."""
    app = fleet()

    def judge(said, *made):
        found = files.judge(app, app.leader, made or (WEB,), said)
        return [(each.level, each.text) for each in found]

    return judge


def test_as_made(judge):
    said = right(WEB) + line(LINK, LINK.link, "link", "-") + line(ENV, "A=secret\n")
    assert judge(said, WEB, LINK, ENV) == [("ok", "3 are as the scaffold makes them")]


def test_absent(judge):
    gone = ("problem", f"/{WEB.path} is not there")
    assert judge(f"absent - /{WEB.path} -\n") == [gone]
    assert judge("") == [gone]


def test_older(judge):
    older = with_header(replace(WEB, text="[Unit]\nOld=yes\n"), "antisocial")
    assert judge(line(WEB, older)) == [("warning", f"/{WEB.path} is older, or of another manifest")]


def test_edited(judge):
    edited = with_header(WEB, "antisocial") + "Edited=yes\n"
    assert judge(line(WEB, edited)) == [("warning", f"/{WEB.path} was edited by hand")]


def test_of_others(judge):
    assert judge(line(WEB, "[Unit]\n")) == [("warning", f"/{WEB.path} is not the toolkit's")]
    other = with_header(WEB, "another")
    assert judge(line(WEB, other)) == [("problem", f"/{WEB.path} was made for another")]


def test_its_mode(judge):
    said = line(ENV, "A=secret\n", mode="644")
    assert judge(said, ENV) == [("warning", f"/{ENV.path} has the mode 644, and not 0600")]


def test_a_link(judge):
    text = f"/{LINK.path} is no link to ../antisocial.service"
    assert judge(line(LINK, "elsewhere", "link", "-"), LINK) == [("warning", text)]
    assert judge(line(LINK, "", "file"), LINK) == [("warning", text)]


def test_what_may_not_be_read(judge):
    said = f"closed 600 /{ENV.path} -\nhidden - /{WEB.path} -\n"
    assert judge(said, ENV, WEB) == [
        (
            "ok",
            f"deploy may not read /{ENV.path}, /{WEB.path}; `toolkit doctor --admin` looks",
        )
    ]


def test_what_a_host_has(fleet):
    app = fleet()
    first, second = ({each.path for each in files.wanted(app, host)} for host in app.hosts)
    assert first - second == {"etc/systemd/system/antisocial-beat.service"} | {
        path for path in first if path.endswith("antisocial-beat.service")
    }
    proxy = {each.path for each in files.wanted(app, app.proxies[0])}
    assert "etc/consul-template/antisocial.ctmpl" in proxy
    assert "usr/local/bin/docker-runner" not in proxy


def test_a_host_with_a_user(fleet):
    app = fleet('roles.web.hosts = ["ops@app1"]\n')
    assert files.named(app.manifest, app.leader) == "ops@app1"
    assert any(each.path == "usr/local/bin/docker-runner" for each in files.wanted(app, app.leader))


def test_what_sudo_has_to_allow(fleet):
    app = fleet()
    commands = files.commands(app, app.leader)
    assert "/usr/bin/systemctl restart antisocial.service" in commands
    assert "/usr/bin/docker pull registry.example.org/antisocial:x" in commands
    assert "/usr/bin/docker ps x" in commands
    assert not any(each.startswith(("!", "#")) or "\\" in each for each in commands)


def test_on_a_host(machine, fleet):
    folder = machine.folder / "there"
    folder.mkdir()
    (folder / "file").write_text("a\0b\n")
    (folder / "file").chmod(0o640)
    (folder / "empty").touch(mode=0o600)
    (folder / "link").symlink_to("else where")
    made = [File(path=str(folder / name)[1:]) for name in ("file", "empty", "link", "no/thing")]
    said = machine.run(files.ask(tuple(made))).output
    coded = b64encode(b"a\0b\n").decode(), b64encode(b"else where").decode()
    assert said.splitlines() == [
        f"file 640 {folder}/file {coded[0]}",
        f"file 600 {folder}/empty -",
        f"link - {folder}/link {coded[1]}",
        f"absent - {folder}/no/thing -",
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="somebody else's files")
def test_what_is_closed(machine, tmp_path):
    """As a user whom nothing belongs to."""
    import subprocess

    shut = tmp_path / "shut"
    shut.mkdir()
    (shut / "file").touch()
    (tmp_path / "secret").touch(mode=0o600)
    shut.chmod(0o700)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)
    remote = files.ask((File(path=str(tmp_path / "secret")[1:]), File(path=str(shut / "file")[1:])))
    done = subprocess.run(
        [*machine.shell, *remote.argv[1:]],
        input=remote.stdin,
        capture_output=True,
        text=True,
        check=True,
        user=65534,
        group=65534,
        extra_groups=[],
    )
    assert done.stdout.splitlines() == [
        f"closed 600 {tmp_path}/secret -",
        f"hidden - {shut}/file -",
    ]


def test_what_sudo_allows(machine):
    asked = ("docker ps x", "systemctl restart antisocial.service")
    done = machine.run(files.may(asked))
    assert done.output == "sudo is not there, or asks for a password\n"
    machine.say("allowed", "docker ps x\n")
    assert machine.run(files.may(asked)).output == "systemctl restart antisocial.service\n"
