"""HTTP in and out; rules live in operations, queries in selectors."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chassis.api import Pages, RefusesUnknown, checked, checked_query, paged
from promos.selectors import current_offers
from stores import operations, selectors
from stores.models import Availability, Store
from stores.serializers import (
    AvailabilityInput,
    NearQuery,
    NearStoreOutput,
    ProductInput,
    ProductOutput,
    StoreInput,
    StoreOutput,
    StoreProductOutput,
    StoreProductsQuery,
)


class ProductListApi(APIView):
    @extend_schema(responses=ProductOutput(many=True))
    def get(self, request: Request) -> Response:
        checked_query(RefusesUnknown, request)
        rows = selectors.product_list()
        return paged(rows, output=ProductOutput, request=request, view=self)

    @extend_schema(request=ProductInput, responses={201: ProductOutput})
    def post(self, request: Request) -> Response:
        product = operations.product_create(**checked(ProductInput, request.data))
        return Response(ProductOutput(product).data, status=status.HTTP_201_CREATED)


class ProductDetailApi(APIView):
    @extend_schema(responses=ProductOutput)
    def get(self, request: Request, sku: str) -> Response:
        return Response(ProductOutput(selectors.product_get(sku=sku)).data)


class StoreListApi(APIView):
    @extend_schema(responses=StoreOutput(many=True))
    def get(self, request: Request) -> Response:
        checked_query(RefusesUnknown, request)
        rows = selectors.store_list()
        return paged(rows, output=StoreOutput, request=request, view=self)

    @extend_schema(request=StoreInput, responses={201: StoreOutput})
    def post(self, request: Request) -> Response:
        store = operations.store_create(**checked(StoreInput, request.data))
        return Response(StoreOutput(store).data, status=status.HTTP_201_CREATED)


class StoresNearApi(APIView):
    @extend_schema(parameters=[NearQuery], responses=NearStoreOutput(many=True))
    def get(self, request: Request) -> Response:
        query = checked_query(NearQuery, request)
        near = selectors.stores_near(
            lat=query["lat"],
            lon=query["lon"],
            radius_m=query["radius_m"],
            sku=query.get("product"),
        )
        return paged(near, output=NearStoreOutput, request=request, view=self)


class StoreDetailApi(APIView):
    @extend_schema(responses=StoreOutput)
    def get(self, request: Request, store_id: int) -> Response:
        return Response(StoreOutput(selectors.store_get(store_id=store_id)).data)


class StoreProductsApi(APIView):
    @extend_schema(parameters=[StoreProductsQuery], responses=StoreProductOutput(many=True))
    def get(self, request: Request, store_id: int) -> Response:
        query = checked_query(StoreProductsQuery, request)
        store = selectors.store_get(store_id=store_id)
        rows = selectors.products_in_store(store=store, available=query["available"])
        pages = Pages()
        page = pages.paginate_queryset(rows, request, view=self) or []
        _attach_offers(page, store=store)
        return pages.get_paginated_response(StoreProductOutput(page, many=True).data)


class AvailabilityApi(APIView):
    @extend_schema(request=AvailabilityInput, responses=StoreProductOutput)
    def put(self, request: Request, store_id: int, sku: str) -> Response:
        cantidad: int = checked(AvailabilityInput, request.data)["cantidad"]
        store = selectors.store_get(store_id=store_id)
        product = selectors.product_get(sku=sku)
        row = operations.availability_set(store=store, product=product, cantidad=cantidad)
        _attach_offers([row], store=store)
        return Response(StoreProductOutput(row).data)


def _attach_offers(rows: list[Availability], *, store: Store) -> None:
    """One query for the whole page."""
    offers = current_offers(store=store, products=[row.product for row in rows])
    for row in rows:
        row.offer = offers.get(row.product_id)  # type: ignore[attr-defined]
