import time

from django.http import HttpResponse


def slow(request, seconds):
    """Answer after some seconds; the log says when it began."""
    print("slow: began", flush=True)
    time.sleep(seconds)
    return HttpResponse("done\n")
