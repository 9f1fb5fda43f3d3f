"""Settings of the leads service: what the chassis gives, plus Redis, the API and its limits."""

import re
from pathlib import Path

from chassis.environment import POSTGRES, REDIS, Environment
from chassis.settings import (
    DJANGO_APPS,
    base_settings,
    database_settings,
    read_base,
)

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment.of_process(dotenv=BASE_DIR / ".env")
base = read_base(env, service="service_leads")
database = env.database("DATABASE_URL", schemes=POSTGRES)
redis_url = env.url("REDIS_URL", schemes=REDIS)
LEADS_CREATE_RATE = env.text("LEADS_CREATE_RATE", default="60/minute")
STATS_CACHE_SECONDS = env.integer("STATS_CACHE_SECONDS", default=300, minimum=1, maximum=86400)
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", default=0, minimum=0, maximum=10)
if not re.fullmatch(r"[1-9]\d*/(second|minute|hour|day)", LEADS_CREATE_RATE):
    env.reject(
        "LEADS_CREATE_RATE",
        f"is {LEADS_CREATE_RATE!r}",
        allowed="a number, / and second, minute, hour or day",
        example="60/minute",
    )
env.finish()

globals().update(base_settings(base, base_dir=BASE_DIR))
INSTALLED_APPS = [
    *DJANGO_APPS,
    "django.contrib.postgres",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "leads",
]
DATABASES = {"default": database_settings(database)}

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": redis_url,
        "KEY_PREFIX": "service_leads",
        "OPTIONS": {
            # Without Redis the service answers from Postgres, slower and without a limit on new
            # leads, and says so in the log; /ready/ says 503.
            "IGNORE_EXCEPTIONS": True,
            "SOCKET_CONNECT_TIMEOUT": 0.5,
            "SOCKET_TIMEOUT": 0.5,
            # Unlike pickle, JSON runs no code of whoever can write to Redis.
            "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
        },
    }
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
# Read from Redis, kept in Postgres: an emptied cache logs nobody out.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # Token first: without credentials its answer is 401, a session's would be 403.
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.errors.to_response",
    # How many proxies may be believed about the client's address, which the limit counts by.
    "NUM_PROXIES": TRUSTED_PROXIES,
    # By row number; what will be the only way in DRF 3.20.
    "LIST_SERIALIZER_ERRORS_AS_DICT": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {"TITLE": "Leads", "VERSION": "1", "SERVE_INCLUDE_SCHEMA": False}
