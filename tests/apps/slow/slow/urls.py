from django.urls import include, path

from slow import memory, views

urlpatterns = [
    path("slow/<int:seconds>/", views.slow),
    path("eat/", memory.eat),
    path("", include("antisocial.urls")),
]
