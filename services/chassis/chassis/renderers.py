"""The pages on which people look at an API in a browser: they answer as the JSON does."""

from collections.abc import Mapping
from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.renderers import BrowsableAPIRenderer
from rest_framework.request import Request


class PageRenderer(BrowsableAPIRenderer):
    """DRF's page, except that 204 stays 204, and a body that no view read fails no page."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        response = (renderer_context or {})["response"]
        if response.status_code == status.HTTP_204_NO_CONTENT:
            return b""
        return super().render(data, accepted_media_type, renderer_context)

    def get_rendered_html_form(self, data: Any, view: Any, method: str, request: Request) -> Any:
        # A form is filled with what was sent: an action without a body had not looked at it.
        try:
            return super().get_rendered_html_form(data, view, method, request)
        except APIException:
            return None
