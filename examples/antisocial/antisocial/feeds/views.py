"""The pages: entries, and feeds."""

import logging

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from antisocial.feeds.forms import SubscribeForm
from antisocial.feeds.models import Entry, Feed
from antisocial.feeds.tasks import fetch_feed

logger = logging.getLogger(__name__)


class EntryList(ListView):
    """The entries of all feeds, the newest first."""

    queryset = Entry.objects.select_related("feed")
    paginate_by = 20


def feeds(request):
    """The feeds; a POST subscribes to one more and has it fetched."""
    form = SubscribeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            feed = form.save()
            transaction.on_commit(lambda: fetch_feed.delay(feed.pk))
        logger.info("subscribed to feed %d", feed.pk)
        messages.success(request, "Subscribed. Its entries are on their way.")
        return redirect("feeds")
    context = {"form": form, "feeds": Feed.objects.annotate(entry_count=Count("entries"))}
    return render(request, "feeds/feed_list.html", context)


@require_POST
def unsubscribe(request, pk):
    """Forget a feed and its entries."""
    feed = get_object_or_404(Feed, pk=pk)
    feed.delete()
    messages.success(request, f"Unsubscribed from {feed}.")
    return redirect("feeds")
