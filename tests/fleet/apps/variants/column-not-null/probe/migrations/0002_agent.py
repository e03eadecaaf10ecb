from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("probe", "0001_initial")]
    operations = [
        migrations.AddField(
            "Visit", "agent", models.CharField(max_length=200, default=""), preserve_default=False
        ),
    ]
