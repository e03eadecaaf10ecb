from django.test import SimpleTestCase


class PageTests(SimpleTestCase):
    def test_page_says_hello(self):
        assert self.client.get("/").content == b"hello\n"
