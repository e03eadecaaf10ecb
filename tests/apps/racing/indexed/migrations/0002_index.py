"""CREATE INDEX CONCURRENTLY waits for every session that has a snapshot."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("indexed", "0001_initial")]
    operations = [
        AddIndexConcurrently("line", models.Index(fields=["text"], name="line_text")),
    ]
