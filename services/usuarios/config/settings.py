"""Settings of the usuarios service: what the chassis gives, plus the database in parts and the API.

Nobody logs in to the API: in dev it listens on loopback only, in the cloud callers need the
platform's invoker role.
"""

from pathlib import Path

from chassis.databases import read_database
from chassis.environment import Environment
from chassis.settings import DJANGO_APPS, base_settings, database_settings, read_base

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment.of_process(dotenv=BASE_DIR / ".env")
base = read_base(env, service="usuarios")
database = read_database(env)
env.finish()

globals().update(base_settings(base, base_dir=BASE_DIR))
INSTALLED_APPS = [
    *DJANGO_APPS,
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "usuarios",
]
DATABASES = {"default": database_settings(database)}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    # The first one answers whoever does not ask for a page.
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "rest_framework.renderers.BrowsableAPIRenderer",
    ],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 10,
    "EXCEPTION_HANDLER": "chassis.errors.to_response",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Usuarios",
    "DESCRIPTION": "Quién puede reservar.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
}
