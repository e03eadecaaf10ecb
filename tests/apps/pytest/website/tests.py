import pytest


@pytest.fixture
def page(client):
    return client.get("/")


def test_page_says_hello(page):
    assert page.content == b"hello\n"
