"""The back office only looks on: a promo that is made here would have no message."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from promos.models import AppliedEvent, FlashPromo, OutboxEvent


class _ReadOnly(admin.ModelAdmin):
    # One count over the whole table per page is enough.
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(FlashPromo)
class FlashPromoAdmin(_ReadOnly):
    list_display = ("id", "product", "discount_percent", "starts_at", "ends_at", "estado")
    list_filter = ("estado",)
    list_select_related = ("product",)
    search_fields = ("product__sku",)


@admin.register(OutboxEvent)
class OutboxEventAdmin(_ReadOnly):
    list_display = ("id", "promo_id", "created_at", "published_at")
    list_filter = (("published_at", admin.EmptyFieldListFilter),)


@admin.register(AppliedEvent)
class AppliedEventAdmin(_ReadOnly):
    list_display = ("event_id", "promo_id", "offers", "applied_at")
