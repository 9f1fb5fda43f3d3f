"""HTTP. Without MariaDB, or when it does not answer, both endpoints say 503 and why."""

from config.failures import ArchiveUnreachable
from django.db.utils import InterfaceError, OperationalError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chassis.api import RefusesUnknown, checked_query, paged
from legacy import operations, selectors
from legacy.models import ArchivedCall


class NoQuery(RefusesUnknown):
    pass


class ArchivedCallOutput(serializers.ModelSerializer[ArchivedCall]):
    class Meta:
        model = ArchivedCall
        fields = (
            "id",
            "llamada_id",
            "numero",
            "motivo",
            "agente",
            "inicio",
            "fin",
            "duracion",
            "archivada",
        )


class ArchiveApi(APIView):
    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, OperationalError | InterfaceError) and _comes_from_mariadb(exc):
            exc = ArchiveUnreachable()
        return super().handle_exception(exc)


class ArchiveListApi(ArchiveApi):
    @extend_schema(responses=ArchivedCallOutput(many=True))
    def get(self, request: Request) -> Response:
        checked_query(NoQuery, request)
        rows = selectors.archive_list()
        return paged(rows, output=ArchivedCallOutput, request=request, view=self)


class CallArchiveApi(ArchiveApi):
    @extend_schema(request=None, responses={201: ArchivedCallOutput, 200: ArchivedCallOutput})
    def post(self, request: Request, call_id: int) -> Response:
        row, created = operations.call_archive(call_id=call_id)
        code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
        return Response(ArchivedCallOutput(row).data, status=code)


def _comes_from_mariadb(error: Exception) -> bool:
    """Postgres raises the same Django errors; the driver's own is the cause."""
    return type(error.__cause__).__module__.startswith("MySQLdb")
