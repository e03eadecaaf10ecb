import pytest

from settings_lib.types.addresses import is_host, mailbox


@pytest.mark.parametrize("text", ["postgres://user:a;b@db.example.org:5432/name", "a:b@c.d;", ":;"])
def test_what_the_standard_library_takes_for_a_group_is_no_mailbox(text):
    with pytest.raises(ValueError, match="^$"):
        mailbox(text)


@pytest.mark.parametrize("text", ["::1", "fd00::1%eth0", "::ffff:10.0.0.7", "db-1.example.org."])
def test_hosts(text):
    assert is_host(text)


@pytest.mark.parametrize("text", [":::", "::1::", "fd00::g", "1.2.3.4:5432", "a..b", "[::1]"])
def test_what_is_no_host(text):
    assert not is_host(text)
