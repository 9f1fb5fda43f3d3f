from django.urls import path

from stores import apis

urlpatterns = [
    path("products/", apis.ProductListApi.as_view(), name="products"),
    path("products/<str:sku>/", apis.ProductDetailApi.as_view(), name="product"),
    path("stores/", apis.StoreListApi.as_view(), name="stores"),
    path("stores/near/", apis.StoresNearApi.as_view(), name="stores-near"),
    path("stores/<int:store_id>/", apis.StoreDetailApi.as_view(), name="store"),
    path(
        "stores/<int:store_id>/products/",
        apis.StoreProductsApi.as_view(),
        name="store-products",
    ),
    path(
        "stores/<int:store_id>/products/<str:sku>/",
        apis.AvailabilityApi.as_view(),
        name="availability",
    ),
]
