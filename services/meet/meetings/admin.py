"""The back office looks; what changes a meeting goes through the API and its rules."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from meetings import operations
from meetings.models import Meeting, Participant


class _ReadOnly:
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ParticipantInline(_ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Participant


@admin.register(Meeting)
class MeetingAdmin(_ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    list_display = (
        *("titulo", "organizador", "inicio", "fin"),
        *("estado", "calendario", "calendario_motivo"),
    )
    list_filter = ("estado", "calendario")
    search_fields = ("titulo", "organizador")
    date_hierarchy = "inicio"
    inlines = (ParticipantInline,)
    actions = ("push_again",)
    # One count over the whole table per page is enough.
    show_full_result_count = False

    def has_push_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("meetings.change_meeting")

    @admin.action(description="Enviar otra vez al calendario", permissions=["push"])
    def push_again(self, request: HttpRequest, chosen: QuerySet[Meeting]) -> None:
        again = operations.meetings_push_again(meetings=chosen)
        self.message_user(request, f"Esperan otra vez al calendario: {again}.")
