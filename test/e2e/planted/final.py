"""A migration whose operations cannot all be undone; no service has such a one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel(
            "Thing", [("id", models.AutoField(primary_key=True)), ("size", models.IntegerField())]
        ),
        migrations.RunSQL("UPDATE thing SET size = 0", migrations.RunSQL.noop),
        migrations.RunSQL("DELETE FROM thing"),
        migrations.RemoveField("Thing", "size"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.SeparateDatabaseAndState(
                    database_operations=[migrations.RunSQL("VACUUM")]
                ),
                migrations.DeleteModel("Thing"),
            ],
            state_operations=[migrations.CreateModel("Other", [])],
        ),
    ]
