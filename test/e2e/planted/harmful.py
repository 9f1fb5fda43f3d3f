"""One of each thing that a review has to say something of."""

from django.db import migrations, models


def fill(apps, schema_editor):
    """Nobody knows what it does."""


class Migration(migrations.Migration):
    dependencies = [("planted", "0002_harmless")]
    operations = [
        migrations.AddField("thing", "needed", models.IntegerField(default=1)),
        migrations.AlterField("thing", "code", models.CharField(max_length=30)),
        migrations.AlterField("thing", "text", models.IntegerField()),
        migrations.AlterField("thing", "size", models.IntegerField(default=0)),
        migrations.AlterField("place", "name", models.CharField(max_length=20, unique=True)),
        migrations.RenameField("thing", "colour", "color"),
        migrations.AddIndex("thing", models.Index(fields=["weight"], name="by_weight")),
        migrations.AddConstraint(
            "thing", models.CheckConstraint(condition=models.Q(weight__gte=0), name="weighs")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL("LOCK TABLE planted_thing", migrations.RunSQL.noop),
        migrations.AlterModelTable("note", "notes"),
        migrations.RemoveField("thing", "places"),
        migrations.DeleteModel("Place"),
    ]
