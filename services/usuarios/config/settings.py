"""Settings of the usuarios service: the chassis's, plus the database in parts and the API."""

from pathlib import Path

from chassis.databases import read_database
from chassis.environment import Environment
from chassis.rest import BROWSABLE, DESCRIBED, JSON_API, WITHOUT_LOGIN, api_apps, described
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
    *api_apps(base),
    "usuarios",
]
DATABASES = {"default": database_settings(database)}

REST_FRAMEWORK = {**JSON_API, **WITHOUT_LOGIN, **BROWSABLE, **DESCRIBED}
SPECTACULAR_SETTINGS = described(
    title="Usuarios",
    description="Quién puede reservar.",
)
