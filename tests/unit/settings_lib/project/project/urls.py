from django.http import HttpResponse
from django.templatetags.static import static
from django.urls import path


def index(request):
    return HttpResponse(static("style.css"))


urlpatterns = [path("", index)]
