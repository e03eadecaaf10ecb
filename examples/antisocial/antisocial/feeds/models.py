"""A feed, and what was read in it."""

from django.db import models


class Feed(models.Model):
    """A feed that is subscribed to, and how its last fetch went."""

    url = models.URLField(
        max_length=500,
        unique=True,
        error_messages={"unique": "You are subscribed to this feed already."},
    )
    title = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    fetched_at = models.DateTimeField(null=True, blank=True, db_index=True)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    error = models.CharField(max_length=300, blank=True)
    told_error = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ("title", "url")

    def __str__(self):
        return self.title or self.url


class Entry(models.Model):
    """One entry of a feed, as plain text."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="entries")
    guid = models.CharField(max_length=500)
    title = models.CharField(max_length=300)
    link = models.URLField(max_length=1000, blank=True)
    summary = models.TextField(blank=True)
    published_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("-published_at", "-pk")
        verbose_name_plural = "entries"
        constraints = (
            models.UniqueConstraint(fields=("feed", "guid"), name="entry_once_per_feed"),
        )

    def __str__(self):
        return self.title
