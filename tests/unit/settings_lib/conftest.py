import pytest

from settings_lib.configuring import schema_for
from settings_lib.reading import read

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
        return read(schema_for(), complete | changes)

    return reading
