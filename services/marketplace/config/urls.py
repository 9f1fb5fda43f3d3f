from django.urls import include, path

from chassis.site import site_urls

urlpatterns = [
    *site_urls(stores="stores", products="products", promos="promos"),
    path("api/v1/", include("stores.urls")),
    path("api/v1/", include("promos.urls")),
]

handler400 = "chassis.errors.bad_request"
handler404 = "chassis.errors.not_found"
handler500 = "chassis.errors.server_error"
