"""The import budget: what every verb pays before the app's own code begins."""

import subprocess
import sys

import pytest

#: What the hot path may add to a bare interpreter's modules.
ALLOWED = {
    "__future__",
    "entrypoint",
    "entrypoint.__main__",
    "entrypoint.cgroup",
    "entrypoint.dispatch",
    "entrypoint.errors",
    "entrypoint.execute",
    "entrypoint.numbers",
    "entrypoint.plan",
    "entrypoint.project",
    "entrypoint.sizing",
    "entrypoint.table",
    "entrypoint.user",
    "entrypoint.verbs",
    "entrypoint.verbs.celery",
    "entrypoint.verbs.django",
    "entrypoint.verbs.program",
    "entrypoint.verbs.run",
    "entrypoint.web",
    "entrypoint.writable",
}


def modules(code):
    # -S: an editable install's import hooks are not there in an image.
    path = [p for p in sys.path if p.endswith("entrypoint/src")]
    setup = f"import sys; sys.path[:0] = {path or [_source()]!r};"
    printed = subprocess.run(
        [sys.executable, "-S", "-c", f"{setup} {code}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(printed.stdout.split())


def _source():
    import entrypoint

    return str(entrypoint.__path__[0]).removesuffix("/entrypoint")


@pytest.mark.parametrize("verb", ["run", "migrate", "worker", "beat", "exec"])
def test_the_hot_path_imports_little(antisocial, verb):
    environ = {"APP": "antisocial"}
    plan = f"dispatch.dispatch(({verb!r}, 'true'), {environ!r}, {antisocial!r})"
    code = f"import entrypoint.__main__; from entrypoint import dispatch; {plan}"
    assert modules(code) - modules("import os") <= ALLOWED
