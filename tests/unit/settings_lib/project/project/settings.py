from pathlib import Path

from settings_lib import configure

INSTALLED_APPS = ["django.contrib.staticfiles"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "project.urls"
STATIC_URL = "/static/"
STATIC_ROOT = Path("static")  # each test runs in a folder of its own
STATICFILES_DIRS = [Path(__file__).parent / "assets"]

configure(globals(), app="project")
