from django.apps import AppConfig


class PromosConfig(AppConfig):
    name = "promos"
    verbose_name = "Promociones relámpago"
    default_auto_field = "django.db.models.BigAutoField"
