import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        # Trusted since Postgres 13: the owner of the database may create it, no superuser needed.
        django.contrib.postgres.operations.TrigramExtension(),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(unique=True)),
                ("nombre", models.CharField(max_length=100)),
            ],
            options={
                "ordering": ("slug",),
            },
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nombre", models.CharField(max_length=200)),
                ("email", models.EmailField(max_length=254)),
                (
                    "telefono",
                    models.CharField(
                        blank=True,
                        max_length=20,
                        validators=[
                            django.core.validators.RegexValidator(
                                message="De 6 a 20 dígitos, espacios, puntos, guiones o paréntesis; puede empezar por +.",
                                regex="^\\+?[0-9(][0-9 ().-]{5,18}\\Z",
                            )
                        ],
                    ),
                ),
                (
                    "estado",
                    models.CharField(
                        choices=[
                            ("nuevo", "Nuevo"),
                            ("contactado", "Contactado"),
                            ("calificado", "Calificado"),
                            ("ganado", "Ganado"),
                            ("perdido", "Perdido"),
                        ],
                        default="nuevo",
                        max_length=12,
                    ),
                ),
                ("notas", models.TextField(blank=True, max_length=5000)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="leads.source",
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at", "-id"),
                "indexes": [
                    models.Index(fields=["created_at", "id"], name="lead_created"),
                    models.Index(fields=["estado", "created_at", "id"], name="lead_estado_created"),
                    models.Index(fields=["source", "created_at", "id"], name="lead_source_created"),
                    models.Index(fields=["nombre", "id"], name="lead_nombre"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("nombre"), name="gin_trgm_ops"
                        ),
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("email"), name="gin_trgm_ops"
                        ),
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Upper("telefono"), name="gin_trgm_ops"
                        ),
                        name="lead_search",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "email"),
                        name="lead_email_once_per_source",
                        violation_error_message="Este origen ya tiene un lead con este email.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email"))
                        ),
                        name="lead_email_lowercase",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "estado__in",
                                ["nuevo", "contactado", "calificado", "ganado", "perdido"],
                            )
                        ),
                        name="lead_estado_known",
                    ),
                ],
            },
        ),
    ]
