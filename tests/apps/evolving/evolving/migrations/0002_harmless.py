"""What the old version does not notice."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evolving", "0001_initial")]
    operations = [
        migrations.AddField("Line", "extra", models.CharField(max_length=5, null=True)),
        migrations.AddField("Line", "state", models.IntegerField(db_default=1)),
        migrations.AddField(
            "Line", "third", models.ForeignKey("Owner", models.CASCADE, "+", null=True)
        ),
        migrations.AddField("Line", "many", models.ManyToManyField("Owner", related_name="+")),
        migrations.AddField(
            "Line",
            "twice",
            models.GeneratedField(
                expression=models.F("rank") * 2,
                output_field=models.IntegerField(),
                db_persist=True,
            ),
        ),
        migrations.AlterField("Line", "must", models.IntegerField(null=True)),
        migrations.AlterField("Line", "label", models.CharField(max_length=20)),
        migrations.AlterField("Line", "size", models.BigIntegerField()),
        migrations.AlterField("Line", "id", models.BigAutoField(primary_key=True)),
        migrations.AlterField("Line", "number", models.IntegerField(default=3)),
        migrations.AddIndex("Line", models.Index(fields=["label"], name="line_label")),
        migrations.RemoveIndex("Line", "line_label"),
        migrations.AlterModelOptions("Line", {"ordering": ["id"]}),
        migrations.RunPython(migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("Line", "must")]
        ),
        # What is new here, the old version does not know.
        migrations.CreateModel(
            "Fresh",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("word", models.CharField(max_length=10)),
                ("when", models.DateField()),
            ],
            options={"unique_together": {("word", "when")}},
        ),
        migrations.AlterUniqueTogether("Fresh", set()),
        migrations.AddField("Fresh", "kind", models.IntegerField(default=1)),
        migrations.RemoveField("Fresh", "when"),
        migrations.AlterField("Fresh", "word", models.TextField()),
        migrations.RenameModel("Fresh", "Newer"),
        migrations.RemoveField("Newer", "word"),
        migrations.AddField("Line", "passing", models.IntegerField(null=True)),
        migrations.RenameField("Line", "passing", "passed"),
        migrations.RemoveField("Line", "passed"),
    ]
