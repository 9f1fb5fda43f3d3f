"""Where a service answers for its own health, the same in all of them."""

from typing import Final

# Google's front end may keep paths that end in z to itself, so there is a second one.
LIVE_PATHS: Final = frozenset({"/healthz", "/health/"})
READY_PATH: Final = "/ready/"
PROBE_PATHS: Final = LIVE_PATHS | {READY_PATH}
