from django.urls import include, path
from rest_framework.routers import SimpleRouter

from chassis.site import site_urls
from config.views import index
from meetings.apis import MeetingViewSet

router = SimpleRouter(use_regex_path=False)
router.register("meetings", MeetingViewSet, basename="meeting")

# /api/v1/health/ is answered by config.health.
urlpatterns = [
    *site_urls(meetings="meeting-list"),
    path("api/v1/", index, name="index"),
    path("api/v1/", include(router.urls)),
]

handler400 = "chassis.errors.bad_request"
handler404 = "chassis.errors.not_found"
handler500 = "chassis.errors.server_error"
