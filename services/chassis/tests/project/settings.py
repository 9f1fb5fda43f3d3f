"""A service as small as can be, composed the way that real ones are."""

from pathlib import Path

from chassis.environment import POSTGRES, REDIS, SQLITE, Environment
from chassis.settings import (
    DJANGO_APPS,
    base_settings,
    cache_settings,
    database_settings,
    read_base,
)

BASE_DIR = Path(__file__).resolve().parent

env = Environment.of_process()
base = read_base(env, service="specimen")
database = env.database(
    "DATABASE_URL", schemes=(*POSTGRES, *SQLITE), default="sqlite:////tmp/specimen.sqlite3"
)
redis_url = env.url("REDIS_URL", schemes=REDIS, default="")
env.finish()

globals().update(base_settings(base, base_dir=BASE_DIR))
ROOT_URLCONF = "tests.project.urls"
WSGI_APPLICATION = "tests.project.wsgi.application"
INSTALLED_APPS = [*DJANGO_APPS]
DATABASES = {"default": database_settings(database)}
CACHES = cache_settings(redis_url)
