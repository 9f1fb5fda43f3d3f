from django.contrib import admin

from agents.models import Agent


@admin.register(Agent)
class AgentAdmin(admin.ModelAdmin):
    list_display = ("nombre", "extension", "email", "estado", "actualizado")
    list_filter = ("estado",)
    search_fields = ("nombre", "email", "extension")
    readonly_fields = ("creado", "actualizado")
