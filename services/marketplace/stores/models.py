"""Stores on the map, products, and how many of each a store has."""

from decimal import Decimal

from django.contrib.gis.db import models
from django.core.validators import MinValueValidator, RegexValidator

sku_validator = RegexValidator(
    regex=r"^[A-Z0-9][A-Z0-9-]{1,31}\Z",
    message="De 2 a 32 mayúsculas, cifras y guiones, por ejemplo CAFE-250.",
)


class Product(models.Model):
    sku = models.CharField(max_length=32, unique=True, validators=[sku_validator])
    nombre = models.CharField(max_length=200)
    precio = models.DecimalField(
        max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )

    class Meta:
        ordering = ("sku",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(precio__gt=0), name="product_precio_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(sku__regex=r"^[A-Z0-9][A-Z0-9-]{1,31}$"),
                name="product_sku_shape",
            ),
        )

    def __str__(self) -> str:
        return f"{self.sku} {self.nombre}"


class Store(models.Model):
    nombre = models.CharField(max_length=200)
    direccion = models.CharField(max_length=300)
    # Geography: distances are metres on the globe, and the index serves them.
    ubicacion = models.PointField(geography=True, srid=4326)
    products = models.ManyToManyField(Product, through="Availability", related_name="stores")

    class Meta:
        ordering = ("nombre", "direccion")
        constraints = (
            models.UniqueConstraint(fields=["nombre", "direccion"], name="store_once_per_place"),
        )

    def __str__(self) -> str:
        return self.nombre

    @property
    def lat(self) -> float:
        return float(self.ubicacion.y)

    @property
    def lon(self) -> float:
        return float(self.ubicacion.x)


class Availability(models.Model):
    """How many of a product a store has. A row with none left stays: the store sells it."""

    # The unique constraint below starts with store, so one index for each would only cost writes.
    store = models.ForeignKey(
        Store, on_delete=models.CASCADE, related_name="availabilities", db_index=False
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="availabilities")
    cantidad = models.PositiveIntegerField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "availabilities"
        constraints = (
            models.UniqueConstraint(fields=["store", "product"], name="availability_once"),
        )

    def __str__(self) -> str:
        return f"{self.cantidad} x {self.product} en {self.store}"
