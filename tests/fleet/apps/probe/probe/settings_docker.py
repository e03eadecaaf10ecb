from settings_lib import Var, configure

INSTALLED_APPS = ["django.contrib.contenttypes", "probe"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "probe.urls"
WSGI_APPLICATION = "probe.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TIME_ZONE = "UTC"
USE_TZ = True

CELERY_BEAT_SCHEDULE = {"tick": {"task": "probe.tasks.tick", "schedule": 10.0}}
CELERY_TASK_IGNORE_RESULT = True

configure(
    globals(),
    app="probe",
    extra=[
        Var(name="PROBE_HOST", default="", help="The host that it runs on."),
    ],
)
