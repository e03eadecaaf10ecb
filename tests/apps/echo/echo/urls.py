import os

from django.http import JsonResponse
from django.urls import path

VERSION = 1


def echo(request):
    found = {"id": request.headers.get("X-Request-ID"), "pid": os.getpid(), "version": VERSION}
    return JsonResponse(found)


urlpatterns = [path("", echo)]
