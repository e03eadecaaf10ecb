import pytest

from toolkit.deploy.hosts import Host
from toolkit.deploy.journal import Journal, Tags
from toolkit.deploy.order import NothingToDoError, Order, before, goals
from toolkit.deploy.state import State
from toolkit.errors import RefusedError

A, B = (Host(name=name, user="deploy") for name in ("a", "b"))


def states(a=("b1", "b0"), b=("b1", "b0"), **rest):
    return {A: State(tag=a[0], revert=a[1], **rest), B: State(tag=b[0], revert=b[1])}


def cut(host=A, kind="deploy", to="b2", had=("b1", "b0")):
    tags = Tags(tag=had[0], revert=had[1])
    return {host: Journal(id="x", kind=kind, app="a", to=to, before=tags, who="me", began="now")}


def asked(kind="deploy", tag="", *, found=None, journals=None, **rest):
    found = found or states()
    order = Order(kind=kind, tag=tag, who="me", **rest)
    made = goals(order, found, journals or {}, found[A])
    return {host.name: (each.tags.tag, each.tags.revert) for host, each in made.items()}


def test_a_deploy_makes_what_served_the_way_back():
    assert asked(tag="b2") == {"a": ("b2", "b1"), "b": ("b2", "b1")}


def test_a_retry_of_a_deploy_that_was_cut_off_keeps_the_way_back():
    found = states(a=("b2", "b1"))
    assert asked(tag="b2", found=found, journals=cut()) == {"a": ("b2", "b1"), "b": ("b2", "b1")}


def test_another_deploy_after_one_that_was_cut_off_goes_back_to_what_served_everywhere():
    found = states(a=("b2", "b1"))
    assert asked(tag="b3", found=found, journals=cut()) == {"a": ("b3", "b1"), "b": ("b3", "b1")}


def test_a_deploy_of_what_served_before_a_cut_puts_revert_right():
    found = states(a=("b2", "b1"))
    assert asked(tag="b1", found=found, journals=cut()) == {"a": ("b1", "b0"), "b": ("b1", "b0")}


def test_without_a_tag_hosts_get_the_leaders():
    assert asked(found=states(b=("", ""))) == {"a": ("b1", "b0"), "b": ("b1", "")}


def test_without_any_tag_one_has_to_be_named():
    with pytest.raises(RefusedError, match="no host has a tag"):
        asked(found=states(a=("", ""), b=("", "")))


def test_a_rollback_is_what_served_before():
    assert asked("rollback") == {"a": ("b0", "b1"), "b": ("b0", "b1")}
    assert asked("rollback", "b7") == {"a": ("b7", "b1"), "b": ("b7", "b1")}


def test_a_rollback_of_a_deploy_that_was_cut_off_is_what_each_had():
    found = states(a=("b2", "b1"), b=("", ""))
    journals = {**cut(), **cut(B, had=("", ""))}
    expected = {"a": ("b1", "b0"), "b": ("", "")}
    assert asked("rollback", found=found, journals=journals) == expected
    assert asked("rollback", found=found, journals=journals, unfinished=True) == expected


def test_a_rollback_that_was_cut_off_goes_on():
    found = states(a=("b0", "b1"))
    journals = cut(kind="rollback", to="b0")
    assert asked("rollback", found=found, journals=journals) == {
        "a": ("b0", "b1"),
        "b": ("b0", "b1"),
    }
    back = asked("rollback", found=found, journals=journals, unfinished=True)
    assert back == {"a": ("b1", "b0"), "b": ("b1", "b0")}


def test_nothing_that_was_cut_off_is_nothing_to_do():
    with pytest.raises(NothingToDoError):
        asked("rollback", unfinished=True)


def test_after_a_deploy_that_went_back_there_is_nothing_to_roll_back():
    journal = {"kind": "deploy", "state": "returned", "to": "b2"}
    with pytest.raises(NothingToDoError, match="to b2, went back by itself: b1 serves"):
        asked("rollback", found=states(journal=journal))
    assert asked("rollback", "b0", found=states(journal=journal))["a"] == ("b0", "b1")


def test_after_a_rollback_that_went_back_it_is_tried_again():
    journal = {"kind": "rollback", "state": "returned", "to": "b0"}
    assert asked("rollback", found=states(journal=journal))["a"] == ("b0", "b1")


def test_nothing_before_is_refused():
    with pytest.raises(RefusedError, match="no tag served before"):
        asked("rollback", found=states(a=("b1", "")))


def test_a_restart_keeps_both_and_passes_over_a_host_without_a_tag():
    assert asked("restart", found=states(b=("", ""))) == {"a": ("b1", "b0")}


def test_a_restart_with_no_tag_anywhere_is_nothing_to_do():
    with pytest.raises(NothingToDoError):
        asked("restart", found=states(a=("", ""), b=("", "")))


@pytest.mark.parametrize("kind", ["deploy", "rollback"])
def test_a_restart_does_not_hide_what_was_cut_off(kind):
    with pytest.raises(RefusedError, match=f"a {kind} to b2 was cut off"):
        asked("restart", journals=cut(kind=kind))
    assert asked("restart", journals=cut(kind="restart", to="b1"))["a"] == ("b1", "b0")


def test_what_a_host_goes_back_to():
    found = before(states(a=("b2", "b1")), cut())
    assert found == {A: Tags(tag="b1", revert="b0"), B: Tags(tag="b1", revert="b0")}
