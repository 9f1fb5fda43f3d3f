import pytest

from chassis.caches import redis_settings
from chassis.environment import Environment, EnvironmentProblems
from chassis.settings import (
    database_settings,
    read_base,
    security_settings,
    static_settings,
)

STRONG_KEY = "strong-k3y." * 5
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": STRONG_KEY,
    "ALLOWED_HOSTS": "leads.example.com",
}


def read(**variables: str):
    env = Environment(variables)
    base = read_base(env, service="specimen")
    env.finish()
    return base


def problem_names(**variables: str) -> list[str]:
    with pytest.raises(EnvironmentProblems) as caught:
        read(**variables)
    return [problem.name for problem in caught.value.problems]


def test_development_needs_a_secret_key_only() -> None:
    base = read(SECRET_KEY="short")
    assert (base.environment, base.debug, base.service) == ("development", False, "specimen")
    assert "localhost" in base.allowed_hosts
    assert problem_names() == ["SECRET_KEY"]


def test_production_needs_hosts_and_a_strong_key_and_no_debug() -> None:
    assert problem_names(ENVIRONMENT="production") == ["SECRET_KEY", "ALLOWED_HOSTS"]
    assert problem_names(**{**PRODUCTION, "DEBUG": "true"}) == ["DEBUG"]
    assert problem_names(**{**PRODUCTION, "SECRET_KEY": "short"}) == ["SECRET_KEY"]
    assert problem_names(**{**PRODUCTION, "SECRET_KEY": "a" * 60}) == ["SECRET_KEY"]


def test_origins_need_their_scheme() -> None:
    assert problem_names(SECRET_KEY="k", CSRF_TRUSTED_ORIGINS="leads.example.com") == [
        "CSRF_TRUSTED_ORIGINS"
    ]


def test_https_is_for_production_only() -> None:
    assert security_settings(read(**PRODUCTION))["SECURE_SSL_REDIRECT"] is True
    assert "SECURE_SSL_REDIRECT" not in security_settings(read(SECRET_KEY="k"))


def test_static_files_have_hashes_unless_debugging() -> None:
    hashed = static_settings(read(**PRODUCTION))["STORAGES"]["staticfiles"]["BACKEND"]
    assert hashed == "whitenoise.storage.CompressedManifestStaticFilesStorage"
    assert static_settings(read(SECRET_KEY="k", DEBUG="1"))["WHITENOISE_USE_FINDERS"] is True


def test_connections_have_limits() -> None:
    postgres = database_settings({"ENGINE": "django.db.backends.postgresql", "NAME": "d"})
    assert postgres["OPTIONS"]["connect_timeout"] == 5
    assert (postgres["CONN_MAX_AGE"], postgres["CONN_HEALTH_CHECKS"]) == (60, True)
    sqlite = database_settings({"ENGINE": "django.db.backends.sqlite3", "NAME": "f"})
    assert sqlite["OPTIONS"] == {}
    maria = database_settings({"ENGINE": "django.db.backends.mysql", "OPTIONS": {"charset": "x"}})
    assert maria["OPTIONS"]["charset"] == "x"
    assert "STRICT_TRANS_TABLES" in maria["OPTIONS"]["init_command"]


def test_the_cache_is_redis_where_there_is_one() -> None:
    assert "locmem" in redis_settings("", prefix="x")["CACHES"]["default"]["BACKEND"]
    redis = redis_settings("redis://r:6379/0", prefix="x")
    assert redis["CACHES"]["default"]["LOCATION"] == "redis://r:6379/0"
    assert redis["CACHES"]["default"]["KEY_PREFIX"] == "x"
    assert redis["SESSION_ENGINE"].endswith("cached_db")
