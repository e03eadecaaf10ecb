import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from toolkit.manifest import words

#: What no kind of text that becomes a name, a path or an address may be.
HOSTILE = (
    *("", " ", "a b", "a\n", "\na", "a\nb", "a\0b", "a\tb", "a\x1b[31m", "a\u2028b", "a\u200b"),
    *("$HOME", "${a}", "$(id)", "`id`", "a;b", "a&b", "a|b", "a'b", 'a"b', "a\\b", "a%b", "a{{b}}"),
    *("../a", "a/../../b", "é", "а", "a" * 5_000, "-a", "#a", "<a>", "~", "*", "!"),  # noqa: RUF001 - a Cyrillic one
)

RIGHT = {
    words.AppName: ("a", "antisocial", "my-app", "my_app", "2048", "a" * 50),
    words.RoleName: ("w", "web", "sendalerts", "mail-out", "q_2"),
    words.Package: ("antisocial", "My_App", "config.site"),
    words.Image: (
        *("antisocial", "thraxil/antisocial", "registry.example.org:5000/a/b/c"),
        *("localhost/a", "a__b", "ghcr.io/Team".lower()),
    ),
    words.TaggedImage: ("postgres:17", "a/b:1@sha256:" + "0" * 64, "localhost:5000/a:x_1", "a"),
    words.Domain: ("localhost", "a.example.org", "*.example.org", "xn--bcher-kva.example"),
    words.Host: ("app1", "app1.example.org", "root@app1.example.org", "10.0.0.7"),
    words.Variable: ("A", "SECRET_KEY", "_x", "aws_1"),
    words.AbsolutePath: ("/a", "/etc/ssl/a.pem"),
    words.Memory: ("1b", "512m", "2g"),
    words.BodySize: ("1k", "10m", "1g"),
    words.Address: ("127.0.0.1:8500", "consul.example.org:8500"),
    words.UserName: ("deploy", "_ci", "www-data"),
    words.Branch: ("main", "release/1.0", "feature-#12"),
    words.HeaderName: ("X-Robots-Tag",),
}
WRONG = {
    words.AppName: ("A", "a-", "_a", "a.b", "a/b", "a" * 51),
    words.RoleName: ("1", "Web", "web-", "web.1", "w" * 33),
    words.Package: ("a.", ".a", "a..b", "1a", "a-b", "a/b"),
    words.Image: ("a:1", "a@sha256:0", "A", "/a", "a/", "a//b", "https://a/b", "r:port/a"),
    words.TaggedImage: ("a:", ":1", "a:-1", "a b:1", "a@sha256:0", "-a:1"),
    words.Domain: ("A", "a.", ".a", "a..b", "a_b", "*", "**.a", "a.*", "a:80", "https://a", "a/b"),
    words.Host: ("@a", "a@", "a@b@c", "-oProxyCommand=x", "a_b", "a:22"),
    words.Variable: ("1A", "A-B", "A=B", "A."),
    words.AbsolutePath: ("a", "/", "/a/", "C:/a"),
    words.Memory: ("0m", "512", "512M", "1.5g", "1t"),
    words.BodySize: ("0", "10", "10M", "1t"),
    words.Address: ("127.0.0.1", ":8500", "http://a:8500", "a:port"),
    words.UserName: ("Deploy", "1", "a" * 33),
    words.Branch: ("/a", "a b"),
    words.HeaderName: ("X Y", "X:", "X_Y"),
}


def fits(kind, value):
    try:
        return TypeAdapter(kind).validate_python(value) == value
    except ValidationError:
        return False


def named(value):
    """The same name in each of the processes that run tests; a type's own has addresses."""
    kinds = [name for name, kind in vars(words).items() if kind is value]
    return kinds[0] if kinds else ascii(value)[:20]


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k in RIGHT for v in RIGHT[k]], ids=named)
def test_what_is_right_passes_unchanged(kind, value):
    assert fits(kind, value)


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k in WRONG for v in WRONG[k]], ids=named)
def test_what_is_wrong(kind, value):
    assert not fits(kind, value)


@pytest.mark.parametrize("kind", RIGHT, ids=named)
@pytest.mark.parametrize("value", HOSTILE, ids=named)
def test_what_is_hostile(kind, value):
    assert not fits(kind, value)


@pytest.mark.parametrize(
    "value", ["a\nb", "a\rb", "a\0b", "a\tb", "\x1b[31m", "a\u2028b", "é" * 20_000]
)
def test_a_line_is_one(value):
    with pytest.raises(ValidationError, match="NAME_FILE") as error:
        TypeAdapter(words.Line).validate_python(value)
    assert "é" not in error.value.errors()[0]["msg"]


@given(st.text().filter(str.isprintable))
def test_a_line_is_any_printable_text(text):
    assert fits(words.Line, text)
    assert fits(words.Word, text) is bool(text)


@pytest.mark.parametrize("value", ["", "noindex", "max-age=1; a='b'", 'a "b" \\ %'])
def test_a_headers_value(value):
    assert fits(words.HeaderValue, value)


@pytest.mark.parametrize("value", ["$host", "a\nb", "é", "a\0", "a" * 2_001])
def test_what_no_header_has(value):
    assert not fits(words.HeaderValue, value)


@pytest.mark.parametrize("value", ["--volume", "/srv:/data", "--label=a=$b", "-e"])
def test_a_word_of_an_option(value):
    assert fits(words.OptionWord, value)


@pytest.mark.parametrize("value", ["", "a b", "a\tb", "a\n", "é"])
def test_what_is_more_than_a_word(value):
    assert not fits(words.OptionWord, value)


@pytest.mark.parametrize(
    ("value", "seconds"), [(0, 0), (40, 40), ("40", 40), ("40s", 40), ("2m", 120), ("24h", 86_400)]
)
def test_seconds(value, seconds):
    assert TypeAdapter(words.Seconds).validate_python(value, strict=True) == seconds


@pytest.mark.parametrize(
    "value",
    [-1, 86_401, "25h", "", "s", "1.5s", 1.5, True, None, "1 m", "1M", "1ms", "-1", "٣s", "9" * 99],
)
def test_what_are_no_seconds(value):
    with pytest.raises(ValidationError):
        TypeAdapter(words.Seconds).validate_python(value, strict=True)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (("roles", "web", "stop-timeout"), "roles.web.stop-timeout"),
        (("targets", 0), "targets.0"),
        (("env", "clear", 'a "b"\n.'), r'env.clear."a \"b\"\n."'),
    ],
)
def test_a_path_is_written_as_toml_does(keys, text):
    assert words.dotted(keys) == text


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3))
def test_a_path_can_be_read_by_toml(keys):
    import tomllib

    try:
        data = tomllib.loads(f"{words.dotted(keys)} = 1")
    except tomllib.TOMLDecodeError:
        assert any(ord(each) > 0xFFFF or each == "\x7f" for key in keys for each in key)
        return
    for key in keys:
        data = data[key]
    assert data == 1
