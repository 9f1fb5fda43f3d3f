"""What a database has: two tables, and what the others refer to."""

from django.db import migrations, models


class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel(
            "Place",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            "Thing",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("size", models.IntegerField(null=True)),
                ("code", models.CharField(max_length=20)),
                ("text", models.TextField()),
                ("places", models.ManyToManyField("planted.place")),
            ],
        ),
    ]
