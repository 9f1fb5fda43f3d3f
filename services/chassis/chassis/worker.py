"""gunicorn's threaded worker, with a stop that does not forget who waits."""

from typing import TYPE_CHECKING

from gunicorn.workers.gthread import ThreadWorker

if TYPE_CHECKING:
    from socket import socket


# gunicorn ships no types (2026-11-25).
class DrainingWorker(ThreadWorker):  # type: ignore[misc]
    """Once told to stop, accepts every connection that waits and closes its listeners at once.

    gunicorn's own lets connections gather until its last request is answered and closes then, which
    resets them all. Whoever comes later is refused, and can tell that nothing was done for them.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                self._accept_all(listener)
                listener.close()

    def _accept_all(self, listener: "socket") -> None:
        """`accept` says nothing when there is nobody left; the count does."""
        before = -1
        while before < self.nr_conns < self.worker_connections:
            before = self.nr_conns
            self.accept(listener)
