"""Postgres refuses what overlaps, whoever writes it; SQLite has nothing of the kind."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

ADD = """
ALTER TABLE meetings_meeting ADD CONSTRAINT meeting_no_overlap
EXCLUDE USING gist (organizador WITH =, tstzrange(inicio, fin) WITH &&)
WHERE (estado = 'programada')
"""


def add(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        # Trusted since Postgres 13: the owner of the database may create it, no superuser needed.
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        schema_editor.execute(ADD)


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE meetings_meeting DROP CONSTRAINT meeting_no_overlap")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_meetings")]

    operations = [migrations.RunPython(add, remove)]
