"""What Google's connector does: a Unix socket here, a server over TCP there."""

import os
import socket
import threading
from contextlib import suppress
from pathlib import Path


class Relay:
    """Passes bytes between a socket of ours and a server; can be taken down and up again."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / ".s.PGSQL.5432"
        self.server = (
            os.environ.get("DATABASE_HOST", "localhost"),
            int(os.environ.get("DATABASE_PORT", "5432")),
        )
        self.accepted = 0
        self._open: list[socket.socket] = []
        self.up()

    def up(self) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.path))
        self._listener.listen(16)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def down(self) -> None:
        """As a server that stops: nobody listens, and every connection breaks."""
        self.path.unlink()
        for one in (self._listener, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                here, _ = listener.accept()
                there = socket.create_connection(self.server)
                self.accepted += 1
                self._open += [here, there]
                for pair in ((here, there), (there, here)):
                    threading.Thread(target=_pass, args=pair, daemon=True).start()


def _pass(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
