import pytest

from settings_lib.reading import read
from settings_lib.schema import SCHEMA

COMPLETE = {
    "SECRET_KEY": "a-key-for-tests",
    "ALLOWED_HOSTS": "example.org",
    "DATABASE_URL": "postgresql://user:pw@db.example.org:5432/name",
}


@pytest.fixture
def complete():
    """An environment with everything that is required, to be changed at will."""
    return dict(COMPLETE)


@pytest.fixture
def values(complete):
    """Reads the complete environment with some variables changed."""

    def reading(**changes):
        return read(SCHEMA.values(), complete | changes)

    return reading
