"""SQL as a person writes it."""

from django.db import migrations

SQL = """
-- drop table is only mentioned here
alter table evolving_written
    drop column name; -- gone
"""


class Migration(migrations.Migration):
    dependencies = [("evolving", "0006_concurrently")]
    operations = [
        migrations.RunSQL(SQL),
        migrations.RunSQL(["UPDATE evolving_owner SET id = id WHERE 'DROP COLUMN' = ''"]),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL("DROP TABLE evolving_written")]
        ),
    ]
