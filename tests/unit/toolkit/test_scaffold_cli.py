import os
import re
import tarfile

import pytest

from toolkit.scaffold.targets import HOSTS, REPOSITORY

ENV = "etc/default/antisocial.env"
UNIT = "etc/systemd/system/antisocial.service"
RUNNER = "usr/local/bin/docker-runner"


@pytest.fixture
def scaffold(toolkit, tmp_path):
    """Runs `toolkit scaffold` for the systemd target, into a folder `out`."""

    def run(*args, app="antisocial", target=("--target", "systemd")):
        return toolkit(
            "scaffold", app, "-C", str(tmp_path), "-o", str(tmp_path / "out"), *target, *args
        )

    return run


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def everything(folder):
    return {
        path: (path.lstat().st_mode, path.lstat().st_mtime_ns, path.is_file() and path.read_bytes())
        for path in folder.rglob("*")
    }


def test_no_manifest(toolkit, tmp_path):
    """All that the documentation promises of `toolkit scaffold antisocial`."""
    code, said = toolkit("scaffold", "antisocial", "-C", str(tmp_path))
    assert code == 0
    assert f"Fill in {tmp_path}/hosts/{ENV}: SECRET_KEY, DATABASE_URL, CELERY_BROKER_URL" in said
    for path in (UNIT, RUNNER, ENV, "etc/systemd/system/antisocial.target"):
        assert (tmp_path / "hosts" / path).is_file()
        assert f"new                {tmp_path}/hosts/{path}\n" in said
    assert os.access(tmp_path / "hosts" / RUNNER, os.X_OK)


def test_a_second_run_writes_nothing(scaffold, out):
    scaffold()
    before = everything(out)
    code, said = scaffold()
    assert code == 0
    assert everything(out) == before
    count = sum(not path.is_dir() for path in out.rglob("*"))
    assert f"{out}: {count} files, {count} as they were." in said


def test_two_folders_are_alike(toolkit, tmp_path):
    for name in ("a", "b"):
        toolkit("scaffold", "antisocial", "-C", str(tmp_path), "-o", str(tmp_path / name))
    bytes_of = [
        {
            path.relative_to(tmp_path / name): data
            for path, (_, _, data) in everything(tmp_path / name).items()
        }
        for name in ("a", "b")
    ]
    assert bytes_of[0] == bytes_of[1]


def test_diff_and_check_write_nothing(scaffold, out):
    code, said = scaffold("--diff")
    assert (code, out.exists()) == (0, False)
    assert f"+++ {UNIT}" in said
    code, said = scaffold("--check")
    assert (code, out.exists()) == (1, False)
    assert f"new                {out}/{UNIT}" in said
    scaffold()
    before = everything(out)
    assert scaffold("--diff") == (0, "")
    assert scaffold("--check") == (0, "")
    assert everything(out) == before


def test_diff_with_check(scaffold, out):
    scaffold()
    with (out / UNIT).open("a") as unit:
        unit.write("# mine\n")
    code, said = scaffold("--diff", "--check")
    assert code == 1
    assert "-# mine" in said
    assert f"edited by hand     {out}/{UNIT}" in said
    assert "toolkit: files that are not as they would be made: 1." in said


@pytest.mark.parametrize("text", ["edited", "foreign"])
def test_what_a_person_wrote_is_never_written_over(scaffold, out, tmp_path, text):
    scaffold()
    mine = (out / UNIT).read_text() + "# mine\n" if text == "edited" else "[Service]\n"
    (out / UNIT).write_text(mine)
    (out / RUNNER).unlink()
    code, said = scaffold()
    assert code == 1
    assert f"  - {out}/{UNIT}" in said
    assert (out / UNIT).read_text() == mine
    assert not (out / RUNNER).exists(), "something was written"
    code, said = scaffold("--force")
    assert code == 0
    assert "# mine" not in (out / UNIT).read_text()
    assert scaffold("--check") == (0, "")


