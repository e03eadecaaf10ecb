import pytest

from toolkit.scaffold import changes, missing
from toolkit.scaffold.files import File

SKELETON = (
    "# Fill in.\nSECRET_KEY=\nDATABASE_URL=\n\nLOG_FORMAT=json\nALLOWED_HOSTS=a.example.org\n"
)
FILE = File(path="etc/default/antisocial.env", text=SKELETON, filled=True)


@pytest.fixture
def told(manifest, tmp_path):
    """What is told of a file; of none where there is no text."""

    def told(text=None):
        path = tmp_path / FILE.path
        if text is not None:
            path.parent.mkdir(parents=True)
            path.write_text(text)
        found = {tmp_path: changes.compare([FILE], "antisocial", tmp_path)}
        lines = missing.lines(manifest("roles.web = {}\nenv.clear.LOG_FORMAT = 'json'"), found)
        return [line.replace(f"{tmp_path}/", "") for line in lines]

    return told


@pytest.mark.parametrize("text", [None, SKELETON])
def test_a_new_one(told, text):
    assert told(text) == ["Fill in etc/default/antisocial.env: SECRET_KEY, DATABASE_URL"]


@pytest.mark.parametrize(
    "text",
    [
        "SECRET_KEY=x\nDATABASE_URL=y\nLOG_FORMAT=json\nALLOWED_HOSTS=a.example.org",
        "SECRET_KEY_FILE=/run/x\n  DATABASE_URL=a=b\nLOG_FORMAT=json\nALLOWED_HOSTS_FILE=/x\nB=1",
    ],
)
def test_all_is_there(told, text):
    assert told(text) == []


def test_an_empty_one(told):
    assert told("") == [
        "Fill in etc/default/antisocial.env: SECRET_KEY, DATABASE_URL",
        "The manifest has other values than etc/default/antisocial.env: LOG_FORMAT, ALLOWED_HOSTS",
    ]


def test_no_value_is_told(told):
    text = (
        "#SECRET_KEY=geheim\nDATABASE_URL=geheim\nLOG_FORMAT=geheim\nALLOWED_HOSTS=a.example.org\n"
    )
    assert told(text) == [
        "Fill in etc/default/antisocial.env: SECRET_KEY",
        "The manifest has other values than etc/default/antisocial.env: LOG_FORMAT",
    ]


def test_a_name_without_a_value_is_none():
    """Docker takes it from docker-runner's own environment."""
    assert missing.unset("SECRET_KEY\nDATABASE_URL=x", SKELETON, ()) == ["SECRET_KEY"]


def test_a_value_may_be_empty():
    assert not missing.unset("EMPTY=", "EMPTY=", {"EMPTY"})
    assert missing.other("EMPTY=x", "EMPTY=", {"EMPTY"}) == ["EMPTY"]
    assert not missing.other("EMPTY=", "EMPTY=", {"EMPTY"})


def test_other_files_say_nothing(manifest, tmp_path):
    file = File(path="etc/default/other.env", text="A=\n", filled=True)
    found = {tmp_path: changes.compare([file], "other", tmp_path)}
    assert not [*missing.lines(manifest(), found)]
