"""From an address to entries, with a real server and tasks that run at once."""

# ruff: noqa: S101 - tests are made of asserts

from datetime import UTC, datetime, timedelta
from unittest import mock

from django.conf import settings
from django.core import mail
from django.test import TestCase, override_settings
from django.urls import reverse
from django.utils import timezone

from antisocial.celery import app
from antisocial.feeds import fetching
from antisocial.feeds.alerts import send_alerts
from antisocial.feeds.models import Entry, Feed
from antisocial.feeds.tasks import fetch_due_feeds, fetch_feed
from antisocial.feeds.tests.server import ETAG, FeedServer


class FeedsTestCase(TestCase):
    def setUp(self):
        self.server = self.enterContext(FeedServer())
        self.addCleanup(setattr, app.conf, "task_always_eager", app.conf.task_always_eager)
        app.conf.task_always_eager = True

    def subscribe(self, url):
        """Post the form; the page that follows it, after the fetch."""
        with self.captureOnCommitCallbacks(execute=True):
            answer = self.client.post(reverse("feeds"), {"url": url})
        return self.client.get(answer.url) if answer.status_code == 302 else answer


class SubscribeTest(FeedsTestCase):
    def test_entries_arrive(self):
        answer = self.subscribe(self.server.url("atom.xml"))
        self.assertContains(answer, "Subscribed.")
        self.assertContains(answer, "Notes on small ships")
        self.assertContains(answer, "2 entries")
        page = self.client.get(reverse("entries"))
        self.assertContains(page, "https://ships.example.org/mooring")

    def test_rss_too(self):
        self.subscribe(self.server.url("rss.xml"))
        rye = Entry.objects.get(title="Rye, slowly")
        assert rye.published_at == datetime(2026, 1, 4, 6, 30, tzinfo=UTC)

    def test_twice_is_told_kindly(self):
        self.subscribe(self.server.url("atom.xml"))
        answer = self.subscribe(self.server.url("atom.xml"))
        self.assertContains(answer, "You are subscribed to this feed already.")
        assert Feed.objects.count() == 1

    def test_only_http(self):
        for url in ("ftp://example.org/feed", "file:///etc/passwd", "nonsense", ""):
            with self.subTest(url):
                self.assertContains(self.subscribe(url), "errorlist")
        assert Feed.objects.count() == 0

    def test_nothing_starts_before_the_commit(self):
        with self.captureOnCommitCallbacks() as callbacks:
            self.client.post(reverse("feeds"), {"url": self.server.url("atom.xml")})
        assert len(callbacks) == 1
        assert self.server.requests == []

    def test_unsubscribe(self):
        self.subscribe(self.server.url("atom.xml"))
        url = reverse("unsubscribe", args=[Feed.objects.get().pk])
        assert self.client.get(url).status_code == 405
        self.assertContains(self.client.post(url, follow=True), "Unsubscribed from Notes")
        assert (Feed.objects.count(), Entry.objects.count()) == (0, 0)


class FetchTest(FeedsTestCase):
    def fetch(self, name):
        feed, _ = Feed.objects.get_or_create(url=self.server.url(name))
        fetch_feed(feed.pk)
        feed.refresh_from_db()
        return feed

    def test_markup_becomes_text(self):
        self.fetch("atom.xml")
        newest, oldest = Entry.objects.all()
        assert newest.title == "Mooring in a cross wind"
        assert "Spring first & breast after." in newest.summary
        assert "<" not in newest.summary
        assert oldest.link == ""

    def test_nothing_comes_from_the_future(self):
        self.fetch("rss.xml")
        assert Entry.objects.first().published_at <= timezone.now()

    def test_a_second_fetch_is_conditional_and_adds_nothing(self):
        self.fetch("atom.xml")
        self.fetch("atom.xml")
        _, headers = self.server.requests[-1]
        assert headers["If-None-Match"] == ETAG
        assert headers["If-Modified-Since"] == "Mon, 05 Jan 2026 10:00:00 GMT"
        assert Entry.objects.count() == 2

    def test_the_same_entries_are_kept_once(self):
        feed = self.fetch("atom.xml")
        Feed.objects.filter(pk=feed.pk).update(etag="", last_modified="")
        self.fetch("atom.xml")
        assert Entry.objects.count() == 2

    def test_errors_are_kept_and_shown(self):
        assert self.fetch("missing.xml").error == "The server answered 404."
        assert self.fetch("page.html").error == "This is neither RSS nor Atom."
        self.assertContains(self.client.get(reverse("feeds")), "neither RSS nor Atom")

    def test_no_server(self):
        feed = Feed.objects.create(url="http://127.0.0.1:1/feed")
        fetch_feed(feed.pk)
        feed.refresh_from_db()
        assert feed.error == "The server could not be reached."

    def test_too_large(self):
        with mock.patch.object(fetching, "MAX_BYTES", 100):
            assert "larger" in self.fetch("atom.xml").error

    def test_unsubscribed_in_the_meantime(self):
        fetch_feed(4711)
        assert self.server.requests == []


class ScheduleTest(FeedsTestCase):
    def test_beat_names_a_task_that_exists(self):
        app.loader.import_default_modules()
        for job in settings.CELERY_BEAT_SCHEDULE.values():
            assert job["task"] in app.tasks

    def test_only_due_feeds_are_fetched(self):
        now = timezone.now()
        due = timedelta(minutes=settings.FEEDS_FETCH_MINUTES)
        Feed.objects.create(url=self.server.url("rss.xml"), fetched_at=now)
        Feed.objects.create(url=self.server.url("atom.xml"), fetched_at=now - due)
        Feed.objects.create(url=self.server.url("new.xml"))
        fetch_due_feeds()
        paths = {path for path, _ in self.server.requests}
        assert paths == {"/atom.xml", "/new.xml"}


class PageTest(TestCase):
    def test_empty(self):
        self.assertContains(self.client.get("/"), "Nothing to read yet.")
        self.assertContains(self.client.get("/feeds/"), "No feeds yet.")

    def test_pages_newest_first(self):
        feed = Feed.objects.create(url="https://example.org/feed", title="A feed")
        start = datetime(2026, 1, 1, tzinfo=UTC)
        for day in range(25):
            Entry.objects.create(
                feed=feed,
                guid=str(day),
                title=f"Day {day}",
                published_at=start + timedelta(days=day),
            )
        first = self.client.get("/")
        assert first.context["page_obj"][0].title == "Day 24"
        self.assertContains(first, "Page 1 of 2")
        assert len(self.client.get("/?page=2").context["page_obj"]) == 5
        assert self.client.get("/?page=3").status_code == 404


@override_settings(ADMINS=["admin@example.org"])
class AlertsTest(TestCase):
    def test_each_error_is_told_once(self):
        feed = Feed.objects.create(url="https://example.org/feed", error="It answered 500.")
        Feed.objects.create(url="https://example.org/fine")
        assert send_alerts() == [feed]
        assert send_alerts() == []
        Feed.objects.filter(pk=feed.pk).update(error="It answered 404.")
        assert send_alerts() == [feed]
        assert len(mail.outbox) == 2
        assert "It answered 404." in mail.outbox[1].body
