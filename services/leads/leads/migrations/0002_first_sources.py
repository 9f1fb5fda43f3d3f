from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Without a source no lead can be created; more are added in the admin.
SOURCES = {"web": "Formulario web", "referido": "Referido"}


def create_sources(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    source = apps.get_model("leads", "Source")
    for slug, nombre in SOURCES.items():
        source.objects.get_or_create(slug=slug, defaults={"nombre": nombre})


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_leads")]

    operations = [migrations.RunPython(create_sources, migrations.RunPython.noop)]
