"""Finished calls as the old system keeps them, on MariaDB.

No foreign key leads out of here: the rows outlive the agents and calls they were copied from.
"""

from django.db import models


class ArchivedCall(models.Model):
    llamada_id = models.BigIntegerField(unique=True)
    numero = models.CharField(max_length=16)
    motivo = models.CharField(max_length=200, blank=True)
    agente = models.CharField(max_length=150, db_index=True)
    inicio = models.DateTimeField()
    fin = models.DateTimeField()
    duracion = models.PositiveIntegerField(help_text="Segundos")
    archivada = models.DateTimeField()

    class Meta:
        verbose_name = "llamada archivada"
        verbose_name_plural = "llamadas archivadas"
        db_table = "llamadas_archivadas"
        ordering = ("-inicio", "-id")
        indexes = (models.Index(fields=["-inicio", "-id"], name="archivo_inicio"),)

    def __str__(self) -> str:
        return f"{self.numero} {self.inicio:%Y-%m-%d %H:%M}"
