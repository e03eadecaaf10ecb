import io

from build_wheels.progress import Progress


def said(*, live=False, quiet=False):
    stream = io.StringIO()
    with Progress(stream, live=live, quiet=quiet) as progress:
        progress.started("building psycopg2 2.9.10")
        progress.started("downloading six 1.0", brief=True)
        progress.ended("downloading six 1.0", "six 1.0 downloaded")
        progress.note("from https://me:pw@h/")
        progress.ended("building psycopg2 2.9.10", "psycopg2 2.9.10 built")
        progress.summary("2 packages")
    return stream.getvalue()


def test_plain_lines():
    assert said() == (
        "building psycopg2 2.9.10 …\nsix 1.0 downloaded\nfrom https://****@h/\n"
        "psycopg2 2.9.10 built\n2 packages\n"
    )


def test_quiet():
    assert said(quiet=True) == "2 packages\n"
    assert said(live=True, quiet=True) == "2 packages\n"


def test_a_live_line_is_gone_at_the_end():
    text = said(live=True)
    assert "building psycopg2 2.9.10 0:00" in text
    assert text.endswith("2 packages\n\r\x1b[K")
