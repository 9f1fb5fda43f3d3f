"""The limit on new leads, counted in Redis so that all workers share one count."""

import time

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView


class CreateRateThrottle(SimpleRateThrottle):
    """Requests per client and fixed window.

    DRF's own counting reads a list, appends and writes it back: requests in parallel overwrite each
    other and slip through. One INCR does not. Without Redis nothing is counted and all may pass:
    losing a lead costs more than a few too many.
    """

    scope = "leads_create"
    num_requests: int
    duration: int

    def get_rate(self) -> str:
        rate: str = settings.LEADS_CREATE_RATE
        return rate

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return f"leads:throttle:{self.scope}:{self.get_ident(request)}"

    def allow_request(self, request: Request, view: APIView) -> bool:
        now = time.time()
        self.window_ends_in = self.duration - now % self.duration
        key = f"{self.get_cache_key(request, view)}:{int(now // self.duration)}"
        # Twice the window, so that the key cannot expire between the two commands.
        cache.add(key, 0, timeout=self.duration * 2)
        used: int | None = cache.incr(key)
        return used is None or used <= self.num_requests

    def wait(self) -> float:
        return self.window_ends_in
