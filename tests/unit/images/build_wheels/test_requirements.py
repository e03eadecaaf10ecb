from pathlib import Path

import pytest

from build_wheels.requirements import logical_lines, parse

BROKEN = Path(__file__).parents[3] / "broken"


def read(root, text, **files):
    (root / "requirements.txt").write_text(text)
    for name, contents in files.items():
        (root / f"{name}.txt").write_text(contents)
    return parse([root / "requirements.txt"], root=root, environment={"TOKEN": "s3cret"})


def test_continuations_and_comments():
    text = "# all\nsix==1 \\\n  --hash=sha256:ab # why\n\nurl @ https://h/x#egg=url\n"
    assert list(logical_lines(text)) == [
        (2, "six==1    --hash=sha256:ab"),
        (5, "url @ https://h/x#egg=url"),
    ]


def test_nested_files_and_constraints(tmp_path):
    parsed = read(tmp_path, "-r base.txt\n-c limits.txt\n", base="Django>=5\n", limits="six<2\n")
    assert parsed.problems == []
    assert [(w.name, str(w.where), w.constraint) for w in parsed.wishes] == [
        ("django", "base.txt:1", False),
        ("six", "limits.txt:1", True),
    ]
    assert [str(where) for where in parsed.wanted_by("django")] == ["base.txt:1"]
    assert parsed.wanted_by("six") == []


def test_a_file_that_includes_itself_ends(tmp_path):
    assert read(tmp_path, "-r requirements.txt\nsix\n").problems == []


def test_index_options(tmp_path):
    (tmp_path / "vendor").mkdir()
    parsed = read(
        tmp_path,
        "-i https://me:${TOKEN}@a.example/simple\n--extra-index-url=https://b.example/simple\n"
        "-f vendor\n--trusted-host b.example\n--no-binary psycopg2\n--pre\n",
    )
    assert parsed.problems == []
    assert parsed.index_url == "https://me:s3cret@a.example/simple"
    assert parsed.extra_index_urls == ["https://b.example/simple"]
    assert parsed.find_links == [str(tmp_path / "vendor")]
    assert parsed.trusted_hosts == ["b.example"]


def test_hashes_put_everything_into_hash_checking(tmp_path):
    digest = "a" * 64
    parsed = read(
        tmp_path, f"six==1 --hash=sha256:{digest} \\\n --hash=sha256:{digest[:-1]}b\nidna\n"
    )
    assert parsed.hashed
    assert parsed.hashes_of("six") == {f"sha256:{digest}", f"sha256:{digest[:-1]}b"}
    assert parsed.hashes_of("idna") == frozenset()
    assert parsed.problems == []


def test_local_folders(tmp_path):
    (tmp_path / "libs" / "foo").mkdir(parents=True)
    parsed = read(tmp_path, "-e ./libs/foo[pg]\n.\n")
    assert [w.directory for w in parsed.wishes] == [tmp_path / "libs/foo", tmp_path]


@pytest.mark.parametrize(
    "line",
    [
        "git+https://git.example/x.git@v1#egg=x",
        "x @ git+file:///srv/x.git@abc",
        "https://files.example/x-1-py3-none-any.whl",
        'django[argon2]>=5,<6 ; python_version >= "3.9"',
        "six==1.16.0 --config-settings a=b",
    ],
)
def test_lines_that_are_right(tmp_path, line):
    assert read(tmp_path, f"{line}\n").problems == []


def test_every_mistake_at_once():
    root = BROKEN / "requirements-typo"
    parsed = parse([root / "requirements.txt"], root=root, environment={})
    assert [problem.splitlines()[0] for problem in parsed.problems] == [
        "requirements.txt:3: six=1.16",
        "requirements.txt:4: --indx-url https://pypi.example/simple",
        "requirements/prod.txt:1: gunicorn whitenoise",
        "requirements/prod.txt:2: ./libs/nothing-here",
    ]
    assert "did you mean six==1.16?" in parsed.problems[0]
    assert "did you mean --index-url?" in parsed.problems[1]


def test_a_nested_file_that_is_missing():
    root = BROKEN / "requirements-missing-file"
    parsed = parse([root / "requirements.txt"], root=root, environment={})
    assert parsed.problems == [
        "requirements.txt:2: -r requirements/base.txt\n    there is no file requirements/base.txt"
    ]


def test_a_hash_that_is_none(tmp_path):
    assert "not a hash" in read(tmp_path, "six==1 --hash=md5\n").problems[0]
