from django.http import HttpResponse


class Unready:
    """Answers 503 to who asks whether web is ready."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path == "/__lbheartbeat__":
            return HttpResponse("the bug of this version: never ready\n", status=503)
        return self.get_response(request)