def test_the_file_of_variables_is_never_written_over(scaffold, out):
    scaffold()
    (out / ENV).write_text("SECRET_KEY=geheim\n")
    for args in ((), ("--force",), ("--prune",), ("--force", "--prune")):
        code, said = scaffold(*args)
        assert code == 0
        assert f"Fill in {out}/{ENV}: DATABASE_URL, CELERY_BROKER_URL" in said
        assert "geheim" not in said
        assert (out / ENV).read_text() == "SECRET_KEY=geheim\n"
    assert scaffold("--diff") == (0, "")


def test_prune(toolkit, tmp_path, out):
    def scaffold(*args):
        return toolkit("scaffold", "antisocial", "-C", str(tmp_path), "-o", str(out), *args)

    manifest = tmp_path / "toolkit.toml"
    manifest.write_text("targets = ['systemd']")
    scaffold()
    manifest.write_text("targets = ['systemd']\nroles.web = {}")
    worker = out / "etc/systemd/system/antisocial-worker.service"
    code, said = scaffold("--check")
    assert (code, f"no longer made     {worker}" in said) == (1, True)
    code, said = scaffold()
    assert (code, worker.is_file()) == (0, True)
    assert f"no longer made     {worker}" in said
    code, said = scaffold("--prune")
    assert (code, worker.exists()) == (0, False)
    assert f"removed            {worker}" in said
    assert scaffold("--check") == (0, "")


def test_two_apps_in_one_folder(scaffold, out):
    scaffold()
    code, said = scaffold(app="other")
    assert code == 0
    assert f"new                {out}/{RUNNER}" not in said
    assert (out / "etc/systemd/system/other.service").is_file()
    for app in ("antisocial", "other"):
        assert scaffold("--check", app=app) == (0, "")


def test_an_apps_files_are_not_anothers(scaffold, out):
    """A role's unit and another app's may have one name; nobody's is lost."""
    scaffold()
    code, said = scaffold(app="antisocial-worker")
    assert code == 1
    assert f"  - {out}/etc/systemd/system/antisocial-worker.service" in said


def test_host(toolkit, tmp_path, out):
    (tmp_path / "toolkit.toml").write_text(
        "targets = ['systemd']\nroles = {web = {hosts = ['app1']}, worker = {hosts = ['app2']}}"
    )
    arguments = ("scaffold", "antisocial", "-C", str(tmp_path), "-o", str(out), "--host")
    assert toolkit(*arguments, "app2")[0] == 0
    units = {path.name for path in out.rglob("*.service")}
    assert "antisocial-worker.service" in units
    assert "antisocial.service" not in units
    code, said = toolkit(*arguments, "app3")
    assert (code, "It names app1, app2." in said) == (64, True)


def test_tar(scaffold, out, tmp_path):
    path = tmp_path / "antisocial.tar"
    code, said = scaffold("--tar", str(path))
    assert (code, out.exists()) == (0, False)
    assert "tar -xpf antisocial.tar -C /" in said
    assert f"Where /{ENV} is filled in already: --exclude={ENV}" in said
    first = path.read_bytes()
    scaffold("--tar", str(path))
    assert path.read_bytes() == first
    with tarfile.open(path) as archive:
        modes = {entry.name: entry.mode for entry in archive}
        assert {(entry.uid, entry.gid) for entry in archive} == {(0, 0)}
    assert (modes[RUNNER], modes[ENV], modes[UNIT]) == (0o755, 0o600, 0o644)


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--tar", "/proc"), 64),
        (("--tar", "x.tar", "--check"), 64),
        (("--tar", "/proc/x.tar"), 78),
        (("-o", "/proc/x"), 78),
        (("-o", "/dev/null"), 78),
        (("--target", "sistemd"), 64),
        (("--manifest", "/no/such/file"), 64),
    ],
)
def test_what_cannot_be(toolkit, tmp_path, args, code):
    got, said = toolkit("scaffold", "antisocial", "-C", str(tmp_path), *args)
    assert got == code
    assert "defect" not in said


