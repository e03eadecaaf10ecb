import pytest

from toolkit.deploy.parallel import hosts_at_a_time
from toolkit.errors import UsageError


@pytest.mark.parametrize(
    ("said", "hosts", "number"),
    [(1, 3, 1), ("2", 3, 2), ("25%", 3, 1), ("50%", 10, 5), ("100%", 3, 3), (" 9 ", 3, 9)],
)
def test_a_number_or_a_percentage(said, hosts, number):
    assert hosts_at_a_time(said, hosts) == number


@pytest.mark.parametrize("said", ["0", "0%", "101%", "-1", "half", "", "1.5", "%", "2 %"])
def test_anything_else_is_an_error(said):
    with pytest.raises(UsageError, match="is no number of hosts"):
        hosts_at_a_time(said, 3)
