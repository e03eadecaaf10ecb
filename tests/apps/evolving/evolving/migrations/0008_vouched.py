"""The second of two releases: no code that may still run knows the column."""

from django.db import migrations


class Migration(migrations.Migration):
    old_code_survives = ("DROP_COLUMN",)
    dependencies = [("evolving", "0007_by_hand")]
    operations = [migrations.RemoveField("Line", "number")]
