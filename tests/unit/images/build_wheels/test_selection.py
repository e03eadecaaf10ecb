from pathlib import Path

import pytest

from build_wheels.errors import InputError
from build_wheels.requirements import Parsed, Where, Wish
from build_wheels.selection import Kind, Wanted, load, select

BASE = Path("/work/lock")
ROOT = Path("/work/tree")
GOOD, OTHER = "a" * 64, "b" * 64


def wheel(name, version="1.0", tag="py3-none-any", digest=GOOD):
    file = f"{name}-{version}-{tag}.whl"
    return {"url": f"https://u:p@files.example/{file}", "hashes": {"sha256": digest}}


def sdist(name, version="1.0", digest=OTHER):
    return {
        "url": f"https://files.example/{name}-{version}.tar.gz",
        "hashes": {"sha256": digest},
    }


def lock(*packages):
    data = {"lock-version": "1.0", "created-by": "test", "packages": list(packages)}
    return load(data, shown="pylock.toml")


def pick(target, *packages, parsed=None):
    return select(lock(*packages), target, base=BASE, root=ROOT, parsed=parsed)


def hashed(name, digest):
    wish = Wish(
        text=name,
        where=Where("requirements.txt", 3),
        name=name,
        hashes=frozenset({f"sha256:{digest}"}),
    )
    return Parsed(wishes=[wish])


def test_the_best_wheel_of_the_interpreter(target):
    (six,) = pick(
        target,
        {
            "name": "six",
            "version": "1.0",
            "sdist": sdist("six"),
            "wheels": [
                wheel("six", tag="cp312-cp312-manylinux_2_17_x86_64"),
                wheel("six"),
                wheel("six", tag="cp313-cp313-manylinux_2_17_x86_64", digest=OTHER),
            ],
        },
    )
    assert six.kind is Kind.WHEEL
    assert six.filename == "six-1.0-cp313-cp313-manylinux_2_17_x86_64.whl"
    assert six.identity == f"wheel:sha256:{OTHER}"
    assert six.source == f"https://files.example/{six.filename}"
    assert six.shown == "six 1.0"
    assert six.remote


def test_the_sdist_where_no_wheel_fits(target):
    (psycopg2,) = pick(
        target,
        {
            "name": "psycopg2",
            "version": "1.0",
            "sdist": sdist("psycopg2"),
            "wheels": [wheel("psycopg2", tag="cp313-cp313-win_amd64")],
        },
    )
    assert psycopg2.kind is Kind.SDIST
    assert psycopg2.identity == f"sdist:sha256:{OTHER}"


def test_markers_and_order(target):
    picked = pick(
        target,
        {"name": "b", "version": "1.0", "wheels": [wheel("b")]},
        {"name": "w", "version": "1.0", "marker": "os_name == 'nt'", "wheels": [wheel("w")]},
        {"name": "a", "version": "1.0", "wheels": [wheel("a")]},
    )
    assert [want.name for want in picked] == ["a", "b"]


def test_nothing_fits(target):
    with pytest.raises(InputError) as error:
        pick(
            target,
            {"name": "w", "version": "1.0", "wheels": [wheel("w", tag="cp39-cp39-win32")]},
        )
    assert "CPython 3.13 on x86_64" in error.value.what
    assert "w" in error.value.why


def test_git_folders_and_archives(target):
    picked = pick(
        target,
        {"name": "a", "vcs": {"type": "git", "url": "https://u:p@h/a.git", "commit-id": "c0ffee"}},
        {"name": "b", "directory": {"path": "../tree/libs/b", "editable": True}},
        {
            "name": "c",
            "archive": {
                "url": "https://h/c.zip",
                "hashes": {"sha256": GOOD},
                "subdirectory": "py",
            },
        },
        {"name": "d", "archive": {"path": "d-1.0-py3-none-any.whl", "hashes": {"sha256": GOOD}}},
    )
    git, folder, archive, local = picked
    assert (git.kind, git.identity, git.source) == (
        Kind.GIT,
        "git:c0ffee",
        "git+https://h/a.git@c0ffee",
    )
    assert (folder.kind, folder.location) == (Kind.DIRECTORY, "/work/tree/libs/b")
    assert (archive.kind, archive.identity) == (Kind.SDIST, f"sdist:sha256:{GOOD}#py")
    assert (local.kind, local.location) == (Kind.WHEEL, "/work/lock/d-1.0-py3-none-any.whl")
    assert not local.remote


def test_other_systems_of_versions_are_refused(target):
    package = {"name": "a", "vcs": {"type": "hg", "url": "https://h/a", "commit-id": "1"}}
    with pytest.raises(InputError, match="only git"):
        pick(target, package)


def test_the_app_itself_is_left_out(target):
    assert pick(target, {"name": "app", "directory": {"path": "../tree", "editable": True}}) == []


def test_a_wrong_hash_names_the_package_and_the_line(target):
    package = {"name": "six", "version": "1.0", "wheels": [wheel("six")]}
    with pytest.raises(InputError, match=r"the hash of six 1\.0 is wrong") as error:
        pick(target, package, parsed=hashed("six", "0" * 64))
    assert "requirements.txt:3" in error.value.why


def test_a_hash_chooses_among_the_files(target):
    package = {
        "name": "six",
        "version": "1.0",
        "sdist": sdist("six"),
        "wheels": [wheel("six")],
    }
    (six,) = pick(target, package, parsed=hashed("six", OTHER))
    assert six.kind is Kind.SDIST


def test_one_hash_makes_all_necessary(target):
    packages = [
        {"name": "idna", "version": "1.0", "wheels": [wheel("idna")]},
        {"name": "six", "version": "1.0", "wheels": [wheel("six")]},
    ]
    with pytest.raises(InputError, match=r"idna 1\.0 has no hash"):
        pick(target, *packages, parsed=hashed("six", GOOD))


def test_wheels_of_the_builder_itself_need_no_hash(target):
    local = {
        "name": "own",
        "version": "1.0",
        "wheels": [{"url": "file:///own-1.0-py3-none-any.whl", "hashes": {"sha256": GOOD}}],
    }
    six = {"name": "six", "version": "1.0", "wheels": [wheel("six")]}
    own, _ = pick(target, local, six, parsed=hashed("six", GOOD))
    assert own.location == "/own-1.0-py3-none-any.whl"


def test_a_lock_file_that_is_none():
    with pytest.raises(InputError, match=r"pylock\.x\.toml is not a valid lock file"):
        load({"packages": []}, shown="pylock.x.toml")


def test_a_folder_is_known_by_its_contents():
    want = Wanted(name="b", version="", kind=Kind.DIRECTORY, location="/b", digest="d1")
    assert want.identity == "directory:d1"
    assert want.shown == "b"
