"""Settings of the callcenter service: what the chassis gives, plus the API and the archive."""

from importlib.util import find_spec
from pathlib import Path

from chassis.databases import read_database_url
from chassis.environment import MARIADB, POSTGRES, Environment
from chassis.rest import DESCRIBED, JSON_API, WITH_LOGIN, api_apps, described
from chassis.settings import (
    DJANGO_APPS,
    TEST,
    base_settings,
    database_settings,
    read_base,
)
from chassis.settings import MIDDLEWARE as CHASSIS_MIDDLEWARE
from config.routers import ARCHIVE

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment.of_process(dotenv=BASE_DIR / ".env")
base = read_base(env, service="callcenter")
database = read_database_url(env, "DATABASE_URL", schemes=POSTGRES)
archive = env.database("MARIADB_URL", schemes=MARIADB, default="")
env.finish()

globals().update(base_settings(base, base_dir=BASE_DIR))
INSTALLED_APPS = [
    *DJANGO_APPS,
    *api_apps(base),
    "rest_framework.authtoken",
    "agents",
    "calls",
    "legacy",
]
MIDDLEWARE = [*CHASSIS_MIDDLEWARE]

DATABASES = {"default": database_settings(database)}
if archive:
    DATABASES[ARCHIVE] = database_settings(archive)
    DATABASES[ARCHIVE]["TEST"] = {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_unicode_ci"}
DATABASE_ROUTERS = ["config.routers.ArchiveRouter"]

REST_FRAMEWORK = {**JSON_API, **WITH_LOGIN, **DESCRIBED}
SPECTACULAR_SETTINGS = described(
    title="CallCenter",
    description="Agentes y llamadas; las terminadas se archivan en MariaDB donde está activado.",
)

if base.environment == TEST:
    # The real one takes a quarter of a second for each user that a test makes.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if base.debug and find_spec("debug_toolbar"):
    INSTALLED_APPS += ["debug_toolbar", "django_extensions"]
    MIDDLEWARE.insert(
        MIDDLEWARE.index("whitenoise.middleware.WhiteNoiseMiddleware") + 1,
        "debug_toolbar.middleware.DebugToolbarMiddleware",
    )
    DEBUG_TOOLBAR_CONFIG = {
        "SHOW_TOOLBAR_CALLBACK": "debug_toolbar.middleware.show_toolbar_with_docker"
    }
