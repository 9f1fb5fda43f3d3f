"""How every endpoint reads its input, in services that have DRF; the chassis asks for none."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

PAGING = ("page", "format")


class RefusesUnknown(serializers.Serializer[Any]):
    """Refuses fields that cannot be written: a misspelled or read-only one is not lost unseen."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            writable = [name for name, field in self.fields.items() if not field.read_only]
            refused = sorted(str(name) for name in data if name not in writable)
            if refused:
                said = f"Desconocido o de solo lectura; permitidos: {', '.join(writable)}."
                raise serializers.ValidationError({name: [said] for name in refused})
        return super().to_internal_value(data)


def checked_query(
    serializer: type[serializers.Serializer[Any]], request: Request
) -> dict[str, Any]:
    """The filters of a list, the last value of each name; pages are the pagination's own."""
    given = request.query_params.dict()
    query = serializer(data={name: value for name, value in given.items() if name not in PAGING})
    query.is_valid(raise_exception=True)
    values: dict[str, Any] = query.validated_data
    return values
