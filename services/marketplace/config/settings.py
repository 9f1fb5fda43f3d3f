"""Settings of the marketplace: what the chassis gives, plus PostGIS, Redis, celery and AWS."""

from pathlib import Path

from chassis.caches import celery_address, redis_settings
from chassis.environment import POSTGIS, REDIS, Environment
from chassis.rest import DESCRIBED, JSON_API, WITHOUT_LOGIN, api_apps, described
from chassis.settings import DJANGO_APPS, base_settings, database_settings, read_base
from config.geo_libraries import find_geo_library
from config.readers import read_database, read_endpoint, read_topic

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment.of_process(dotenv=BASE_DIR / ".env")
base = read_base(env, service="marketplace")
database = read_database(env, schemes=POSTGIS)
redis_url = env.url("REDIS_URL", schemes=REDIS)
CELERY_BROKER_URL, CELERY_BROKER_USE_SSL = celery_address(
    "CELERY_BROKER_URL", env.url("CELERY_BROKER_URL", schemes=REDIS, default=redis_url)
)
result_backend, CELERY_REDIS_BACKEND_USE_SSL = celery_address(
    "CELERY_RESULT_BACKEND", env.url("CELERY_RESULT_BACKEND", schemes=REDIS, default="")
)
CELERY_RESULT_BACKEND = result_backend or None
CELERY_WORKER_CONCURRENCY = env.integer(
    "CELERY_WORKER_CONCURRENCY", default=1, minimum=1, maximum=32
)
FLASH_PROMO_TOPIC = read_topic(env)
# The topic's own name, so that stacks that share an account differ in one variable.
PROMO_QUEUE_NAME = env.text("PROMO_QUEUE_NAME", default=FLASH_PROMO_TOPIC.name)
PROMO_QUEUE_VISIBILITY_SECONDS = env.integer(
    "PROMO_QUEUE_VISIBILITY_SECONDS", default=30, minimum=5, maximum=43_200
)
# Longer than five receives of a message may take, so that none is sent twice that only has trouble.
PROMO_RESEND_MINUTES = env.integer("PROMO_RESEND_MINUTES", default=10, minimum=1, maximum=1440)
# AWS itself where they are absent. boto3 reads its keys from the environment by itself.
AWS_SNS_ENDPOINT_URL = read_endpoint(env, "AWS_SNS_ENDPOINT_URL")
AWS_SQS_ENDPOINT_URL = read_endpoint(env, "AWS_SQS_ENDPOINT_URL")
MARKETPLACE_API_KEY = env.text("MARKETPLACE_API_KEY", default="")
env.finish()

shared = base_settings(base, base_dir=BASE_DIR)
shared["LOGGING"]["loggers"] |= {
    # Two lines for each task, and there is one every second; ours say what was done.
    name: {"handlers": [], "propagate": True, "level": "WARNING"}
    for name in ("botocore", "celery.app.trace", "celery.beat", "celery.worker.strategy")
}
globals().update(shared)
INSTALLED_APPS = [
    *DJANGO_APPS,
    "django.contrib.gis",
    *api_apps(base),
    "stores",
    "promos",
]
GDAL_LIBRARY_PATH = GEOS_LIBRARY_PATH = find_geo_library()
DATABASES = {"default": database_settings(database)}
# The official image's own template: whoever may create databases may then create one with PostGIS.
DATABASES["default"]["TEST"] = {"TEMPLATE": "template_postgis"}

globals().update(redis_settings(redis_url, prefix="marketplace"))

REST_FRAMEWORK = {
    **JSON_API,
    **WITHOUT_LOGIN,
    **DESCRIBED,
    "DEFAULT_PERMISSION_CLASSES": ["config.permissions.WritesNeedApiKey"],
}
SPECTACULAR_SETTINGS = described(
    title="Marketplace",
    description="Tiendas en el mapa, sus productos y promociones relámpago.",
)
