"""Redis as cache and for sessions, through django-redis, and for celery."""

import os
from importlib import import_module
from typing import Any


def redis_settings(redis_url: str, *, prefix: str) -> dict[str, Any]:
    """CACHES and what goes with it; memory where there is no Redis.

    While Redis is away the service answers from its database, logs it, and /ready/ says 503.
    """
    if not redis_url:
        return {"CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}}
    return {
        "CACHES": {
            "default": {
                "BACKEND": "django_redis.cache.RedisCache",
                "LOCATION": redis_url,
                "KEY_PREFIX": prefix,
                "OPTIONS": {
                    "IGNORE_EXCEPTIONS": True,
                    "SOCKET_CONNECT_TIMEOUT": 0.5,
                    "SOCKET_TIMEOUT": 0.5,
                    # Unlike pickle, JSON runs no code of whoever can write to Redis.
                    "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
                },
            }
        },
        "DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS": True,
        # Read from Redis, kept in the database: an emptied cache logs nobody out.
        "SESSION_ENGINE": "django.contrib.sessions.backends.cached_db",
    }


def celery_address(name: str, url: str) -> tuple[str, dict[str, Any] | None]:
    """The address of Redis that a variable holds, as celery takes it, and its options of TLS.

    CELERY_BROKER_URL, CELERY_BROKER_USE_SSL = celery_address("CELERY_BROKER_URL", url): celery and
    kombu read such options as texts, and some of redis-py's are not.
    """
    if not url.startswith("rediss:"):
        return url, None
    # Only here: a service without Redis has no redis-py.
    read: dict[str, Any] = import_module("redis.connection").parse_url(url)
    options = {name: value for name, value in read.items() if name.startswith("ssl_")}
    address = url.partition("?")[0]
    # celery looks at its variables before it looks at settings.
    if name in os.environ:
        os.environ[name] = address
    return address, options
