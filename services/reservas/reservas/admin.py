"""The back office looks; what changes a reserva goes through the API and its rules."""

from django.contrib import admin
from django.http import HttpRequest

from reservas.models import Reserva


@admin.register(Reserva)
class ReservaAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    list_display = ("fecha_reserva", "usuario_id", "numero_personas", "estado", "created_at")
    list_filter = ("estado",)
    search_fields = ("=usuario_id",)
    date_hierarchy = "fecha_reserva"
    # One count over the whole table per page is enough.
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Reserva | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Reserva | None = None) -> bool:
        return False
