from django.db import migrations, models

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    initial = True

    operations = [
        migrations.CreateModel(
            name="Done",
            fields=[
                ("id", ID),
                ("number", models.IntegerField(db_index=True)),
                ("version", models.CharField(max_length=64)),
                ("host", models.CharField(max_length=64)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", ID),
                ("path", models.CharField(max_length=200)),
                ("referrer", models.CharField(max_length=200)),
            ],
        ),
    ]
