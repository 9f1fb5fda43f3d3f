from django.contrib import admin

from agents.models import Agent


@admin.register(Agent)
class AgentAdmin(admin.ModelAdmin):
    list_display = ("nombre", "extension", "email", "estado", "actualizado")
    list_filter = ("estado",)
    search_fields = ("nombre", "email", "extension")
    # The state has to agree with the agent's calls: the operations see to it.
    readonly_fields = ("estado", "creado", "actualizado")
