from django.urls import include, path
from rest_framework.routers import DefaultRouter

from chassis.site import site_urls
from reservas.apis import ReservaViewSet

router = DefaultRouter(use_regex_path=False)
router.include_format_suffixes = False
router.register("reservas", ReservaViewSet, basename="reserva")

urlpatterns = [
    *site_urls(reservas="reserva-list"),
    path("api/v1/", include(router.urls)),
]

handler400 = "chassis.errors.bad_request"
handler404 = "chassis.errors.not_found"
handler500 = "chassis.errors.server_error"
