import time

from django.db import migrations


def take_a_while(apps, schema_editor):
    time.sleep(15)


class Migration(migrations.Migration):
    dependencies = [("probe", "0001_initial")]
    operations = [migrations.RunPython(take_a_while, migrations.RunPython.noop)]
