"""A service as small as can be, composed the way that real ones are."""

import os
import secrets
from pathlib import Path

from chassis.caches import redis_settings
from chassis.environment import POSTGRES, REDIS, SQLITE, Environment
from chassis.settings import (
    DJANGO_APPS,
    base_settings,
    database_settings,
    read_base,
)

BASE_DIR = Path(__file__).resolve().parent

# Processes that tests start are configured by their variables. The tests' own process is not: it
# may run in the container of a service, whose variables are none of the specimen's.
BY_VARIABLES = "SPECIMEN" in os.environ
TESTS_OWN = {"ENVIRONMENT": "test", "SECRET_KEY": secrets.token_hex(32)}

env = Environment(os.environ if BY_VARIABLES else TESTS_OWN)
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
globals().update(redis_settings(redis_url, prefix="specimen"))
