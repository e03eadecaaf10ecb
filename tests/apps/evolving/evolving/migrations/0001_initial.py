"""What the old version has."""

from django.db import migrations, models

NAME = models.CharField(max_length=10)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel("Owner", [("id", models.BigAutoField(primary_key=True))]),
        migrations.CreateModel(
            "Line",
            [
                ("id", models.AutoField(primary_key=True)),
                ("text", NAME),
                ("note", models.CharField(max_length=10, null=True)),
                ("number", models.IntegerField()),
                ("size", models.IntegerField()),
                ("maybe", models.IntegerField(null=True)),
                ("other", models.IntegerField(null=True)),
                ("must", models.IntegerField()),
                ("label", NAME),
                ("code", models.CharField(max_length=9)),
                ("only", models.CharField(max_length=9, unique=True)),
                ("rank", models.IntegerField(db_default=1)),
                ("owner", models.ForeignKey("Owner", models.CASCADE)),
                ("second", models.ForeignKey("Owner", models.CASCADE, "+", null=True)),
            ],
        ),
        migrations.CreateModel(
            "Part",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("line", models.ForeignKey("Line", models.CASCADE)),
            ],
        ),
        *(
            migrations.CreateModel(
                name, [("id", models.BigAutoField(primary_key=True)), ("name", NAME)]
            )
            for name in ("Old", "Before", "Tabled", "Written")
        ),
    ]
