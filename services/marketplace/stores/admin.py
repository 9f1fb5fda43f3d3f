"""The back office. Places are typed as coordinates: a map would be loaded from elsewhere."""

from django import forms
from django.contrib import admin
from django.contrib.gis import forms as gis_forms
from django.contrib.gis.db import models as gis

from stores.models import Availability, Product, Store


class AvailabilityInline(admin.TabularInline):
    model = Availability
    extra = 0
    autocomplete_fields = ("product",)


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    list_display = ("sku", "nombre", "precio")
    search_fields = ("sku", "nombre")


@admin.register(Store)
class StoreAdmin(admin.ModelAdmin):
    list_display = ("nombre", "direccion", "lat", "lon")
    search_fields = ("nombre", "direccion")
    inlines = (AvailabilityInline,)
    formfield_overrides = {
        gis.PointField: {"form_class": gis_forms.PointField, "widget": forms.Textarea({"rows": 1})}
    }
