from django.urls import path

from probe import views

urlpatterns = [
    path("", views.about),
    path("echo", views.echo),
    path("slow", views.slow),
]
