from django.urls import path

from agents.apis import AgentDetailApi, AgentListApi

urlpatterns = [
    path("agents/", AgentListApi.as_view(), name="agent-list"),
    path("agents/<int:agent_id>/", AgentDetailApi.as_view(), name="agent-detail"),
]
