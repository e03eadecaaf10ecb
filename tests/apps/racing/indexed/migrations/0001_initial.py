from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("website", "0003_other")]
    operations = [
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=100)),
            ],
        ),
    ]
