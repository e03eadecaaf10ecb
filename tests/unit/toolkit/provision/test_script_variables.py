"""The scripts for files of variables, run in a folder."""

import hashlib

import pytest

from toolkit.provision import variables
from toolkit.provision.variables import Standing

ENV = "etc/default/shop.env"
SECRET = "s3cr3t-\"'$x`id`\\n ü="
HERE = f"# ours\n\nSECRET_KEY={SECRET}\nDEBUG=\n  DATABASE_URL=a=b\nNUMBER=1.0\n".encode()


@pytest.fixture
def compare(place):
    def compare(data=HERE, name="shop.env"):
        done = place.run("variables", name, stdin=data)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        compare.printed = done.stdout
        return variables.read(done.stdout, "app1")

    return compare


@pytest.fixture
def push(place):
    def push(data=HERE, how="keep", mode="0600", digest=None):
        digest = digest or hashlib.sha256(data).hexdigest()
        return place.run("push", "shop.env", mode, how, digest, stdin=data)

    return push


def test_how_variables_stand(place, compare):
    theirs = f"SECRET_KEY={SECRET}\nDEBUG=on\nDATABASE_URL=a=c\nNUMBER=1\nOLD=x\n#NOT=one\n"
    place.write(ENV, theirs, 0o600)
    assert compare().of == {
        "SECRET_KEY": Standing.SAME,
        "DEBUG": Standing.EMPTY,
        "DATABASE_URL": Standing.DIFFERS,
        "NUMBER": Standing.DIFFERS,
        "OLD": Standing.THERE,
    }
    assert "s3cr3t" not in compare.printed
    assert place.read(ENV) == theirs


def test_no_file_there(compare):
    assert set(compare().of.values()) == {Standing.HERE}


def test_what_may_be_part_of_a_secret_is_no_name(place, compare):
    place.write(ENV, "KEY=-----BEGIN\nMIIabCDef==\nplain words\nA=1\n")
    found = compare()
    assert found.unclear == (2, 3)
    assert "MII" not in compare.printed
    assert "plain" not in compare.printed
    assert found.names(Standing.THERE) == ["A", "KEY"]


def test_numbers_are_compared_as_text(place, compare):
    place.write(ENV, "NUMBER=1.00\n")
    assert compare(b"NUMBER=1.0\n").of == {"NUMBER": Standing.DIFFERS}


def test_the_last_of_two_counts_as_it_does_for_docker(place, compare):
    place.write(ENV, "A=1\nA=2\n")
    assert compare(b"A=2\n").of == {"A": Standing.SAME}


def test_push_to_a_host_without(place, push):
    done = push()
    assert (done.returncode, done.stdout) == (0, "did\n"), done.stderr
    assert place.read(ENV).encode() == HERE
    assert place.mode(ENV) == 0o600
    assert sorted(path.name for path in (place.root / "etc/default").iterdir()) == ["shop.env"]


def test_push_keeps_what_the_host_alone_has(place, push, compare):
    place.write(ENV, "# theirs\nSECRET_KEY=old\nDEBUG=a=b\nOLD=x\nbare\n", 0o644)
    assert push().stdout == "did\n"
    assert place.read(ENV) == HERE.decode().replace("DEBUG=", "DEBUG=a=b") + "OLD=x\nbare\n"
    assert place.mode(ENV) == 0o600
    assert place.read(f"{ENV}.former") == "# theirs\nSECRET_KEY=old\nDEBUG=a=b\nOLD=x\nbare\n"
    assert place.mode(f"{ENV}.former") == 0o600
    assert not compare().differ(whole=False)
    assert push().stdout == "same\n"
    assert place.read(f"{ENV}.former").startswith("# theirs")


def test_push_whole(place, push, compare):
    place.write(ENV, "DEBUG=on\nOLD=x\n")
    assert push(how="whole").stdout == "did\n"
    assert place.read(ENV).encode() == HERE
    assert not compare().differ(whole=True)


def test_the_last_line_has_no_end(place, push):
    place.write(ENV, "OLD=x")
    push(b"A=1")
    assert place.read(ENV) == "A=1\nOLD=x\n"


def test_an_open_file_is_closed(place, push):
    place.write(ENV, HERE.decode(), 0o644)
    assert push().stdout == "did\n"
    assert place.mode(ENV) == 0o600


def test_cut_off(place, push):
    place.write(ENV, "A=1\n")
    assert push(digest="0" * 64).returncode == 74
    assert place.read(ENV) == "A=1\n"
    assert [path.name for path in (place.root / "etc/default").iterdir()] == ["shop.env"]
