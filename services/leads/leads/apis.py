"""HTTP in and out; rules live in operations, queries in selectors."""

from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from chassis.api import checked, checked_query, paged
from leads import operations, selectors
from leads.csv_import import MAX_BYTES, CsvRow, UnreadableFile, read_rows
from leads.models import Estado
from leads.parsers import CsvParser
from leads.serializers import (
    LeadInput,
    LeadOutput,
    LeadQuery,
    LeadRowInput,
    SourceOutput,
    StatisticsOutput,
    StatisticsQuery,
    TransitionInput,
)
from leads.statistics import cached_statistics
from leads.throttles import CreateRateThrottle


class LeadListCreateApi(APIView):
    """The list is for those who work here; whoever leaves their details needs no account."""

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [] if self._is_creation else super().get_authenticators()

    def get_permissions(self) -> list[Any]:
        return [] if self._is_creation else [*super().get_permissions()]

    def get_throttles(self) -> list[BaseThrottle]:
        return [CreateRateThrottle()] if self._is_creation else []

    @extend_schema(parameters=[LeadQuery], responses=LeadOutput(many=True))
    def get(self, request: Request) -> Response:
        query = checked_query(LeadQuery, request)
        leads = selectors.lead_list(filters=selectors.LeadFilters(**query))
        return paged(leads, output=LeadOutput, request=request, view=self)

    @extend_schema(request=LeadInput, responses={201: LeadOutput})
    def post(self, request: Request) -> Response:
        lead = operations.lead_create(**checked(LeadInput, request.data))
        return Response(LeadOutput(lead).data, status=status.HTTP_201_CREATED)

    @property
    def _is_creation(self) -> bool:
        # There is no request while the schema is being made.
        return self.request is not None and self.request.method == "POST"


class LeadDetailApi(APIView):
    @extend_schema(responses=LeadOutput)
    def get(self, request: Request, lead_id: int) -> Response:
        return Response(LeadOutput(selectors.lead_get(lead_id=lead_id)).data)

    @extend_schema(request=LeadInput(partial=True), responses=LeadOutput)
    def patch(self, request: Request, lead_id: int) -> Response:
        changes = checked(LeadInput, request.data, partial=True)
        lead = operations.lead_update(lead_id=lead_id, changes=changes)
        return Response(LeadOutput(lead).data)


class LeadTransitionApi(APIView):
    @extend_schema(request=TransitionInput, responses=LeadOutput)
    def post(self, request: Request, lead_id: int) -> Response:
        estado = Estado(checked(TransitionInput, request.data)["estado"])
        lead = operations.lead_transition(lead_id=lead_id, estado=estado)
        return Response(LeadOutput(lead).data)


class LeadImportApi(APIView):
    """All or nothing: one bad row and no lead is created. Bad rows are named by their last line."""

    parser_classes = (MultiPartParser, CsvParser)
    throttle_classes = (CreateRateThrottle,)

    @extend_schema(
        request={
            "multipart/form-data": {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary"}},
            },
            "text/csv": {"type": "string"},
        },
        responses={201: {"type": "object", "properties": {"created": {"type": "integer"}}}},
    )
    def post(self, request: Request) -> Response:
        try:
            rows = read_rows(content=_uploaded(request))
        except UnreadableFile as error:
            raise serializers.ValidationError({"file": [str(error)]}) from error
        created = operations.leads_import(rows=_checked_rows(rows))
        return Response({"created": created}, status=status.HTTP_201_CREATED)


class SourceListApi(APIView):
    # A form that creates leads has to know them.
    authentication_classes = ()
    permission_classes = ()

    @extend_schema(responses=SourceOutput(many=True))
    def get(self, request: Request) -> Response:
        return Response(SourceOutput(selectors.source_list(), many=True).data)


class StatisticsApi(APIView):
    @extend_schema(
        parameters=[
            StatisticsQuery,
            OpenApiParameter(
                "X-Cache", response=True, location="header", enum=["hit", "miss", "unavailable"]
            ),
        ],
        responses=StatisticsOutput,
    )
    def get(self, request: Request) -> Response:
        statistics = cached_statistics(**checked_query(StatisticsQuery, request))
        return Response(statistics.data, headers={"X-Cache": statistics.cache})


def _uploaded(request: Request) -> bytes:
    content: Any = request.data
    if isinstance(content, QueryDict):
        upload: Any = content.get("file")
        if upload is None or isinstance(upload, str):
            raise UnreadableFile("Envíe el archivo en el campo multipart 'file', o como text/csv.")
        content = upload.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnreadableFile(f"Mayor de {MAX_BYTES} bytes; divida el archivo.")
    return bytes(content)


def _checked_rows(rows: list[CsvRow]) -> list[dict[str, Any]]:
    sources = {source.slug: source for source in selectors.source_list()}
    data = [row.values for row in rows]
    checked = LeadRowInput(data=data, many=True, context={"sources": sources})
    if checked.is_valid():
        problems = _repeated(rows, checked.validated_data)
    else:
        problems = {rows[index].line: errors for index, errors in checked.errors.items()}
    if problems:
        raise serializers.ValidationError({"rows": problems})  # type: ignore[dict-item]
    values: list[dict[str, Any]] = checked.validated_data
    return values


def _repeated(rows: list[CsvRow], values: list[dict[str, Any]]) -> dict[int, Any]:
    """Rows whose (source, email) is in the database already or stood higher up in the file."""
    taken = selectors.known_addresses(pairs=((row["source"], row["email"]) for row in values))
    problems: dict[int, Any] = {}
    for row, value in zip(rows, values, strict=True):
        pair = (value["source"].pk, value["email"])
        if pair in taken:
            problems[row.line] = {"email": ["Este origen ya tiene un lead con este email."]}
        taken.add(pair)
    return problems
