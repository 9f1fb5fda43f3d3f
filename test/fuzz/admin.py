"""The back office and the probes, which no document describes: GET with odd queries."""

import random
import re
from collections.abc import Iterator

from ask import Request
from values import METHODS, PATH_VALUES, QUERY_VALUES

OWN = ["q", "o", "p", "e", "all", "_popup", "_to_field", "_facets", "_changelist_filters", "id", "pk", "id__in", "x__y"]
DATES = ["year", "month", "day", "gte", "lt", "isnull", "exact"]
PROBES = ["/healthz", "/health/", "/ready/", "/", "/nothing/", "/api/", "/api/v1/", "/api/v1/schema/", "/static/x"]


def lists_in(page: bytes) -> list[str]:
    """The change lists that the index of the back office links to."""
    return sorted({found.decode() for found in re.findall(rb'href="(/admin/\w+/\w+/)"', page)})


def filters_in(page: bytes) -> list[str]:
    found = re.findall(rb'href="\?([\w]+)=', page)
    return sorted({name.decode() for name in found})


def odd_pages(
    lists: dict[str, list[str]], *, cookie: str, count: int, chance: random.Random
) -> Iterator[Request]:
    """@param lists: the names of the filters of each change list, by its path"""
    for _ in range(count):
        if chance.random() < 0.1:
            yield Request(chance.choice(METHODS), chance.choice(PROBES) + _query(OWN, chance))
            continue
        path = chance.choice([*lists])
        fields = {name.partition("__")[0] for name in lists[path]}
        dates = [f"{name}__{part}" for name in fields for part in DATES]
        roll = chance.random()
        if roll < 0.2:
            odd = path + chance.choice(PATH_VALUES) + chance.choice(["/change/", "/history/", "/delete/", "/", ""])
        else:
            odd = path + ("add/" if roll < 0.25 else "") + _query([*OWN, *lists[path], *dates], chance)
        yield Request("GET", odd, [("Cookie", f"sessionid={cookie}")])


def _query(names: list[str], chance: random.Random) -> str:
    pairs = [(chance.choice(names), chance.choice(QUERY_VALUES)) for _ in range(chance.randint(1, 3))]
    return "?" + "&".join(f"{name}={value}" for name, value in pairs)
