from django.urls import path

from promos import apis

urlpatterns = [
    path("promos/", apis.PromoListApi.as_view(), name="promos"),
    path("promos/<int:promo_id>/", apis.PromoDetailApi.as_view(), name="promo"),
]
