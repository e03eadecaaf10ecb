import pytest

from toolkit.errors import ConfigurationError, HostError
from toolkit.provision import variables
from toolkit.provision.variables import Standing, Standings, check, compared, problems, quoted, read


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b"export A=secret", "`export` is a shell's; leave it out"),
        (b"secret", "it has no `=`"),
        (b"A B=secret", "what stands before its `=` is no name"),
        (b"=secret", "what stands before its `=` is no name"),
        (b"1A=secret", "what stands before its `=` is no name"),
        (b"A =secret", "what stands before its `=` is no name"),
        (b"A=secret\r", "it ends as on Windows, with a carriage return"),
        (b"A=secret\xff", "it is not UTF-8"),
        (b"A=secret\0", "it has a zero byte"),
        (b"A=" + b"s" * 70_000, "it is longer than 65,535 bytes"),
        (b"B=secret", "B is there already, in line 2"),
    ],
)
def test_problems(line, text):
    assert list(problems(b"# first\nB=1\n" + line + b"\nC=2\n")) == [(3, text)]


@pytest.mark.parametrize(
    "line", [b"", b"  ", b"# x", b" #x=y", b"A=", b" A=1", b"a=1", b"_A1=#'\" = $x", "A=ü".encode()]
)
def test_no_problems(line):
    assert list(problems(line + b"\n")) == []


def test_a_byte_order_mark():
    assert list(problems(b"\xef\xbb\xbfA=1")) == [(1, "it begins with a byte order mark")]


def test_every_problem_at_once_and_no_value():
    with pytest.raises(ConfigurationError) as raised:
        check(b"export A=s3cr3t\ns3cr3t\n", "hosts/shop.env")
    assert str(raised.value).startswith(
        "toolkit: hosts/shop.env is not as Docker reads variables:\n"
        "  - line 1: `export` is a shell's; leave it out\n"
        "  - line 2: it has no `=`\n"
    )
    assert "s3cr3t" not in str(raised.value)


def test_quotes():
    data = b'A="x"\nB=\'y\'\nC="z\nD="\nE=it\'s\n'
    assert quoted(data) == ["A", "B"]


def test_an_answer():
    found = read("there OLD\nsame A\nunclear 12\nunclear 3\nmissing\nend\n", "app1")
    assert found.of == {"OLD": Standing.THERE, "A": Standing.SAME}
    assert found.unclear == (3, 12)
    with pytest.raises(HostError, match="app1"):
        read("same A\n", "app1")


@pytest.mark.parametrize(
    ("standing", "keep", "whole"),
    [
        (Standing.SAME, False, False),
        (Standing.DIFFERS, True, True),
        (Standing.HERE, True, True),
        (Standing.THERE, False, True),
        (Standing.EMPTY, False, True),
    ],
)
def test_whether_a_push_changes_anything(standing, keep, whole):
    found = Standings(of={"A": standing})
    assert (found.differ(whole=False), found.differ(whole=True)) == (keep, whole)


def test_a_table():
    found = {
        "app1": Standings(of={"B": Standing.SAME, "A": Standing.HERE}),
        "app2": Standings(of={"B": Standing.DIFFERS}),
    }
    assert compared(found) == (
        "variable  app1       app2\nA         only here  -\nB         same       differs"
    )
    assert variables.LONGEST == 65_535
