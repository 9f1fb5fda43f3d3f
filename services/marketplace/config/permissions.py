from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS, BasePermission

if TYPE_CHECKING:
    # DRF loads this module while it is still loading its own views.
    from rest_framework.request import Request
    from rest_framework.views import APIView


class WritesNeedApiKey(BasePermission):
    """Where MARKETPLACE_API_KEY is set, whoever changes anything shows it in X-API-Key.

    Where it is not, the platform is the guard: loopback ports here, the invoker role in the cloud.
    """

    message = "Envíe la clave de este servicio en la cabecera X-API-Key."
    code = "api_key"

    def has_permission(self, request: Request, view: APIView) -> bool:
        key: str = settings.MARKETPLACE_API_KEY
        if not key or request.method in SAFE_METHODS:
            return True
        shown = request.headers.get("X-API-Key", "")
        return secrets.compare_digest(shown.encode(), key.encode())
