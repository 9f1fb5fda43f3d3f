from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from config.views import home

urlpatterns = [
    path("", home, name="home"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("leads.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
]

handler400 = "chassis.errors.bad_request"
handler404 = "chassis.errors.not_found"
handler500 = "chassis.errors.server_error"
