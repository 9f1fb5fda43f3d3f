from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from config.views import home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("agents.urls")),
    path("api/v1/", include("calls.urls")),
    path("api/v1/", include("legacy.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
]

if settings.DEBUG and find_spec("debug_toolbar"):
    urlpatterns.append(path("__debug__/", include("debug_toolbar.urls")))

handler400 = "chassis.errors.bad_request"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
