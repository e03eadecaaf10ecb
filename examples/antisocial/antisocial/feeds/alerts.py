"""Mail about feeds that fail."""

from django.core.mail import mail_admins
from django.db.models import F

from antisocial.feeds.models import Feed


def send_alerts():
    """Mail the admins about each feed that fails in another way than it was told; return these."""
    feeds = Feed.objects.exclude(error="").exclude(error=F("told_error"))
    told = []
    for feed in feeds:
        mail_admins(f"The feed {feed} fails", f"{feed.url}\n\n{feed.error}\n")
        Feed.objects.filter(pk=feed.pk).update(told_error=feed.error)
        told.append(feed)
    return told
