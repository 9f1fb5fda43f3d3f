"""Asks the usuarios service about whoever books. It knows nothing of reservas.

Where it does not answer, no reserva is made: one for somebody who does not exist could only be put
right by hand, while a caller who is told 503 tries again. Everything else goes on without it.
Whoever is deactivated later keeps the reservas they have.
"""

import logging
from http import HTTPStatus
from typing import Any

import urllib3
from django.conf import settings

from chassis.logs import HEADER, current_request_id
from reservas.failures import UsuarioInactive, UsuariosUnavailable, UsuarioUnknown

METADATA_PATH = "/computeMetadata/v1/instance/service-accounts/default/identity"

logger = logging.getLogger(__name__)
# Only answers count, no redirects: a proxy that asks for a login is not the service.
_http = urllib3.PoolManager(maxsize=4, retries=urllib3.Retry(total=False, redirect=False))


def require_active(*, usuario_id: int) -> None:
    """`UsuarioUnknown` or `UsuarioInactive` if they may not book; without a URL nobody is asked."""
    if not settings.USUARIOS_URL:
        return
    try:
        usuario = _usuario(usuario_id)
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        logger.exception("The usuarios service does not answer")
        raise UsuariosUnavailable from error
    if usuario is None:
        raise UsuarioUnknown(usuario_id=usuario_id)
    if usuario["activo"] is not True:
        raise UsuarioInactive(usuario_id=usuario_id)


def _usuario(usuario_id: int) -> dict[str, Any] | None:
    """Their data, None if there is nobody; ValueError for an answer that is neither."""
    url = f"{settings.USUARIOS_URL}/api/v1/usuarios/{usuario_id}/"
    answer = _get(url, headers=_headers())
    if answer.status == HTTPStatus.NOT_FOUND:
        return None
    if answer.status != HTTPStatus.OK:
        raise ValueError(f"{url} answers {answer.status}")
    usuario = answer.json()
    if not isinstance(usuario, dict) or "activo" not in usuario:
        raise ValueError(f"{url} answers something else than a usuario")
    return usuario


def _headers() -> dict[str, str]:
    headers = {"Accept": "application/json", HEADER: current_request_id.get() or ""}
    if settings.USUARIOS_ID_TOKEN:
        headers["Authorization"] = f"Bearer {_id_token(audience=settings.USUARIOS_URL)}"
    return {name: value for name, value in headers.items() if value}


def _id_token(*, audience: str) -> str:
    """Our identity token on Google Cloud; the metadata server keeps it while it is valid."""
    answer = _get(
        f"http://{settings.METADATA_HOST}{METADATA_PATH}",
        headers={"Metadata-Flavor": "Google"},
        fields={"audience": audience},
    )
    if answer.status != HTTPStatus.OK:
        raise ValueError(f"the metadata server answers {answer.status}")
    return answer.data.decode("ascii").strip()


def _get(url: str, **options: Any) -> urllib3.BaseHTTPResponse:
    timeout = urllib3.Timeout(total=settings.USUARIOS_TIMEOUT_SECONDS)
    return _http.request("GET", url, timeout=timeout, **options)
