from django.core.files.storage import default_storage
from django.test import SimpleTestCase


class PageTests(SimpleTestCase):
    """In a build nothing is collected or compressed yet, and nothing is on S3."""

    def test_a_page_with_static_files(self):
        page = self.client.get("/").content.decode()
        assert page.count('href="/static/style.css"') == 2

    def test_an_upload(self):
        url = self.client.post("/upload", b"hello", content_type="text/plain").content
        assert url == b"/media/notes/hello.txt"
        assert default_storage.open("notes/hello.txt").read() == b"hello"
        default_storage.delete("notes/hello.txt")
