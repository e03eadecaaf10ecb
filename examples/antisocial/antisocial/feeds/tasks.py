"""What the worker does."""

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from antisocial.feeds.fetching import FeedError, fetch
from antisocial.feeds.models import Entry, Feed

logger = logging.getLogger(__name__)


@shared_task
def fetch_feed(feed_id):
    """Fetch one feed and keep what is new; what went wrong is kept with the feed."""
    feed = Feed.objects.filter(pk=feed_id).first()
    if feed is None:  # unsubscribed in the meantime
        return
    try:
        parsed = fetch(feed.url, etag=feed.etag, last_modified=feed.last_modified)
    except FeedError as error:
        logger.warning("feed %d cannot be fetched: %s", feed.pk, error)
        Feed.objects.filter(pk=feed_id).update(error=str(error), fetched_at=timezone.now())
        return
    logger.info("fetched feed %d: %d entries", feed.pk, len(parsed.entries) if parsed else 0)
    news = {"error": "", "fetched_at": timezone.now()}
    if parsed:
        news |= {
            "title": parsed.title,
            "etag": parsed.etag,
            "last_modified": parsed.last_modified,
        }
        Entry.objects.bulk_create(
            [
                Entry(
                    feed=feed,
                    guid=entry.guid,
                    title=entry.title,
                    link=entry.link,
                    summary=entry.summary,
                    published_at=entry.published_at,
                )
                for entry in parsed.entries
            ],
            ignore_conflicts=True,
        )
    Feed.objects.filter(pk=feed_id).update(**news)


@shared_task
def fetch_due_feeds():
    """Start a fetch of each feed that is due; beat calls this every minute."""
    due = timezone.now() - timedelta(minutes=settings.FEEDS_FETCH_MINUTES)
    feeds = Feed.objects.filter(Q(fetched_at=None) | Q(fetched_at__lte=due))
    for feed_id in feeds.values_list("pk", flat=True):
        fetch_feed.delay(feed_id)
