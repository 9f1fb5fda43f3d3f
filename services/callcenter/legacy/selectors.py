"""Reads."""

from config.failures import ArchiveOff
from config.routers import archive_is_on
from django.db.models import QuerySet

from legacy.models import ArchivedCall


def archive_list() -> QuerySet[ArchivedCall]:
    if not archive_is_on():
        raise ArchiveOff
    return ArchivedCall.objects.all()
