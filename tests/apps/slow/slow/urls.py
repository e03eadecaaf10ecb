from django.urls import include, path

from slow import views

urlpatterns = [
    path("slow/<int:seconds>/", views.slow),
    path("", include("antisocial.urls")),
]
