from django.apps import AppConfig


class StoresConfig(AppConfig):
    name = "stores"
    verbose_name = "Tiendas y productos"
    default_auto_field = "django.db.models.BigAutoField"
