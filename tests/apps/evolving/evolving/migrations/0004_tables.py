"""What becomes of tables."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("evolving", "0003_columns")]
    operations = [
        migrations.RenameModel("Before", "After"),
        migrations.AlterModelTable("Tabled", "other_table"),
        migrations.DeleteModel("Old"),
        migrations.RemoveField("Line", "many"),
    ]
