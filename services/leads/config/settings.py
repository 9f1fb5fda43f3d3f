"""Settings of the leads service: what the chassis gives, plus Redis, the API and its limits."""

import re
from pathlib import Path

from chassis.caches import redis_settings
from chassis.databases import read_database_url
from chassis.environment import POSTGRES, REDIS, Environment
from chassis.rest import DESCRIBED, JSON_API, WITH_LOGIN, api_apps, described
from chassis.settings import (
    DJANGO_APPS,
    base_settings,
    database_settings,
    read_base,
)

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment.of_process(dotenv=BASE_DIR / ".env")
base = read_base(env, service="service_leads")
database = read_database_url(env, "DATABASE_URL", schemes=POSTGRES)
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
    *api_apps(base),
    "rest_framework.authtoken",
    "leads",
]
DATABASES = {"default": database_settings(database)}

# Without Redis there is no limit on new leads either; /ready/ says 503.
globals().update(redis_settings(redis_url, prefix="service_leads"))

REST_FRAMEWORK = {
    **JSON_API,
    **WITH_LOGIN,
    **DESCRIBED,
    # The number of proxies trusted to tell the client's address, by which the limit counts.
    "NUM_PROXIES": TRUSTED_PROXIES,
}
SPECTACULAR_SETTINGS = described(
    title="Leads",
    description="Personas interesadas, de dónde vienen y en qué estado están.",
)
