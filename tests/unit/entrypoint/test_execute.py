"""A script run in this interpreter sees what `python SCRIPT` would show it."""

import json
import os
import subprocess
import sys

import pytest

SCRIPT = """\
import json, os, subprocess, sys
main = sys.modules["__main__"]
child = subprocess.run([sys.executable, "-c", "import sys; print(sys.flags)"], capture_output=True)
print(json.dumps({
    "argv": sys.argv,
    "orig_argv": getattr(sys, "orig_argv", None),
    "path": sys.path,
    "flags": str(sys.flags),
    "names": sorted(vars(main)),
    "file": main.__file__,
    "spec": main.__spec__,
    "package": main.__package__,
    "loader": [type(main.__loader__).__name__, main.__loader__.name, main.__loader__.path],
    "annotations": getattr(main, "__annotations__", None),
    "builtins": type(__builtins__).__name__,
    "entrypoint": [name for name in sys.modules if name.startswith("entrypoint")],
    "environ": dict(os.environ),
    "directory": os.getcwd(),
    "child": child.stdout.decode(),
    "executable": sys.executable,
}))
"""
FAILING = "def fail():\n    raise ValueError('no')\n\nfail()\n"


@pytest.fixture
def both(app, tmp_path):
    """Runs a script by `python manage.py` and by the entrypoint."""

    def run(script, *args, **environ):
        root = app("antisocial/settings.py", **{"manage.py": script})
        variables = {"PATH": os.defpath, "DJANGO_SETTINGS_MODULE": "antisocial.settings", **environ}
        plain = subprocess.run(
            [sys.executable, "manage.py", *args],
            cwd=root,
            env=variables,
            capture_output=True,
            check=False,
        )
        # As in the image, where root would become `app`: the tests may run as root.
        code = (
            "import sys; from entrypoint import dispatch, execute;"
            f"plan = dispatch.dispatch(('manage', *sys.argv[1:]), {variables!r}, {root!r});"
            "execute.execute(plan)"
        )
        ours = subprocess.run(
            [sys.executable, "-c", code, *args], env=variables, capture_output=True, check=False
        )
        return plain, ours

    return run


def test_nothing_differs(both):
    plain, ours = both(SCRIPT, "check", "a b", "$HOME", "--x=1")
    assert ours.stderr == plain.stderr == b""
    assert json.loads(ours.stdout) == json.loads(plain.stdout)


def test_a_traceback_begins_in_the_script(both):
    plain, ours = both(FAILING)
    assert ours.stderr == plain.stderr
    assert ours.returncode == plain.returncode == 1


@pytest.mark.parametrize(
    "script",
    [
        "import sys; sys.exit(3)",
        "raise SystemExit('bye')",
        "raise KeyboardInterrupt",
        "import os; os._exit(7)",
        "print('x'); import sys; sys.stderr.write('y')",
        "syntax error here",
    ],
)
def test_exits_are_the_scripts(both, script):
    plain, ours = both(script)
    assert ours.returncode == plain.returncode
    assert ours.stdout == plain.stdout
    if "syntax" not in script and "Interrupt" not in script:
        assert ours.stderr == plain.stderr


def test_an_apps_own_package_called_entrypoint_is_the_apps(app, both):
    app(**{"entrypoint/__init__.py": "OWN = True\n"})
    plain, ours = both("import entrypoint; print(entrypoint.OWN)")
    assert ours.stdout == plain.stdout == b"True\n"


COLLECTING = """\
import gc, json
{own}
gc.collect()
print(json.dumps([gc.get_threshold(), len(gc.callbacks), gc.isenabled()]))
"""


@pytest.mark.parametrize("own", ["", "gc.set_threshold(5, 6, 7)", "gc.disable()", "gc.freeze()"])
def test_from_the_first_on_garbage_is_collected_as_ever(both, own):
    plain, ours = both(COLLECTING.format(own=own))
    assert ours.stderr == b""
    assert json.loads(ours.stdout) == json.loads(plain.stdout)


def test_the_first_collection_comes_by_itself(both):
    script = "import gc\nkept = [[] for _ in range(300_000)]\nprint(gc.get_threshold())\n"
    plain, ours = both(script)
    assert ours.stdout == plain.stdout
