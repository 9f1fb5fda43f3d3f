"""Settings of the reservas service: what the chassis gives, plus the database in parts, the API and
where the usuarios service is.
"""

from pathlib import Path

from chassis.databases import read_database
from chassis.environment import Environment
from chassis.rest import BROWSABLE, DESCRIBED, JSON_API, WITHOUT_LOGIN, api_apps, described
from chassis.settings import DJANGO_APPS, base_settings, database_settings, read_base

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment.of_process(dotenv=BASE_DIR / ".env")
base = read_base(env, service="reservas")
database = read_database(env)
# Without it whoever books is not asked for: this service works alone.
USUARIOS_URL = env.text("USUARIOS_URL", default="").rstrip("/")
USUARIOS_TIMEOUT_SECONDS = env.integer("USUARIOS_TIMEOUT_SECONDS", default=2, minimum=1, maximum=30)
USUARIOS_ID_TOKEN = env.boolean("USUARIOS_ID_TOKEN", default=False)
METADATA_HOST = env.text("GCE_METADATA_HOST", default="metadata.google.internal")
if USUARIOS_URL and not USUARIOS_URL.startswith(("http://", "https://")):
    example = "http://usuarios:8080"
    env.reject("USUARIOS_URL", "is no http URL", allowed="http:// or https://", example=example)
env.finish()

globals().update(base_settings(base, base_dir=BASE_DIR))
INSTALLED_APPS = [
    *DJANGO_APPS,
    *api_apps(base),
    "reservas",
]
DATABASES = {"default": database_settings(database)}

REST_FRAMEWORK = {**JSON_API, **WITHOUT_LOGIN, **BROWSABLE, **DESCRIBED}
SPECTACULAR_SETTINGS = described(
    title="Reservas",
    description="Qué se reserva, para cuándo y en qué estado está.",
)
