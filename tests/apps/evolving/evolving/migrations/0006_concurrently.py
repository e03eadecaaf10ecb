"""An index that is created while the table is used; PostgreSQL only."""

from django.conf import settings
from django.db import migrations, models

index = models.Index(fields=["size"], name="line_by_size")
operation = migrations.AddIndex("Line", index)
if "postgresql" in settings.DATABASES["default"]["ENGINE"]:
    from django.contrib.postgres.operations import AddIndexConcurrently

    operation = AddIndexConcurrently("Line", index)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("evolving", "0005_constraints")]
    operations = [operation]
