import pytest

from settings_lib.types.addresses import mailbox


@pytest.mark.parametrize("text", ["postgres://user:a;b@db.example.org:5432/name", "a:b@c.d;", ":;"])
def test_what_the_standard_library_takes_for_a_group_is_no_mailbox(text):
    with pytest.raises(ValueError, match="^$"):
        mailbox(text)
