from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("probe", "0001_initial")]
    operations = [migrations.RunSQL("SELECT bug FROM of_this_version", migrations.RunSQL.noop)]
