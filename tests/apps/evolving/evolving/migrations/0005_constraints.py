"""What is forbidden from now on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evolving", "0004_tables")]
    operations = [
        migrations.AddConstraint(
            "Line", models.CheckConstraint(condition=models.Q(size__gt=0), name="line_size")
        ),
        migrations.AddConstraint(
            "Line", models.UniqueConstraint(fields=["size"], name="line_unique")
        ),
        migrations.AlterField("Line", "code", models.CharField(max_length=9, unique=True)),
        migrations.RemoveConstraint("Line", "line_size"),
    ]
