from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("leads.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
]

handler400 = "leads.errors.bad_request"
handler404 = "leads.errors.not_found"
handler500 = "leads.errors.server_error"
