"""HTTP in and out; rules live in operations, queries in selectors."""

from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from chassis.api import checked_query
from usuarios import operations, selectors
from usuarios.models import Usuario
from usuarios.serializers import UsuarioQuery, UsuarioSerializer


class UsuarioViewSet(viewsets.GenericViewSet[Usuario]):
    queryset = Usuario.objects.all()
    serializer_class = UsuarioSerializer
    lookup_value_converter = "int"

    @extend_schema(parameters=[UsuarioQuery], responses=UsuarioSerializer(many=True))
    def list(self, request: Request) -> Response:
        filters = selectors.UsuarioFilters(**checked_query(UsuarioQuery, request))
        page = self.paginate_queryset(selectors.usuario_list(filters=filters))
        return self.get_paginated_response(UsuarioSerializer(page, many=True).data)

    def create(self, request: Request) -> Response:
        sent = UsuarioSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        usuario = operations.usuario_create(**sent.validated_data)
        return _shown(usuario, status=status.HTTP_201_CREATED)

    def retrieve(self, request: Request, pk: int) -> Response:
        return _shown(selectors.usuario_get(usuario_id=pk))

    def partial_update(self, request: Request, pk: int) -> Response:
        usuario = selectors.usuario_get(usuario_id=pk)
        sent = UsuarioSerializer(usuario, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        return _shown(operations.usuario_update(usuario_id=pk, changes=sent.validated_data))

    def destroy(self, request: Request, pk: int) -> Response:
        """Deactivates: reservas go on speaking of this usuario."""
        operations.usuario_deactivate(usuario_id=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def reactivar(self, request: Request, pk: int) -> Response:
        return _shown(operations.usuario_reactivate(usuario_id=pk))


def _shown(usuario: Usuario, *, status: int = status.HTTP_200_OK) -> Response:
    return Response(UsuarioSerializer(usuario).data, status=status)
