"""Anything at all as arguments, environment, declarations and files: a plan, or one clear error."""

import json
import os
import shlex
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from entrypoint import declarations, placeholders, pyproject, role, table
from entrypoint.dispatch import dispatch
from entrypoint.errors import EntrypointError
from entrypoint.plan import Plan
from entrypoint.project import Project
from entrypoint.verbs import VERBS

#: A process can have neither a null in a word nor an empty name of a variable.
WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)))
NAMES = st.sampled_from(
    [
        *sorted({name for verb in VERBS.values() for name in verb.variables}),
        *("APP", "SETTINGS", "DJANGO_SETTINGS_MODULE", "MANAGE_PY", "UMASK", "BUILD"),
    ]
) | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", min_size=1)
VALUES = WORDS | st.sampled_from(
    ["antisocial", "1", "0", "-1", "lots", "1e9", "٣", "/", "..", "a.b"]
)
ENVIRONS = st.dictionaries(NAMES, VALUES, max_size=6)

#: What the app's folder is does not change between examples.
FUZZ = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)


@FUZZ
@given(
    verb=st.sampled_from(sorted(VERBS)) | WORDS,
    args=st.lists(WORDS, max_size=4),
    environ=ENVIRONS,
)
@example(verb="run", args=[], environ={"APP": "antisocial", "WEB_CONCURRENCY": "lots"})
@example(verb="run", args=["--wait-migrated"] * 2, environ={"APP": "antisocial"})
@example(verb="worker", args=["-c"], environ={"APP": "antisocial"})
@example(verb="exec", args=[""], environ={})
def test_any_command_line(antisocial, verb, args, environ):
    try:
        plan = dispatch((verb, *args), environ, antisocial, "/nonexistent")
    except EntrypointError as error:
        message = str(error)
        assert message.startswith("entrypoint: ")
        assert error.exit_code in range(1, 128)
    else:
        assert isinstance(plan, Plan)
        assert all(isinstance(word, str) for word in plan.argv)
        assert plan.verb == verb
        assert not {name: v for name, v in plan.variables.items() if environ.get(name)}


@FUZZ
@given(secret=st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=12), name=NAMES)
def test_no_error_says_a_value(antisocial, secret, name):
    not_secret = ("APP", "SETTINGS", "DJANGO_SETTINGS_MODULE", "MANAGE_PY")
    not_secret += ("WEB_INTERFACE", "BEAT_STANDBY", "RELEASE_SKIP")
    for verb in VERBS:
        try:
            dispatch((verb, "x"), {"APP": "antisocial", name: secret}, antisocial, "/nonexistent")
        except EntrypointError as error:
            assert name in not_secret or secret not in str(error)


@FUZZ
@given(args=st.lists(WORDS, min_size=1))
def test_arguments_arrive_as_they_are(antisocial, args):
    environ = {"APP": "antisocial"}
    for verb in ("manage", "test", "shell", "collectstatic", "exec"):
        plan = dispatch((verb, *args), environ, antisocial, "/nonexistent")
        assert plan.argv[-len(args) :] == tuple(args)


@settings(max_examples=20, deadline=None)
@given(args=st.lists(st.binary().filter(lambda word: b"\0" not in word), max_size=5))
def test_bytes_arrive_as_they_are(args):
    """Words that are no text in any encoding, through a real process."""
    code = "import sys, os, json; print(json.dumps([list(os.fsencode(a)) for a in sys.argv[1:]]))"
    run = (
        "import sys, os; from entrypoint import dispatch, execute;"
        "execute.execute(dispatch.dispatch(('exec', *sys.argv[1:]), os.environ, '/nonexistent'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", run, sys.executable, "-c", code, *args],
        env={"PATH": os.defpath},
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout) == [list(word) for word in args]


@given(text=WORDS)
def test_braces_that_are_escaped_come_back(text):
    escaped = text.replace("{", "{{").replace("}", "}}")
    assert placeholders.problems(escaped) == []
    assert placeholders.expand(escaped, {}, Project({})) == text


@given(text=st.text("{}ABCabc:-+ "), environ=ENVIRONS)
def test_placeholders_without_problems_are_filled_in(text, environ):
    if placeholders.problems(text):
        return
    try:
        found = placeholders.expand(text, environ, Project(environ, "/nonexistent"))
    except EntrypointError:
        return
    assert isinstance(found, str)


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from([*declarations.VERB_KEYS, "typo"])
ENTRY = st.dictionaries(KEYS, VALUE, max_size=5) | VALUE


@FUZZ
@given(entries=st.dictionaries(st.sampled_from([*VERBS, "own", "Other"]), ENTRY) | VALUE)
def test_any_declaration(app, tmp_path_factory, entries):
    root = app("manage.py", **{"pyproject.toml": "[tool.entrypoint]"})
    project = Project({}, root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyproject, "table", lambda _: {"verbs": entries})
        try:
            found = declarations.resolve(project)
        except EntrypointError as error:
            assert error.exit_code == 78
            return
    path = str(tmp_path_factory.mktemp("table") / "verbs")
    table.save(project, found, path)
    assert table.load(project, path).data() == found.data()


@given(content=st.binary())
def test_any_file_as_a_role(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("files") / "role"
    path.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(role, "FILE", str(path))
        found = role.read()
    assert found is None or isinstance(found.pid, int)


@given(words=st.lists(WORDS, min_size=1))
def test_a_line_is_split_as_a_shell_would(words):
    problems = declarations.Problems()
    line = shlex.join(words)
    found = declarations.read_words("x", line, problems)
    assert found == tuple(words) or problems.found
