"""The back office. Like the API it removes nobody."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from usuarios import operations
from usuarios.models import Usuario


@admin.register(Usuario)
class UsuarioAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    list_display = ("nombre_completo", "email", "tipo_usuario", "activo", "created_at")
    list_filter = ("activo", "tipo_usuario")
    search_fields = ("nombre", "apellidos", "email")
    readonly_fields = ("activo", "created_at", "updated_at")
    actions = ("deactivate", "reactivate")
    # One count over the whole table per page is enough.
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Usuario | None = None) -> bool:
        return False

    @admin.action(description="Desactivar")
    def deactivate(self, request: HttpRequest, chosen: QuerySet[Usuario]) -> None:
        for usuario in chosen:
            operations.usuario_deactivate(usuario_id=usuario.pk)

    @admin.action(description="Reactivar")
    def reactivate(self, request: HttpRequest, chosen: QuerySet[Usuario]) -> None:
        for usuario in chosen:
            operations.usuario_reactivate(usuario_id=usuario.pk)
