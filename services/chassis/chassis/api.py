"""How every endpoint reads its input and pages its output, in services that have DRF."""

import math
from collections.abc import Mapping
from typing import Any

from django.db.models import Model, QuerySet
from django.http import QueryDict
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

PAGING = ("page", "format")


class Pages(PageNumberPagination):
    page_size = 10


class FiniteField(serializers.FloatField):
    """A number that JSON can express: `nan` and `inf`, as text, are floats to Python."""

    def to_internal_value(self, data: Any) -> float:
        number = super().to_internal_value(data)
        if not math.isfinite(number):
            self.fail("invalid")
        return number


class RefusesUnknown(serializers.Serializer[Any]):
    """Refuses fields that cannot be written: a misspelled or read-only one is not lost unseen."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            writable = [name for name, field in self.fields.items() if not field.read_only]
            refused = sorted(str(name) for name in data if name not in writable)
            if refused:
                allowed = ", ".join(writable) or "ninguno"
                said = f"Desconocido o de solo lectura; permitidos: {allowed}."
                raise serializers.ValidationError({name: [said] for name in refused})
        return super().to_internal_value(data)


def checked(
    serializer: type[serializers.Serializer[Any]], data: Any, *, partial: bool = False
) -> dict[str, Any]:
    """The input as the serializer cleans it, or an error that names each bad field."""
    # A form or query string has several values for a name; a plain dict has the last one.
    plain = data.dict() if isinstance(data, QueryDict) else data
    filled = serializer(data=plain, partial=partial)
    filled.is_valid(raise_exception=True)
    values: dict[str, Any] = filled.validated_data
    return values


def checked_query(
    serializer: type[serializers.Serializer[Any]], request: Request
) -> dict[str, Any]:
    """The filters of a list, the last value of each name; pages are the pagination's own."""
    given = request.query_params.dict()
    return checked(serializer, {name: given[name] for name in given if name not in PAGING})


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
