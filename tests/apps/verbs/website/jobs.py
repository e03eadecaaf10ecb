"""What verbs call."""

from django.conf import settings


def greet(args):
    """Greet whom the arguments name; the exit code is how many."""
    print("settings are there:", settings.configured)
    for name in args:
        print("greetings to", name)
    return len(args) if "count" in args else None
