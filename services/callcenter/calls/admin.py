from django.contrib import admin

from calls.models import Call


@admin.register(Call)
class CallAdmin(admin.ModelAdmin):
    list_display = ("numero", "estado", "agente", "inicio", "fin", "archivada")
    list_filter = ("estado", "agente")
    list_select_related = ("agente",)
    search_fields = ("numero", "motivo")
    date_hierarchy = "inicio"
    # These have to agree with each other and with the agents' states: the operations see to it.
    readonly_fields = ("estado", "agente", "inicio", "fin", "archivada")
