from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path


def page(request):
    return render(request, "website/page.html")


def upload(request):
    name = default_storage.save("notes/hello.txt", ContentFile(request.body))
    return HttpResponse(default_storage.url(name))


urlpatterns = [path("", page), path("upload", upload)]
