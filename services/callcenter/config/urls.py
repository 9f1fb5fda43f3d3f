from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from chassis.site import site_urls
from config.views import archive_note

urlpatterns: list[URLPattern | URLResolver] = [
    *site_urls(note=archive_note, agents="agent-list", calls="call-list", archive="archive-list"),
    path("api/v1/", include("agents.urls")),
    path("api/v1/", include("calls.urls")),
    path("api/v1/", include("legacy.urls")),
]

if settings.DEBUG and find_spec("debug_toolbar"):
    urlpatterns.append(path("__debug__/", include("debug_toolbar.urls")))

handler400 = "chassis.errors.bad_request"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
