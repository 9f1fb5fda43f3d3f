"""Redis as cache and for sessions, through django-redis, which the service depends on."""

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
