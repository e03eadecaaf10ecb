import hashlib
import os
import socket
import time

from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

#: Seconds that a request may ask for.
LONGEST = 5


def told(**more):
    """Who answers: the version, its host, its container and its process."""
    who = {
        "version": settings.IMAGE_TAG,
        "host": settings.PROBE_HOST,
        "container": socket.gethostname(),
        "pid": os.getpid(),
    }
    return JsonResponse(who | more)


@require_GET
def about(request):
    return told()


@csrf_exempt
@require_POST
def echo(request):
    """The body's length and digest, by which its sender knows it."""
    body = request.body
    return told(length=len(body), sha256=hashlib.sha256(body).hexdigest())


@require_GET
def slow(request):
    seconds = min(float(request.GET.get("s", "1")), LONGEST)
    time.sleep(seconds)
    return told(seconds=seconds)
