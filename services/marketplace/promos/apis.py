"""HTTP in and out; rules live in operations, queries in selectors."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chassis.api import checked, checked_query, paged
from promos import operations, selectors
from promos.serializers import PromoInput, PromoOutput, PromoQuery


class PromoListApi(APIView):
    @extend_schema(parameters=[PromoQuery], responses=PromoOutput(many=True))
    def get(self, request: Request) -> Response:
        filters = selectors.PromoFilters(**checked_query(PromoQuery, request))
        promos = selectors.promo_list(filters=filters)
        return paged(promos, output=PromoOutput, request=request, view=self)

    @extend_schema(request=PromoInput, responses={201: PromoOutput})
    def post(self, request: Request) -> Response:
        promo = operations.promo_create(**checked(PromoInput, request.data))
        return Response(PromoOutput(promo).data, status=status.HTTP_201_CREATED)


class PromoDetailApi(APIView):
    @extend_schema(responses=PromoOutput)
    def get(self, request: Request, promo_id: int) -> Response:
        return Response(PromoOutput(selectors.promo_get(promo_id=promo_id)).data)
