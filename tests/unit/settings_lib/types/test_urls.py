import pytest

from settings_lib.types.urls import BadUrl, Url, each, split

REFUSED = {
    "postgres://h/a b": "has a blank or a control character",
    "postgres://h/a\tb": "has a blank or a control character",
    "postgres://h/a\u00a0b": "has a blank or a control character",
    "postgres://h/a\u200bb": "has a blank or a control character",
    "postgres://u:p#ss@h/n": "has a # that is not percent-encoded: %23",
    "postgres": "is not a valid url",
    "postgres:/h/n": "is not a valid url",
    "Postgres://h/n": "is not a valid url",
    '"postgres://h/n"': "is not a valid url",
    "postgres://u:p[@h/n": "has a bracket in its user or password that is not percent-encoded",
    "postgres://u:pä@h/n": "has a user, password or host with a character that is not ASCII",
    'postgres://h/n"': "has a character that belongs into no URL",
    "postgres://h/n?a=`b`": "has a character that belongs into no URL",
    "postgres://u:p%zz@h/n": "has a % that is not percent-encoded: %25",
    "postgres://u:p%@h/n": "has a % that is not percent-encoded: %25",
    "postgres://u:p%ff@h/n": "has percent-encoded bytes that are not UTF-8",
    "postgres://u:p%00@h/n": "has a NUL character",
    "postgres://h:port/n": "has a host or port that is none",
    "postgres://h:٣/n": "has a user, password or host with a character that is not ASCII",
    "postgres://h:1:2/n": "has a host or port that is none",
    "postgres://fd00::1/n": "has a host or port that is none",
    "postgres://[::1/n": "has a host or port that is none",
    "postgres://[::g]/n": "has a host that is none",
    "postgres://[h]/n": "has a host that is none",
    "postgres://h:0/n": "has a port that is not from 1 to 65535",
    "postgres://h:65536/n": "has a port that is not from 1 to 65535",
    "postgres://:5432/n": "has a port and no host",
    "postgres://a..b/n": "has a host that is none",
    "postgres://a,,b/n": "has a host that is none",
    "postgres://h/n?a": "has an option without a name or a value",
    "postgres://h/n?a=": "has an option without a name or a value",
    "postgres://h/n?=a": "has an option without a name or a value",
    "postgres://h/n?a=1&A=2": "has an option twice",
    "https:///path": "has no host",
    "redis://h/x": "has a path that is not the number of a database",
    "redis://h/0/1": "has a path that is not the number of a database",
    "redis://h/٣": "has a path that is not the number of a database",
}


@pytest.mark.parametrize(("text", "wrong"), REFUSED.items())
def test_refused(text, wrong):
    with pytest.raises(BadUrl) as caught:
        split(text)
    assert caught.value.wrong == str(caught.value) == wrong


def test_parts():
    assert split("postgres://u:p%40%2F@h1:1,[fd00::1]:2,%2Frun%2Fpg/n%C3%BC?a=b+c&d=e%3D=") == Url(
        scheme="postgres",
        user="u",
        password="p@/",
        hosts=(("h1", 1), ("fd00::1", 2), ("/run/pg", None)),
        path="/nü",
        options={"a": "b c", "d": "e=="},
    )
    assert split("memory://") == Url(scheme="memory")
    assert split("sqlite://:memory:").hosts == ((":memory:", None),)


def test_what_lenient_readers_read_too():
    found = split("redis://:p@s:s@h/0?")
    assert (found.password, found.hosts) == ("p@s:s", (("h", None),))


def test_several():
    assert each("amqp://u:a;b@h//;amqp://i") == ["amqp://u:a;b@h//", "amqp://i"]


def test_representation_hides_what_may_be_secret():
    assert "geheim" not in repr(split("redis://geheim:geheim@h/1?geheim=geheim"))
