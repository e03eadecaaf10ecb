import pytest

from toolkit import engine
from toolkit.errors import EngineError, SpaceError
from toolkit.process import Command, CommandError

CLIENT = 'case "$1" in --version) echo "Docker version %s, build x";; buildx) exit 1;; esac'
NEW = CLIENT % "28.2.2"
OLD = CLIENT % "20.10.24"
WITH_BUILDX = "exit 0"
NO_ENGINE = (
    'case "$1" in --version|buildx) exit 0;; esac\n'
    'echo "Cannot connect to the Docker daemon" >&2; exit 1'
)
PODMAN = 'case "$1" in --version) echo "podman version 4.3.1";; buildx) exit 1;; esac'


def path_of(*programs):
    return {"PATH": ":".join(program.rpartition("/")[0] for program in programs)}


def test_the_first_client_that_can_build_is_taken(program):
    new, old = program("a/docker", NEW), program("b/docker", OLD)
    found = engine.find(path_of(new, old))
    assert (found.client, found.builtin) == (old, True)
    assert found.command("build", ".").variables == {"DOCKER_BUILDKIT": "1"}
    assert found.command("run", "x").variables == {}


def test_buildx_is_preferred_to_what_is_built_in(program):
    found = engine.find(path_of(program("a/docker", WITH_BUILDX)))
    assert not found.builtin
    assert found.command("build", ".").variables == {"DOCKER_BUILDKIT": "1"}


def test_the_variable_docker_comes_first(program):
    named, other = program("n/docker", WITH_BUILDX), program("a/docker", WITH_BUILDX)
    assert engine.find({**path_of(other), "DOCKER": named}).client == named


def test_no_client():
    with pytest.raises(EngineError, match="no `docker` on PATH"):
        engine.find({"PATH": "/nowhere"})


def test_no_client_that_can_build(program):
    with pytest.raises(EngineError, match="can build with BuildKit") as error:
        engine.find(path_of(program("a/docker", NEW)))
    assert "docker-buildx" in error.value.hint


def test_podman_under_dockers_name(program):
    with pytest.raises(EngineError, match="can build with BuildKit"):
        engine.find(path_of(program("a/docker", PODMAN)))


def test_of_several_the_one_that_is_answered_is_taken(program):
    mute, answered = program("a/docker", NO_ENGINE), program("b/docker", WITH_BUILDX)
    assert engine.find(path_of(mute, answered)).client == answered
    with pytest.raises(EngineError, match="no Docker engine answers"):
        engine.find(path_of(mute, program("c/docker", NO_ENGINE)))


@pytest.mark.parametrize("ask", [lambda e: e.answer("ps"), lambda e: e.run("ps")])
def test_an_engine_that_does_not_answer(program, ask):
    with pytest.raises(EngineError, match="no Docker engine answers"):
        ask(engine.find(path_of(program("a/docker", NO_ENGINE))))


FAILED = CommandError(
    Command(argv=("docker",)), 1, "psycopg: Connection refused\nNo space left on device"
)


@pytest.mark.parametrize(
    ("free", "is_full"), [(10 * 1024**3, False), (1024**3, True), (1024**2, True)]
)
def test_a_full_disk_is_told_from_an_app_that_speaks_of_one(program, monkeypatch, free, is_full):
    answering = engine.Engine(client=program("a/docker", "exit 0"), builtin=False)
    monkeypatch.setattr(engine.Engine, "_free_space", lambda _: free)
    if is_full:
        with pytest.raises(SpaceError, match="no space"):
            answering.explain(FAILED)
    else:
        answering.explain(FAILED)


def test_other_failures_stay_what_they_are(program):
    fine = engine.Engine(
        client=program("a/docker", '[ "$1" = version ] || { echo no such image >&2; exit 1; }'),
        builtin=False,
    )
    with pytest.raises(CommandError) as error:
        fine.answer("rmi", "x")
    assert error.value.output == "no such image"
    assert fine.image_id("x") is None
