"""What becomes of columns."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evolving", "0002_harmless")]
    operations = [
        migrations.AddField("Line", "kind", models.IntegerField(default=1)),
        migrations.AddField("Line", "comment", models.TextField(default="")),
        migrations.RemoveField("Line", "note"),
        migrations.RemoveField("Line", "second"),
        migrations.RemoveField("Line", "only"),
        migrations.RenameField("Line", "text", "words"),
        migrations.AlterField("Line", "number", models.CharField(max_length=20)),
        migrations.AlterField("Line", "label", models.CharField(max_length=5)),
        migrations.AlterField("Line", "maybe", models.IntegerField(default=0)),
        migrations.AlterField("Line", "other", models.IntegerField(db_default=0)),
        migrations.AlterField("Line", "rank", models.IntegerField()),
    ]
