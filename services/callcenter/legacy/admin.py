from config.routers import archive_is_on
from django.contrib import admin
from django.http import HttpRequest

from legacy.models import ArchivedCall


@admin.register(ArchivedCall)
class ArchivedCallAdmin(admin.ModelAdmin):
    """To look at only, and not there at all without MariaDB."""

    list_display = ("numero", "agente", "inicio", "fin", "duracion", "archivada")
    search_fields = ("numero", "agente")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return archive_is_on() and super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: ArchivedCall | None = None) -> bool:
        return archive_is_on() and super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ArchivedCall | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ArchivedCall | None = None) -> bool:
        return False