def test_a_folder_in_a_files_place(scaffold, out):
    (out / UNIT).mkdir(parents=True)
    code, said = scaffold()
    assert (code, f"  - {out}/{UNIT}" in said) == (1, True)
    code, said = scaffold("--force")
    assert code == 78
    assert f"{out}/{UNIT} cannot be read or written: Is a directory." in said


def test_a_wrong_manifest(toolkit, tmp_path):
    (tmp_path / "toolkit.toml").write_text("prot = 1\nroles.web.instances = 0")
    code, said = toolkit("scaffold", "antisocial", "-C", str(tmp_path))
    assert code == 78
    assert said.startswith("toolkit: toolkit.toml has 2 problems:\n")
    assert not (tmp_path / "hosts").exists()


def test_no_app(toolkit, tmp_path):
    code, said = toolkit("scaffold", "-C", str(tmp_path))
    assert (code, "no app is named" in said) == (64, True)


HOSTILE = "a b'\"\\$HOME $(id) `id` %n %% ; # {{ 7 }} é"


@pytest.mark.parametrize("target", [*HOSTS, *REPOSITORY])
def test_hostile_values_are_taken_whole_or_refused(toolkit, tmp_path, out, target):
    """What each program makes of them is the tests of its target."""
    (tmp_path / "hostile.toml").write_text(
        f"targets = ['{target}']\nroles.web.verb = ['run', '''{HOSTILE}''']\n"
        f"env.clear.A = '''{HOSTILE}'''\nroles.worker = {{env = {{B = '''{HOSTILE}'''}}}}\n"
    )
    arguments = ("-C", str(tmp_path), "-o", str(out), "--manifest", str(tmp_path / "hostile.toml"))
    code, said = toolkit("scaffold", "antisocial", *arguments)
    assert code in {0, 78}, said
    assert "defect" not in said
    if code == 0:
        assert toolkit("scaffold", "antisocial", *arguments, "--check") == (0, "")
    if target in HOSTS and code == 0:
        assert f"A={HOSTILE}" in (out / ENV).read_text().splitlines()
        assert (
            f"B={HOSTILE}" in (out / "etc/default/antisocial-worker.env").read_text().splitlines()
        )


def test_what_compose_lacks_is_told(scaffold, out):
    _, said = scaffold(target=("--target", "compose"))
    assert f"Fill in {out}/.env: SECRET_KEY, POSTGRES_PASSWORD" in said
    (out / ".env").write_text("SECRET_KEY='a'\nPOSTGRES_PASSWORD=b\nALLOWED_HOSTS=other\n")
    _, said = scaffold(target=("--target", "compose"))
    assert "Fill in" not in said
    assert "other values" not in said


@pytest.mark.parametrize("init", ["systemd", "upstart"])
def test_a_port_that_another_app_has_is_told(scaffold, init):
    target = ("--target", init)
    scaffold(app="shop", target=target)
    for _ in range(2):
        _, said = scaffold(target=target)
        assert re.findall(r"shop has port .*", said) == [
            "shop has port 18000 too. Where they share a host, give one of them another "
            "roles.web.surge-port.",
            "shop has port 8000 too. Where they share a host, give one of them another "
            "roles.web.port.",
        ]


def test_a_port_that_another_apps_surge_instance_has_is_told(scaffold, tmp_path):
    scaffold(app="shop")
    (tmp_path / "toolkit.toml").write_text("roles.web.port = 18000\n")
    _, said = scaffold()
    assert re.findall(r"shop has port .*", said) == [
        "shop has port 18000 too. Where they share a host, give one of them another roles.web.port."
    ]


def test_a_target_that_others_tell_of_belongs_into_the_manifest(scaffold, tmp_path):
    _, said = scaffold(target=("--target", "proxy"))
    assert "The manifest's targets are without proxy: name them there" in said
    (tmp_path / "toolkit.toml").write_text("targets = ['systemd', 'proxy']\n")
    _, said = scaffold(target=("--target", "proxy"))
    assert "without" not in said
