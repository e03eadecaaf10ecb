import os

SECRET_KEY = "of the tests"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "echo.urls"
USE_TZ = True
DEBUG = os.environ.get("DEBUG") == "true"
