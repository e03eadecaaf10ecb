"""Everything is in the feeds app."""

from django.urls import include, path

urlpatterns = [path("", include("antisocial.feeds.urls"))]
