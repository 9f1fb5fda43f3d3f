"""How drf-spectacular describes an operation: with every refusal that it may answer.

Which those are follows from the view and from the chassis, so no view lists them.
"""

from http import HTTPStatus
from typing import Any, Final

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

_ALWAYS: Final = {
    HTTPStatus.BAD_REQUEST: "Something in the request is not valid; `fields` names it.",
    HTTPStatus.NOT_FOUND: "There is no such thing, page or format.",
    HTTPStatus.METHOD_NOT_ALLOWED: "The method is none of those described here.",
    HTTPStatus.NOT_ACCEPTABLE: "The answer is JSON, and Accept excludes it.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is of another type, or not in UTF-8.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Something that is needed does not answer; try again later.",
}
_OF_WRITES: Final = {
    HTTPStatus.CONFLICT: "The state of things, or somebody else, is in the way.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
}
_SAFE: Final = ("GET", "HEAD", "OPTIONS")


class ErrorDetail(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="For programs; it does not change.")
    message = serializers.CharField(help_text="For people.")
    fields = serializers.JSONField(required=False)  # type: ignore[assignment]  # a field here


class Error(serializers.Serializer[Any]):
    error = ErrorDetail()


class DescribedSchema(AutoSchema):
    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is not None:
            operation["responses"] = {**self._refusals(), **operation["responses"]}
        return operation

    def _refusals(self) -> dict[str, Any]:
        error = self.resolve_serializer(Error, "response").ref
        return {
            str(status.value): {
                "description": description,
                "content": {"application/json": {"schema": error}},
            }
            for status, description in sorted(self._statuses().items())
        }

    def _statuses(self) -> dict[HTTPStatus, str]:
        statuses = {**_ALWAYS, **({} if self.method in _SAFE else _OF_WRITES)}
        if self.view.get_authenticators():
            statuses[HTTPStatus.UNAUTHORIZED] = "Nobody has logged in."
        if self.view.get_authenticators() or self.view.get_permissions():
            statuses[HTTPStatus.FORBIDDEN] = "Whoever asks may not do this."
        if self.view.get_throttles():
            statuses[HTTPStatus.TOO_MANY_REQUESTS] = "Too often; `Retry-After` says when to go on."
        return statuses
