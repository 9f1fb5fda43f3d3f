"""HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agents import operations, selectors
from agents.models import Agent, AgentState, extension_validator
from chassis.api import RefusesUnknown, checked, checked_query, paged

CHOSEN_BY_HAND = [
    (state.value, state.label) for state in AgentState if state is not AgentState.OCUPADO
]


class AgentQuery(RefusesUnknown):
    state = serializers.ChoiceField(choices=AgentState.choices, required=False)


class AgentInput(RefusesUnknown):
    nombre = serializers.CharField(max_length=150)
    email = serializers.EmailField(max_length=254)
    extension = serializers.CharField(max_length=6, validators=[extension_validator])


class AgentChanges(AgentInput):
    estado = serializers.ChoiceField(choices=CHOSEN_BY_HAND)


class AgentOutput(serializers.ModelSerializer[Agent]):
    class Meta:
        model = Agent
        fields = ("id", "nombre", "email", "extension", "estado", "creado", "actualizado")


class AgentListApi(APIView):
    @extend_schema(parameters=[AgentQuery], responses=AgentOutput(many=True))
    def get(self, request: Request) -> Response:
        agents = selectors.agent_list(**checked_query(AgentQuery, request))
        return paged(agents, output=AgentOutput, request=request, view=self)

    @extend_schema(request=AgentInput, responses={201: AgentOutput})
    def post(self, request: Request) -> Response:
        agent = operations.agent_create(**checked(AgentInput, request.data))
        return Response(AgentOutput(agent).data, status=status.HTTP_201_CREATED)


class AgentDetailApi(APIView):
    @extend_schema(responses=AgentOutput)
    def get(self, request: Request, agent_id: int) -> Response:
        return Response(AgentOutput(selectors.agent_get(agent_id=agent_id)).data)

    @extend_schema(request=AgentChanges(partial=True), responses=AgentOutput)
    def patch(self, request: Request, agent_id: int) -> Response:
        selectors.agent_get(agent_id=agent_id)
        changes = checked(AgentChanges, request.data, partial=True)
        agent = operations.agent_update(agent_id=agent_id, changes=changes)
        return Response(AgentOutput(agent).data)
