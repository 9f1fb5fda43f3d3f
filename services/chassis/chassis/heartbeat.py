"""A process without requests of its own says over HTTP that it works.

    begin()                        once, where the process begins its work
    touch()                        from its main loop
    python -m chassis.heartbeat    the container's health check: 0 or 1

Any GET on HEARTBEAT_PORT is answered with 200 while the last touch is at most HEARTBEAT_MAX_AGE
seconds old, and with 503 else. Docker's health check asks it, and so do Cloud Run's probes of a
worker pool. Without HEARTBEAT_PORT nobody listens.
"""

import os
import signal
import sys
import threading
import time
from typing import Any

DEFAULT_MAX_AGE = 30
# Longer than any health check waits before it says so.
SILENT_SECONDS = 60

_beats = 0
_last: float | None = None


def touch() -> None:
    """The process works."""
    global _beats, _last
    _beats += 1
    # Stands still while a laptop sleeps.
    _last = time.monotonic()


def begin(*, silent_seconds: int = SILENT_SECONDS) -> None:
    """Answer from now on whoever asks, and end this process once it has been silent for so long.

    Docker says that a container is unhealthy and leaves it so, and nobody answers Cloud Run's
    probes in a process that hangs as a whole: its container is started anew.
    """
    from chassis.environment import Environment

    env = Environment.of_process()
    port = env.integer("HEARTBEAT_PORT", default=0, minimum=1, maximum=65535)
    max_age = env.integer("HEARTBEAT_MAX_AGE", default=DEFAULT_MAX_AGE, minimum=1, maximum=3600)
    env.finish()
    if port:
        _answer(port=port, max_age=max_age)
    threading.Thread(target=_end_when_silent, args=(silent_seconds,), daemon=True).start()


def _answer(*, port: int, max_age: int) -> None:
    # Here and not above: the check runs every few seconds and needs none of it.
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Probed(BaseHTTPRequestHandler):
        # Whoever connects and says nothing is let go.
        timeout = 5

        def do_GET(self) -> None:
            self.send_response_only(200 if _is_fresh(max_age) else 503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """A line for each probe would bury all others."""

    # Probes come from outside of the container; a laptop publishes the port nowhere.
    server = ThreadingHTTPServer(("0.0.0.0", port), Probed)  # noqa: S104
    # A worker's children outlive it for a moment, and would keep the port from its successor.
    os.register_at_fork(after_in_child=server.socket.close)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def _is_fresh(max_age: int) -> bool:
    return _last is not None and time.monotonic() - _last <= max_age


def _end_when_silent(seconds: int) -> None:
    # Counted in looks, not by a clock: a laptop's sleep or a paused container is no silence.
    seen, silent = _beats, 0
    while silent < seconds:
        time.sleep(1)
        silent = silent + 1 if _beats == seen else 0
        seen = _beats
    print(f"No heartbeat for {seconds} s: ending, to be started anew", file=sys.stderr, flush=True)
    # The whole group: what it has begun, and the watcher that hot reload puts before it.
    os.killpg(os.getpgrp(), signal.SIGKILL)
    # Process 1 of a container cannot be killed from inside.
    os._exit(1)


def main() -> int:
    """Ask this container's process, say what is wrong, return the exit code."""
    from chassis.healthcheck import status_of

    try:
        status = status_of("/", port=int(os.environ.get("HEARTBEAT_PORT") or 0))
    except (OSError, ValueError) as error:
        print(f"HEARTBEAT_PORT: {error}", file=sys.stderr)
        return 1
    if status == 200:
        return 0
    print("The process has not said for too long that it works", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
