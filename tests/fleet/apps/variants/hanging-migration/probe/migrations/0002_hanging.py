import time

from django.db import migrations


def hang(apps, schema_editor):
    time.sleep(3600)


class Migration(migrations.Migration):
    dependencies = [("probe", "0001_initial")]
    operations = [migrations.RunPython(hang, migrations.RunPython.noop)]
