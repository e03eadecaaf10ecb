from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("probe", "0001_initial")]
    operations = [migrations.RenameField("Visit", "referrer", "source")]
