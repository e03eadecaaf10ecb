import pytest

from build_wheels.redact import redact, without_userinfo


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("from https://me:pa%40ss@h.example/simple", "from https://****@h.example/simple"),
        ("https://me:p@ss@h.example/", "https://****@h.example/"),
        ("git+ssh://git@h.example/x.git", "git+ssh://****@h.example/x.git"),
        ("'https://a:b@c/' and `http://d:e@f/`", "'https://****@c/' and `http://****@f/`"),
        ("x @ https://h.example/x.whl", "x @ https://h.example/x.whl"),
        ("https://h.example/@scope/x", "https://h.example/@scope/x"),
    ],
)
def test_redact(text, clean):
    assert redact(text) == clean


def test_without_userinfo():
    assert without_userinfo("git+https://a:b@h/x.git@v1") == "git+https://h/x.git@v1"
