"""The path of the health check, the same in every service."""

from typing import Final

# Google's front end may keep paths that end in z to itself, so there is a second one.
LIVE_PATH: Final = "/health/"
LIVE_PATHS: Final = frozenset({"/healthz", LIVE_PATH})
READY_PATH: Final = "/ready/"
PROBE_PATHS: Final = LIVE_PATHS | {READY_PATH}
