"""Settings of the meet service: the chassis's, plus Postgres or SQLite, celery and Google."""

import os
from pathlib import Path

from chassis.caches import celery_address
from chassis.environment import REDIS, Environment
from chassis.rest import DESCRIBED, JSON_API, WITHOUT_LOGIN, api_apps, described
from chassis.settings import (
    DEVELOPMENT,
    DJANGO_APPS,
    PRODUCTION,
    base_settings,
    database_settings,
    read_base,
)
from chassis.settings import (
    MIDDLEWARE as CHASSIS_MIDDLEWARE,
)
from config.database import read_database, wants_postgres

BASE_DIR = Path(__file__).resolve().parent.parent


def _environment() -> Environment:
    """The image says production; a bare `docker run` that names neither database nor hosts is none.

    It is a trial on one machine: plain http, its own host names, SQLite. Whoever names hosts means
    it, and is told that SQLite is not for that.
    """
    given = Environment.of_process(dotenv=BASE_DIR / ".env")
    bare = not wants_postgres(given) and not given.names("ALLOWED_HOSTS", default=())
    if bare and given.text("ENVIRONMENT", default="") == PRODUCTION:
        return Environment({**os.environ, "ENVIRONMENT": DEVELOPMENT})
    return given


env = _environment()
base = read_base(env, service="meet")
DATA_DIR = Path(env.text("DATA_DIR", default="/tmp"))  # noqa: S108
MEDIA_ROOT = env.text("MEDIA_ROOT", default=str(DATA_DIR / "media"))
database = read_database(env, data_dir=DATA_DIR)
CELERY_BROKER_URL, CELERY_BROKER_USE_SSL = celery_address(
    "CELERY_BROKER_URL", env.url("CELERY_BROKER_URL", schemes=REDIS, default="")
)
# The key itself, as a secret store gives it, or the path of its file.
GOOGLE_SERVICE_ACCOUNT_KEY = env.text("GOOGLE_SERVICE_ACCOUNT_KEY", default="")
GOOGLE_SERVICE_ACCOUNT_FILE = env.text("GOOGLE_SERVICE_ACCOUNT_FILE", default="")
# The person of a Workspace for whom the service account acts; without one it can invite nobody.
GOOGLE_CALENDAR_SUBJECT = env.text("GOOGLE_CALENDAR_SUBJECT", default="")
GOOGLE_CALENDAR_ID = env.text("GOOGLE_CALENDAR_ID", default="primary")
GOOGLE_CALENDAR_URL = env.text(
    "GOOGLE_CALENDAR_URL", default="https://www.googleapis.com/calendar/v3"
)
if base.is_production and not wants_postgres(env):
    env.reject(
        "POSTGRES_HOST",
        "is missing, and SQLite is for a trial without ALLOWED_HOSTS only",
        allowed="the host of Postgres; POSTGRES_DB, POSTGRES_USER and POSTGRES_PASSWORD besides",
        example="postgres",
    )
if not wants_postgres(env) and not os.access(DATA_DIR, os.W_OK):
    env.reject(
        "DATA_DIR",
        f"is {str(DATA_DIR)!r}",
        allowed="a folder that can be written",
        example="/srv/data",
    )
if GOOGLE_SERVICE_ACCOUNT_FILE and not os.access(GOOGLE_SERVICE_ACCOUNT_FILE, os.R_OK):
    env.reject(
        "GOOGLE_SERVICE_ACCOUNT_FILE",
        f"is {GOOGLE_SERVICE_ACCOUNT_FILE!r}",
        allowed="the path of a service account's key that can be read, or nothing",
        example="/run/secrets/google.json",
    )
if GOOGLE_SERVICE_ACCOUNT_KEY and not GOOGLE_SERVICE_ACCOUNT_KEY.lstrip().startswith("{"):
    env.reject(
        "GOOGLE_SERVICE_ACCOUNT_KEY",
        "is no JSON object",
        allowed="the text of a service account's key, or nothing",
        example='{"type": "service_account", ...}',
    )
if GOOGLE_CALENDAR_SUBJECT and "@" not in GOOGLE_CALENDAR_SUBJECT:
    env.reject(
        "GOOGLE_CALENDAR_SUBJECT",
        f"is {GOOGLE_CALENDAR_SUBJECT!r}",
        allowed="the e-mail address of whoever owns the calendar, or nothing",
        example="meetings@example.com",
    )
env.finish()

globals().update(base_settings(base, base_dir=BASE_DIR))
INSTALLED_APPS = [*DJANGO_APPS, *api_apps(base), "meetings"]
# After the request id, with the chassis's own.
MIDDLEWARE = [CHASSIS_MIDDLEWARE[0], "config.health.ApiHealthMiddleware", *CHASSIS_MIDDLEWARE[1:]]
DATABASES = {"default": database_settings(database)}
MEDIA_URL = "media/"

REST_FRAMEWORK = {**JSON_API, **WITHOUT_LOGIN, **DESCRIBED}
SPECTACULAR_SETTINGS = described(
    title="Meet",
    description="Reuniones sin solapamientos, que llegan a un calendario de Google.",
)

CELERY_TASK_IGNORE_RESULT = True
# Tasks may run twice: one whose worker is killed is given to the next after the visibility timeout.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The default gives up after 100 tries, and a worker that has given up serves nobody.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than a retry waits in a worker (300 s) and a run takes.
    "visibility_timeout": 600,
    "socket_connect_timeout": 2,
    # Longer than the second for which the worker asks Redis to wait.
    "socket_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 10,
}
# A request that nudges the worker waits for Redis this often, see meetings.tasks.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
