"""Variables that only this service has, read as strictly as the chassis reads its own."""

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from chassis.databases import read_database_url, read_socket, with_pool
from chassis.environment import Environment

TOPIC_ARN: Final = re.compile(r"arn:aws[a-z-]*:sns:([a-z0-9-]+):(\d{12}):([A-Za-z0-9_-]{1,256})")


class Topic(NamedTuple):
    """An SNS topic. Its ARN says where it is, so nothing else has to."""

    arn: str
    region: str
    account: str
    name: str


def read_database(env: Environment, *, schemes: Sequence[str]) -> dict[str, Any]:
    """DATABASE_URL, or else the five POSTGRES_* of specification 002."""
    socket = read_socket(env)
    in_parts = socket or env.text("POSTGRES_HOST", default="")
    if env.text("DATABASE_URL", default="") or not in_parts:
        return read_database_url(env, "DATABASE_URL", schemes=schemes)
    port = env.integer("POSTGRES_PORT", default=5432, minimum=1, maximum=65535)
    parts = {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": env.text("POSTGRES_DB", example="marketplace"),
        "USER": env.text("POSTGRES_USER", example="marketplace"),
        "PASSWORD": env.text("POSTGRES_PASSWORD"),
        "HOST": in_parts,
        "PORT": "" if socket else port,
    }
    return with_pool(env, parts)


def read_topic(env: Environment) -> Topic:
    """FLASH_PROMO_TOPIC_ARN; AWS_DEFAULT_REGION is optional and must not contradict it."""
    name, allowed = "FLASH_PROMO_TOPIC_ARN", "the ARN of an SNS topic"
    example = "arn:aws:sns:us-east-1:000000000000:flash-promos"
    arn = env.text(name, allowed=allowed, example=example)
    found = TOPIC_ARN.fullmatch(arn)
    if found is None:
        if arn:
            env.reject(name, f"is {arn!r}", allowed=allowed, example=example)
        return Topic(arn, "", "", "")
    topic = Topic(arn, *found.groups())
    region = env.text("AWS_DEFAULT_REGION", default=topic.region)
    if region != topic.region:
        env.reject(
            "AWS_DEFAULT_REGION",
            f"is {region!r}, but {name} is in {topic.region}",
            allowed=f"absent, or {topic.region}",
            example=topic.region,
        )
    return topic


def read_endpoint(env: Environment, name: str) -> str | None:
    """The address of something that speaks AWS's protocol; None means AWS itself."""
    url = env.text(name, default="")
    if url and not (urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname):
        env.reject(
            name,
            f"is {url!r}",
            allowed="absent, or a URL that begins with https:// or http://",
            example="http://localstack:4566",
        )
    return url or None
