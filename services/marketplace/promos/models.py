"""Flash promos, where they count, and the two ledgers that make their messages reliable."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from stores.models import Product, Store

MAX_DISCOUNT = 90


class Estado(models.TextChoices):
    # Created; its message is on the way.
    PENDIENTE = "pendiente", "Pendiente"
    # Its message has arrived: it counts between starts_at and ends_at.
    APLICADA = "aplicada", "Aplicada"
    TERMINADA = "terminada", "Terminada"


class FlashPromo(models.Model):
    # The first index below starts with product.
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="promos", db_index=False
    )
    all_stores = models.BooleanField()
    # The chosen ones, none if it is for all.
    stores = models.ManyToManyField(Store, related_name="promos", blank=True)
    discount_percent = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MAX_DISCOUNT)]
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    estado = models.CharField(max_length=10, choices=Estado.choices, default=Estado.PENDIENTE)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("-starts_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(discount_percent__range=(1, MAX_DISCOUNT)),
                name="promo_discount_range",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="promo_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(estado__in=Estado.values), name="promo_estado_known"
            ),
        )
        indexes = (
            models.Index(fields=["product", "starts_at", "id"], name="promo_product_starts"),
            models.Index(fields=["estado", "starts_at", "id"], name="promo_estado_starts"),
            models.Index(fields=["starts_at", "id"], name="promo_starts"),
            # Beat asks for it every second: it holds a few rows, however many have ended.
            models.Index(
                fields=["ends_at"],
                condition=~models.Q(estado=Estado.TERMINADA),
                name="promo_not_ended",
            ),
        )

    def __str__(self) -> str:
        return f"{self.product_id}: -{self.discount_percent} %"


class Offer(models.Model):
    """A promo that was applied counts in this store. Gone when the promo has ended."""

    promo = models.ForeignKey(FlashPromo, on_delete=models.CASCADE, related_name="offers")
    # The constraint below starts with store.
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["store", "promo"], name="offer_once"),)

    def __str__(self) -> str:
        return f"{self.promo_id} en {self.store_id}"


class OutboxEvent(models.Model):
    """A message written together with what it tells of, and sent afterwards, at least once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    promo = models.ForeignKey(FlashPromo, on_delete=models.CASCADE, related_name="+")
    body = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)
    # None while it waits to be sent, again if its message was lost.
    published_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["created_at"],
                condition=models.Q(published_at__isnull=True),
                name="outbox_waiting",
            ),
            models.Index(fields=["published_at"], name="outbox_published"),
        )

    def __str__(self) -> str:
        return str(self.id)


class AppliedEvent(models.Model):
    """The idempotency key of a message, written together with its effect: the second one fails."""

    event_id = models.UUIDField(primary_key=True)
    promo = models.ForeignKey(FlashPromo, on_delete=models.CASCADE, related_name="applied_events")
    offers = models.PositiveIntegerField(default=0)
    applied_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=["applied_at"], name="applied_at"),)

    def __str__(self) -> str:
        return str(self.event_id)
