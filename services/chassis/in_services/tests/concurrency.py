"""Calls that start together, for the tests of services."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection
from rest_framework.response import Response
from rest_framework.test import APIClient


def at_once(
    call: Callable[[APIClient, int], Response],
    *,
    times: int,
    client: Callable[[], APIClient] = APIClient,
) -> list[int]:
    """The status of each of `times` calls that start together, each on its own connection."""
    barrier = Barrier(times)

    def run(number: int) -> int:
        barrier.wait()
        try:
            return call(client(), number).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(run, range(times)))
