import pytest

from toolkit.deploy import review
from toolkit.deploy.migrations import Migration
from toolkit.deploy.review import Review
from toolkit.deploy.ssh import Done
from toolkit.errors import ConfigurationError, RefusedError


class Images:
    """A shell whose images tell their migrations; `facts` are by tag, and what is found in them."""

    def __init__(self, monkeypatch, pending=(), between=(), findings=()):
        self.asked, self.answers = [], {}
        monkeypatch.setattr(review.migrations, "read", lambda text: text)
        monkeypatch.setattr(review.migrations, "pending", lambda _: pending)
        monkeypatch.setattr(review.migrations, "between", lambda *_: between)
        monkeypatch.setattr(review, "findings", lambda _: findings)

    def run(self, host, remote, listen=None):
        self.asked.append(remote.line)
        assert remote.stdin
        tag = remote.line.partition("TAG=")[2].partition(" ")[0]
        return self.answers.get(tag, Done(code=0, output=f"facts of {tag}"))


DROPS = Migration(app="feeds", name="0007_drop")
FOUND = "feeds.0007_drop: it drops a column"


@pytest.fixture
def asked(fleet):
    def make(shell):
        notes = []
        hosts = fleet("small")
        return Review(shell, hosts, hosts.leader, notes.append), notes

    return make


def test_what_is_going_to_be_applied(monkeypatch, asked):
    shell = Images(monkeypatch, pending=(DROPS,), findings=[FOUND])
    made, notes = asked(shell)
    assert made.forwards("b2", strict=False) == (str(DROPS),)
    assert notes == ["the old code cannot live with feeds.0007_drop: it drops a column"]
    assert shell.asked == ["sudo -n TAG=b2 docker-runner antisocial exec python -"]


def test_strict_refuses_what_the_old_code_cannot_bear(monkeypatch, asked):
    made, _ = asked(Images(monkeypatch, findings=[FOUND]))
    with pytest.raises(RefusedError, match="b2 has migrations that the code that serves cannot"):
        made.forwards("b2", strict=True)


def test_an_image_that_does_not_tell_is_no_refusal(monkeypatch, asked):
    shell = Images(monkeypatch, findings=[FOUND])
    shell.answers["b2"] = Done(code=69, error="x\nno database")
    made, notes = asked(shell)
    assert made.forwards("b2", strict=True) == ()
    assert notes == ["b2 does not tell its migrations (69): no database"]


def test_an_answer_that_cannot_be_read_is_no_refusal(monkeypatch, asked):
    def unreadable(_):
        raise ConfigurationError("it is no JSON")

    made, notes = asked(Images(monkeypatch))
    monkeypatch.setattr(review.migrations, "read", unreadable)
    assert made.forwards("b2", strict=True) == ()
    assert notes == ["b2 does not tell its migrations: it is no JSON"]


def test_a_rollback_across_what_the_old_code_cannot_bear_is_refused(monkeypatch, asked):
    made, _ = asked(Images(monkeypatch, between=(DROPS,), findings=[FOUND]))
    with pytest.raises(RefusedError, match="b1 cannot live with migrations that the database has"):
        made.backwards(current="b2", older="b1", force=False)


def test_force_goes_back_nevertheless_and_says_so(monkeypatch, asked):
    made, notes = asked(Images(monkeypatch, between=(DROPS,), findings=[FOUND]))
    made.backwards(current="b2", older="b1", force=True)
    assert notes == [f"the database has migrations that b1 does not know: {DROPS}"]


@pytest.mark.parametrize("older", ["", "b2"])
def test_where_nothing_stands_between_nobody_is_asked(monkeypatch, asked, older):
    shell = Images(monkeypatch, between=(DROPS,), findings=[FOUND])
    made, _ = asked(shell)
    made.backwards(current="b2", older=older, force=False)
    assert shell.asked == []
