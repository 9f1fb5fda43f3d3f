"""The back office. It writes around the operations, so it drops the cached statistics itself."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from leads.models import Lead, Source
from leads.statistics import invalidate_statistics


class _CountedInStatistics(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(invalidate_statistics)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        super().delete_model(request, obj)
        transaction.on_commit(invalidate_statistics)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        transaction.on_commit(invalidate_statistics)


@admin.register(Source)
class SourceAdmin(_CountedInStatistics):
    list_display = ("slug", "nombre")
    search_fields = ("slug", "nombre")


@admin.register(Lead)
class LeadAdmin(_CountedInStatistics):
    list_display = ("nombre", "email", "source", "estado", "created_at")
    list_filter = ("estado", "source")
    list_select_related = ("source",)
    search_fields = ("nombre", "email", "telefono")
    date_hierarchy = "created_at"
    # States move by the API's transitions only.
    readonly_fields = ("estado", "created_at", "updated_at")
    # One count over the whole table per page is enough.
    show_full_result_count = False
