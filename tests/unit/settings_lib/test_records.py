"""A record is what a frozen dataclass is."""

from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from settings_lib.records import record


def declared(decorator):
    @decorator(frozen=True, kw_only=True)
    class Pair:
        """Two things."""

        left: int
        right: list = field(default_factory=list, repr=False)

        @property
        def both(self):
            return self.left, self.right

    return Pair


@pytest.fixture(params=[dataclass, record], ids=["dataclass", "record"])
def pair(request):
    return declared(request.param)


def test_it_is_made_of_its_fields(pair):
    made = pair(left=1)
    assert made.both == (1, [])
    assert repr(made).endswith("Pair(left=1)")
    assert pair(left=1).right is not made.right
    assert replace(made, left=2).left == 2
    with pytest.raises(TypeError):
        pair(1)
    with pytest.raises(TypeError):
        pair(right=[])
    with pytest.raises(TypeError):
        pair(left=1, wrong=2)


def test_it_is_frozen(pair):
    made = pair(left=1)
    for change in (
        lambda: setattr(made, "left", 2),
        lambda: setattr(made, "other", 2),
        lambda: delattr(made, "left"),
    ):
        with pytest.raises(FrozenInstanceError):
            change()
    assert made.left == 1


def test_it_is_equal_to_its_like(pair):
    assert pair(left=1) == pair(left=1)
    assert pair(left=1) != pair(left=2)
    assert pair(left=1) != declared(dataclass)(left=1)
    assert hash(pair(left=1, right=(2,))) == hash(pair(left=1, right=(2,)))
    assert len({pair(left=1, right=(2,)), pair(left=1, right=(2,))}) == 1
    with pytest.raises(TypeError):
        hash(pair(left=1))
