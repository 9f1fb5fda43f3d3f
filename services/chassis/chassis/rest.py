"""Settings of DRF in parts, which a service puts together.

REST_FRAMEWORK = {**JSON_API, **WITHOUT_LOGIN, **BROWSABLE, **DESCRIBED}
"""

from importlib.util import find_spec
from typing import Any, Final

from chassis.settings import BaseEnvironment

# The files of the interactive page; the development image alone has them.
SIDECAR: Final = "drf_spectacular_sidecar"

# The settings that all services share: JSON in and out, pages of ten, the errors of chassis.errors.
JSON_API: Final[dict[str, Any]] = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["chassis.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 10,
    "EXCEPTION_HANDLER": "chassis.errors.to_response",
    # Errors are keyed by row number, which will be the only way in DRF 3.20.
    "LIST_SERIALIZER_ERRORS_AS_DICT": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

# The platform is the guard: loopback ports in dev, the invoker role in the cloud.
WITHOUT_LOGIN: Final[dict[str, Any]] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
}

WITH_LOGIN: Final[dict[str, Any]] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # Token first: without credentials its answer is 401, a session's would be 403.
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}

# Pages for people who look at the API in a browser.
BROWSABLE: Final[dict[str, Any]] = {
    # The first one answers whoever does not ask for a page.
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "chassis.renderers.PageRenderer",
    ],
}

# An OpenAPI document, by drf-spectacular, with every refusal.
DESCRIBED: Final[dict[str, Any]] = {
    "DEFAULT_SCHEMA_CLASS": "chassis.schema.DescribedSchema",
}


def api_apps(base: BaseEnvironment) -> list[str]:
    """The apps of a service with an API; with an interactive page where it can be served."""
    interactive = base.serves_files_from_sources and find_spec(SIDECAR)
    return ["rest_framework", "drf_spectacular", *([SIDECAR] if interactive else [])]


def described(*, title: str, description: str) -> dict[str, Any]:
    """SPECTACULAR_SETTINGS; the root says what the service is in the same words (chassis.site)."""
    return {
        "TITLE": title,
        "DESCRIPTION": description,
        "VERSION": "1",
        "SERVE_INCLUDE_SCHEMA": False,
        # Nothing of the page comes from elsewhere.
        "SWAGGER_UI_DIST": "SIDECAR",
        "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    }
