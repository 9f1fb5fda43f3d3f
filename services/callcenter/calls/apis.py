"""HTTP."""

from datetime import datetime
from typing import Any

from agents.models import Agent
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from calls import operations, selectors
from calls.models import Call, CallState, number_validator
from chassis.api import RefusesUnknown, checked, checked_query, paged


class CallQuery(RefusesUnknown):
    agent = serializers.IntegerField(min_value=1, required=False)
    state = serializers.ChoiceField(choices=CallState.choices, required=False)

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of Python, so the pair cannot be written above.
        return super().get_fields() | {
            "from": serializers.DateTimeField(required=False),
            "to": serializers.DateTimeField(required=False),
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        since: datetime | None = attrs.pop("from", None)
        until: datetime | None = attrs.pop("to", None)
        if since and until and since > until:
            raise serializers.ValidationError({"from": ["Es posterior a 'to'."]})
        return {**attrs, "since": since, "until": until}


class CallInput(RefusesUnknown):
    numero = serializers.CharField(max_length=16, validators=[number_validator])
    motivo = serializers.CharField(max_length=200, required=False, allow_blank=True)


class AssignInput(RefusesUnknown):
    agente = serializers.PrimaryKeyRelatedField(queryset=Agent.objects.all())


class CallAgentOutput(serializers.ModelSerializer[Agent]):
    class Meta:
        model = Agent
        fields = ("id", "nombre", "extension")


class CallOutput(serializers.ModelSerializer[Call]):
    agente = CallAgentOutput(allow_null=True)
    duracion = serializers.SerializerMethodField(help_text="Segundos")

    class Meta:
        model = Call
        fields = (
            "id",
            "numero",
            "motivo",
            "estado",
            "agente",
            "inicio",
            "fin",
            "duracion",
            "archivada",
        )

    def get_duracion(self, call: Call) -> int | None:
        return int(call.duracion.total_seconds()) if call.duracion else None


class CallListApi(APIView):
    @extend_schema(parameters=[CallQuery], responses=CallOutput(many=True))
    def get(self, request: Request) -> Response:
        filters = selectors.CallFilters(**checked_query(CallQuery, request))
        calls = selectors.call_list(filters=filters)
        return paged(calls, output=CallOutput, request=request, view=self)

    @extend_schema(request=CallInput, responses={201: CallOutput})
    def post(self, request: Request) -> Response:
        call = operations.call_register(**checked(CallInput, request.data))
        return Response(CallOutput(call).data, status=status.HTTP_201_CREATED)


class CallDetailApi(APIView):
    @extend_schema(responses=CallOutput)
    def get(self, request: Request, call_id: int) -> Response:
        return Response(CallOutput(selectors.call_get(call_id=call_id)).data)


class CallAssignApi(APIView):
    @extend_schema(request=AssignInput, responses=CallOutput)
    def post(self, request: Request, call_id: int) -> Response:
        agent: Agent = checked(AssignInput, request.data)["agente"]
        call = operations.call_assign(call_id=call_id, agent_id=agent.pk)
        return Response(CallOutput(call).data)


class CallFinishApi(APIView):
    @extend_schema(request=None, responses=CallOutput)
    def post(self, request: Request, call_id: int) -> Response:
        return Response(CallOutput(operations.call_finish(call_id=call_id)).data)


class CallAbandonApi(APIView):
    @extend_schema(request=None, responses=CallOutput)
    def post(self, request: Request, call_id: int) -> Response:
        return Response(CallOutput(operations.call_abandon(call_id=call_id)).data)
