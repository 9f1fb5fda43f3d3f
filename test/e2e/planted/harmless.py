"""What loses nothing, breaks nothing that serves, and locks nobody out for long."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("planted", "0001_first")]
    operations = [
        migrations.AddField("thing", "colour", models.CharField(max_length=20, null=True)),
        migrations.AddField("thing", "weight", models.IntegerField(db_default=0)),
        migrations.AlterModelOptions("thing", {"ordering": ("id",)}),
        migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop),
        migrations.RunSQL("SET lock_timeout = 0", "RESET lock_timeout"),
        AddIndexConcurrently("thing", models.Index(fields=["size"], name="by_size")),
        migrations.RunSQL("RESET lock_timeout", "SET lock_timeout = 0"),
        migrations.CreateModel(
            "Note", [("id", models.BigAutoField(primary_key=True)), ("a", models.IntegerField())]
        ),
        migrations.AddConstraint("note", models.UniqueConstraint(fields=["a"], name="one_a")),
    ]
