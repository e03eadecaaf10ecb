"""Takes a while, in no transaction, and leaves a row for each time that it was applied."""

import os
import time

from django.db import migrations


def mark(apps, schema_editor):
    time.sleep(float(os.environ.get("SLOW_SECONDS", "2")))
    apps.get_model("website", "Mark").objects.create(name="slow")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("website", "0001_initial")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
