"""Where the pages are."""

from django.urls import path

from antisocial.feeds import views

urlpatterns = [
    path("", views.EntryList.as_view(), name="entries"),
    path("feeds/", views.feeds, name="feeds"),
    path("feeds/<int:pk>/unsubscribe/", views.unsubscribe, name="unsubscribe"),
]
