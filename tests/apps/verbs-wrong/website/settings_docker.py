"""No settings library here: whatever a Django project may do by itself."""

import os

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "website.urls"
INSTALLED_APPS = ["website"]
USE_TZ = True
