"""How every endpoint reads its input and pages its output."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model, QuerySet
from django.http import QueryDict
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Pages(PageNumberPagination):
    page_size = 10


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses names it does not know: a misspelled filter would otherwise filter nothing."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in data if name not in self.fields)
            if unknown:
                allowed = f"Desconocido; permitidos: {', '.join(self.fields)}."
                raise serializers.ValidationError({name: [allowed] for name in unknown})
        return super().to_internal_value(data)


def checked(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """The input as the serializer cleans it, or an error that names each bad field."""
    plain = data.dict() if isinstance(data, QueryDict) else data
    filled = serializer(data=plain)
    filled.is_valid(raise_exception=True)
    return dict(filled.validated_data)


def checked_query(
    serializer: type[serializers.Serializer[Any]], request: Request
) -> dict[str, Any]:
    """The filters of a list; `page` is the pagination's own."""
    query = {name: value for name, value in request.query_params.items() if name != "page"}
    return checked(serializer, query)


def paged(
    rows: QuerySet[Any, Any],
    *,
    output: type[serializers.Serializer[Any]],
    request: Request,
    view: APIView,
) -> Response:
    """One page of rows, with count and links."""
    pages = Pages()
    page: list[Model] | None = pages.paginate_queryset(rows, request, view=view)
    return pages.get_paginated_response(output(page, many=True).data)
