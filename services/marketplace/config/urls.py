from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("stores.urls")),
    path("api/v1/", include("promos.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
]

handler400 = "chassis.errors.bad_request"
handler404 = "chassis.errors.not_found"
handler500 = "chassis.errors.server_error"
