import dataclasses

import pytest

from build_wheels.manifest import sha256_of
from build_wheels.plan import intact_files, plan
from build_wheels.selection import Kind, Wanted


def want(name, kind=Kind.WHEEL, digest="0"):
    return Wanted(
        name=name,
        version="1.0",
        kind=kind,
        location=f"https://files.example/{name}",
        hashes=(("sha256", digest),),
    )


def names(things):
    return [thing.name for thing in things]


def test_the_first_time(stamp):
    todo = plan([want("a"), want("b", Kind.SDIST)], None, stamp=stamp, intact=())
    assert (names(todo.keep), names(todo.fetch), names(todo.build)) == ([], ["a"], ["b"])


@pytest.mark.parametrize("kind", [Kind.WHEEL, Kind.SDIST])
def test_what_is_there_is_kept(stamp, package, manifest, kind):
    wanted = want("a", kind)
    old = package("a", identity=wanted.identity, origin="built")
    todo = plan([wanted], manifest(old), stamp=stamp, intact={old.filename})
    assert todo.keep == [old]
    assert not todo.fetch
    assert not todo.build


def test_what_is_damaged_changed_or_asked_for_is_made_anew(stamp, package, manifest):
    wanted = [want("a"), want("b", digest="new"), want("c")]
    old = [package(w.name, identity=w.identity) for w in wanted]
    old[1] = package("b", identity="wheel:sha256:old")
    intact = {old[1].filename, old[2].filename}
    todo = plan(wanted, manifest(*old), stamp=stamp, intact=intact, rebuild=["c"])
    assert names(todo.fetch) == ["a", "b", "c"]


def test_what_another_builder_built_is_not_kept(stamp, package, manifest):
    wanted = [want("a"), want("b", Kind.SDIST)]
    old = [
        package("a", identity=wanted[0].identity),
        package("b", identity=wanted[1].identity, origin="built"),
    ]
    other = dataclasses.replace(stamp, suite="bookworm", python="cp311")
    todo = plan(wanted, manifest(*old, stamp=other), stamp=stamp, intact={p.filename for p in old})
    assert (names(todo.keep), names(todo.build)) == (["a"], ["b"])


def test_intact_files(tmp_path, package, manifest):
    for name in ("a", "b"):
        (tmp_path / f"{name}-1.0-py3-none-any.whl").write_bytes(name.encode())
    good = package("a", sha256=sha256_of(tmp_path / "a-1.0-py3-none-any.whl"))
    previous = manifest(good, package("b"), package("c"))
    assert intact_files(tmp_path, previous) == {good.filename}
    assert intact_files(tmp_path, None) == set()
