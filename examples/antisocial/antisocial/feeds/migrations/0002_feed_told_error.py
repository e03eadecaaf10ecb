from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feeds", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="told_error",
            field=models.CharField(blank=True, editable=False, max_length=300),
        ),
    ]
