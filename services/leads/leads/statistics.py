"""The cache in front of the statistics.

Entries live under a generation. Invalidating means starting a new generation, so an answer computed
before a commit and stored after it lands under the old one, where nobody reads it.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from leads.selectors import lead_statistics

GENERATION = "leads:stats:generation"


@dataclass(frozen=True, kw_only=True)
class CachedStatistics:
    data: dict[str, Any]
    cache: Literal["hit", "miss", "unavailable"]


def cached_statistics(*, days: int) -> CachedStatistics:
    """The statistics from the cache, or computed and kept there for STATS_CACHE_SECONDS."""
    today = timezone.localdate()
    generation = _generation()
    if generation is None:
        return CachedStatistics(data=lead_statistics(days=days, today=today), cache="unavailable")
    key = f"leads:stats:{generation}:{today.isoformat()}:{days}"
    data = cache.get(key)
    if data is not None:
        return CachedStatistics(data=data, cache="hit")
    data = lead_statistics(days=days, today=today)
    cache.set(key, data, timeout=settings.STATS_CACHE_SECONDS)
    return CachedStatistics(data=data, cache="miss")


def invalidate_statistics() -> None:
    """Forget all that was computed so far. Call on commit, never before it.

    If Redis is away just then, it may serve what it still holds when it is back, for
    STATS_CACHE_SECONDS at most.
    """
    cache.set(GENERATION, uuid.uuid4().hex, timeout=None)


def _generation() -> str | None:
    """The current generation; None when Redis does not answer (the cache then returns None)."""
    generation: str | None = cache.get(GENERATION)
    if generation is None and cache.add(GENERATION, uuid.uuid4().hex, timeout=None) is not None:
        generation = cache.get(GENERATION)
    return generation
