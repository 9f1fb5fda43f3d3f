"""HTTP in and out; rules live in operations, queries in selectors."""

from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from chassis.api import checked_query
from reservas import operations, selectors
from reservas.models import Estado, Reserva
from reservas.serializers import ReservaChanges, ReservaQuery, ReservaSerializer, TransitionInput


class ReservaViewSet(viewsets.GenericViewSet[Reserva]):
    """Nothing is deleted: a reserva that is not wanted any more is cancelled."""

    queryset = Reserva.objects.all()
    lookup_value_converter = "int"

    def get_serializer_class(self) -> type[BaseSerializer[Reserva]]:
        # The browsable page makes its forms of it.
        if self.action == "partial_update":
            return ReservaChanges
        return TransitionInput if self.action == "transicion" else ReservaSerializer

    @extend_schema(parameters=[ReservaQuery], responses=ReservaSerializer(many=True))
    def list(self, request: Request) -> Response:
        filters = selectors.ReservaFilters(**checked_query(ReservaQuery, request))
        page = self.paginate_queryset(selectors.reserva_list(filters=filters))
        return self.get_paginated_response(ReservaSerializer(page, many=True).data)

    def create(self, request: Request) -> Response:
        sent = ReservaSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        reserva = operations.reserva_create(**sent.validated_data)
        return _shown(reserva, status=status.HTTP_201_CREATED)

    def retrieve(self, request: Request, pk: int) -> Response:
        return _shown(selectors.reserva_get(reserva_id=pk))

    @extend_schema(request=ReservaChanges, responses=ReservaSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        sent = ReservaChanges(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        return _shown(operations.reserva_update(reserva_id=pk, changes=sent.validated_data))

    @extend_schema(request=TransitionInput, responses=ReservaSerializer)
    @action(detail=True, methods=["post"])
    def transicion(self, request: Request, pk: int) -> Response:
        """Moves to another state: pendiente, confirmada, completada; cancelada until then."""
        sent = TransitionInput(data=request.data)
        sent.is_valid(raise_exception=True)
        estado = Estado(sent.validated_data["estado"])
        return _shown(operations.reserva_transition(reserva_id=pk, estado=estado))


def _shown(reserva: Reserva, *, status: int = status.HTTP_200_OK) -> Response:
    return Response(ReservaSerializer(reserva).data, status=status)
