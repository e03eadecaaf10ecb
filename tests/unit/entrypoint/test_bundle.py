"""The image's program, with the modules that every verb needs in one file and without it."""

import compileall
import os
import py_compile
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import entrypoint
from entrypoint import bundle

ROOT = Path(__file__).parents[3]
RECORD = "django_container_entrypoint-1.dist-info/RECORD"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A virtual environment as /ve, with the entrypoint's byte code."""
    folder = tmp_path_factory.mktemp("ve")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    site = folder / "lib" / "python{}.{}".format(*sys.version_info) / "site-packages"
    shutil.copytree(
        entrypoint.__path__[0], site / "entrypoint", ignore=shutil.ignore_patterns("__pycache__")
    )
    record = site / RECORD
    record.parent.mkdir()
    record.with_name("METADATA").write_text(
        "Metadata-Version: 2.1\nName: django-container-entrypoint\nVersion: 1\n"
    )
    record.write_text(f"entrypoint/bundle.py,,\n{RECORD},,\n")
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(site, quiet=1, invalidation_mode=mode)
    program = folder / "bin" / "entrypoint"
    text = (ROOT / "images" / "base" / "entrypoint").read_text()
    program.write_text(text.replace("#!/ve/bin/python", f"#!{folder}/bin/python", 1))
    program.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def site(environment):
    return next(environment.glob("lib/*/site-packages"))


@pytest.fixture
def run(environment, antisocial):
    """Runs the program on what it would do with an app in that folder."""

    def run(*args, flags=()):
        program = [environment / "bin" / "python", *flags, environment / "bin" / "entrypoint"]
        return subprocess.run(
            [*program, *args],
            # As in a Dockerfile's step, where root stays root: the tests may run as root.
            env={
                "PATH": os.defpath,
                "APP": "antisocial",
                "BUILD": "1",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def make(environment, site):
    """Makes the file, as the base image's build does."""
    yield lambda: subprocess.run(
        [environment / "bin" / "python", "-m", "entrypoint.bundle"], check=True
    )
    (site / "entrypoint" / "bundle.marshal").unlink(missing_ok=True)


def imported(done):
    """Return the modules of ours that `-X importtime` tells of."""
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    return {name for name in names if name.partition(".")[0] == "entrypoint"}


def test_it_does_the_same_with_the_file_and_without(make, run):
    commands = (
        ("help",),
        ("help", "run"),
        ("exec", "echo", "a b"),
        ("migrat",),
        ("exec", "nosuch"),
    )

    def results():
        done = [run(*command) for command in commands]
        return [(each.returncode, each.stdout, each.stderr) for each in done]

    without = results()
    make()
    assert results() == without
    assert [code for code, _, _ in without] == [0, 0, 0, 64, 127]


def test_no_module_of_it_is_looked_for(make, run):
    importtime = ("-X", "importtime")
    one_by_one = imported(run("exec", "true", flags=importtime))
    make()
    assert imported(run("exec", "true", flags=importtime)) == {"entrypoint.verbs.program"}
    assert one_by_one - {"entrypoint.verbs.program"} <= set(bundle.MODULES)


def test_pip_would_remove_it(make, site):
    make()
    assert "entrypoint/bundle.marshal,,\n" in (site / RECORD).read_text()
