"""The settings that services share, to be composed in their `config/settings.py`.

    BASE_DIR = Path(__file__).resolve().parent.parent
    env = Environment.of_process(dotenv=BASE_DIR / ".env")
    base = read_base(env, service="leads")
    database = read_database_url(env, "DATABASE_URL", schemes=POSTGRES)  # chassis.databases
    redis_url = env.url("REDIS_URL", schemes=REDIS, default="")
    env.finish()

    globals().update(base_settings(base, base_dir=BASE_DIR))
    INSTALLED_APPS = [*DJANGO_APPS, *api_apps(base), "leads"]  # chassis.rest
    DATABASES = {"default": database_settings(database)}
    globals().update(redis_settings(redis_url, prefix="leads"))  # chassis.caches
    REST_FRAMEWORK = {**JSON_API, **WITH_LOGIN, **DESCRIBED}  # chassis.rest
    SPECTACULAR_SETTINGS = described(title="Leads", description="...")

`base_settings` holds everything that is the same in each service; what a service writes after it
wins. Nothing here reads the environment by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chassis.environment import REQUIRED, Environment
from chassis.logs import LOG_LEVELS, logging_settings

DEVELOPMENT: Final = "development"
PRODUCTION: Final = "production"
TEST: Final = "test"

DJANGO_APPS: Final = (
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
)

MIDDLEWARE: Final = (
    "chassis.logs.RequestIdMiddleware",
    # Before everything that looks at the host name or asks for https: probes come by IP address.
    "chassis.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "chassis.middleware.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "chassis.middleware.DatabaseMiddleware",
)

LOCAL_HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")
YEAR_IN_SECONDS: Final = 31_536_000
# Django's own check asks for as much (security.W009).
SECRET_KEY_LENGTH: Final = 50


@dataclass(frozen=True, kw_only=True)
class BaseEnvironment:
    """The variables that every service reads."""

    environment: str
    service: str
    debug: bool
    secret_key: str
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    log_level: str
    static_root: str
    hsts_seconds: int

    @property
    def is_production(self) -> bool:
        return self.environment == PRODUCTION

    @property
    def serves_files_from_sources(self) -> bool:
        return self.debug or self.environment == TEST


def read_base(env: Environment, *, service: str) -> BaseEnvironment:
    """Read what every service needs; problems are kept in `env` until its `finish`."""
    environment = env.choice(
        "ENVIRONMENT", choices=(DEVELOPMENT, PRODUCTION, TEST), default=DEVELOPMENT
    )
    base = BaseEnvironment(
        environment=environment,
        service=env.text("SERVICENAME", default=service),
        debug=env.boolean("DEBUG", default=False),
        secret_key=env.text(
            "SECRET_KEY",
            allowed="a long random text, kept secret",
            example="$(openssl rand -hex 32)",
        ),
        allowed_hosts=env.names(
            "ALLOWED_HOSTS",
            default=REQUIRED if environment == PRODUCTION else LOCAL_HOSTS,
            allowed="host names separated by commas",
            example="leads.example.com,localhost",
        ),
        csrf_trusted_origins=_read_origins(env),
        log_level=env.choice("LOG_LEVEL", choices=LOG_LEVELS, default="INFO"),
        static_root=env.text("STATIC_ROOT", default="/srv/static"),
        hsts_seconds=env.integer(
            "HSTS_SECONDS", default=YEAR_IN_SECONDS, minimum=1, maximum=10 * YEAR_IN_SECONDS
        ),
    )
    if base.is_production:
        _reject_careless_production(env, base)
    return base


def base_settings(base: BaseEnvironment, *, base_dir: Path) -> dict[str, Any]:
    """Every setting that does not differ between services."""
    return {
        "SECRET_KEY": base.secret_key,
        "DEBUG": base.debug,
        "ALLOWED_HOSTS": base.allowed_hosts,
        "CSRF_TRUSTED_ORIGINS": base.csrf_trusted_origins,
        "INSTALLED_APPS": [*DJANGO_APPS],
        "MIDDLEWARE": [*MIDDLEWARE],
        "ROOT_URLCONF": "config.urls",
        "WSGI_APPLICATION": "config.wsgi.application",
        "TEMPLATES": _template_settings(base_dir),
        # In production the root names no door that only a few may use (chassis.site).
        "ROOT_NAMES_ADMIN": not base.is_production,
        "AUTH_PASSWORD_VALIDATORS": _password_validators(),
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "LANGUAGE_CODE": "es",
        "TIME_ZONE": "UTC",
        "USE_I18N": True,
        "USE_TZ": True,
        "LOGGING": logging_settings(level=base.log_level, service=base.service),
        **static_settings(base),
        **security_settings(base),
    }


def database_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """Connections that are kept for a minute, checked before use, and never awaited for long."""
    if not config:  # no URL was given, as when an image is built
        return {"ENGINE": "django.db.backends.dummy"}
    options = dict(config.get("OPTIONS", {}))
    if "sqlite" not in config["ENGINE"]:
        options.setdefault("connect_timeout", 5)
    if "mysql" in config["ENGINE"]:
        options.setdefault("charset", "utf8mb4")
        # Without it MariaDB may cut off or alter a value instead of refusing it.
        options.setdefault("init_command", "SET sql_mode='STRICT_TRANS_TABLES', time_zone='+00:00'")
    return {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, **config, "OPTIONS": options}


def static_settings(base: BaseEnvironment) -> dict[str, Any]:
    """Collected files with a hash in their name; with DEBUG straight from the sources."""
    storage = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
        if base.serves_files_from_sources
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    )
    return {
        "STATIC_URL": "static/",
        "STATIC_ROOT": base.static_root,
        "WHITENOISE_USE_FINDERS": base.serves_files_from_sources,
        "WHITENOISE_AUTOREFRESH": base.serves_files_from_sources,
        # Pages name nothing else, and the image would hold everything twice.
        "WHITENOISE_KEEP_ONLY_HASHED_FILES": True,
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": storage},
        },
    }


def security_settings(base: BaseEnvironment) -> dict[str, Any]:
    """https only in production, behind a proxy that ends TLS and sets X-Forwarded-Proto."""
    if not base.is_production:
        return {"X_FRAME_OPTIONS": "DENY"}
    return {
        "X_FRAME_OPTIONS": "DENY",
        "SECURE_SSL_REDIRECT": True,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "SECURE_HSTS_SECONDS": base.hsts_seconds,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_HSTS_PRELOAD": True,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
    }


def _read_origins(env: Environment) -> list[str]:
    allowed = "origins with their scheme, separated by commas"
    example = "https://leads.example.com"
    name = "CSRF_TRUSTED_ORIGINS"
    origins = env.names(name, default=(), allowed=allowed, example=example)
    for origin in origins:
        if not origin.startswith(("http://", "https://")):
            env.reject(name, f"holds {origin!r}", allowed=allowed, example=example)
    return origins


def _reject_careless_production(env: Environment, base: BaseEnvironment) -> None:
    if base.debug:
        env.reject(
            "DEBUG", "is on with ENVIRONMENT=production", allowed="false there", example="false"
        )
    if 0 < len(base.secret_key) < SECRET_KEY_LENGTH or len(set(base.secret_key)) in range(1, 5):
        env.reject(
            "SECRET_KEY",
            "is too easy to guess for ENVIRONMENT=production",
            allowed=f"{SECRET_KEY_LENGTH} or more characters, 5 or more of them different",
            example="$(openssl rand -hex 32)",
        )


def _template_settings(base_dir: Path) -> list[dict[str, Any]]:
    processors = (
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    )
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [base_dir / "templates", Path(__file__).parent / "templates"],
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": [*processors]},
        }
    ]


def _password_validators() -> list[dict[str, str]]:
    module = "django.contrib.auth.password_validation"
    names = ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")
    return [{"NAME": f"{module}.{name}Validator"} for name in names]
