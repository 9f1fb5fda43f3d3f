"""What a service with an API serves besides it: its root, the back office, and the API's document.

    urlpatterns = [*site_urls(leads="leads", stats="stats"), path("api/v1/", include("leads.urls"))]

The root says what the service is and where to go on: a page to a browser, JSON to whoever asks for
no page. In production it names neither the back office nor a page to try the API in, which needs
files that only the development image has (docs/decisions/0043).
"""

from collections.abc import Callable
from typing import Final

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from chassis.paths import LIVE_PATH
from chassis.rest import SIDECAR

LABELS: Final = {
    "docs": "Probar la API",
    "schema": "Documento OpenAPI",
    "admin": "Administración",
    "health": "Salud",
}


def site_urls(
    *, note: Callable[[], str] | None = None, **lists: str
) -> list[URLPattern | URLResolver]:
    """The routes.

    `lists` are the URL names of what to look at first, `note` is one more sentence for the root.
    """

    @require_safe
    def root(request: HttpRequest) -> HttpResponse:
        about = {
            "service": spectacular_settings.TITLE,
            "description": spectacular_settings.DESCRIPTION,
            **({"note": note()} if note else {}),
        }
        answer = _answer(request, about, _places(lists))
        patch_vary_headers(answer, ["Accept"])
        return answer

    return [
        path("", root, name="root"),
        path("admin/", admin.site.urls),
        path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
        # Its script has an address of its own: nothing of the page needs leave to run inline.
        *(
            [path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(), name="docs")]
            if apps.is_installed(SIDECAR)
            else []
        ),
    ]


def _answer(request: HttpRequest, about: dict[str, str], places: dict[str, str]) -> HttpResponse:
    # The first is for whoever takes anything.
    if request.get_preferred_type(["application/json", "text/html"]) != "text/html":
        return JsonResponse({**about, **places})
    links = [(LABELS.get(name, name), address) for name, address in places.items()]
    return render(request, "chassis/root.html", {**about, "links": links, "places": places})


def _places(lists: dict[str, str]) -> dict[str, str]:
    names = {**lists, "schema": "schema"}
    if apps.is_installed(SIDECAR):
        names["docs"] = "docs"
    if getattr(settings, "ROOT_NAMES_ADMIN", False):
        names["admin"] = "admin:index"
    addresses = {name: reverse(route) for name, route in names.items()}
    return {**addresses, "health": LIVE_PATH}
