"""HTTP by hand: libraries do not send what is wrong."""

import socket
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse


@dataclass
class Request:
    method: str
    target: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | None = None
    chunked: bool = False
    # Of the body's bytes so many are announced and never sent.
    missing: int = 0

    def bytes(self) -> bytes:
        names = {name.lower() for name, _ in self.headers}
        headers = [*self.headers] if "host" in names else [("Host", "localhost"), *self.headers]
        body = self.body or b""
        if self.chunked:
            headers.append(("Transfer-Encoding", "chunked"))
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
        elif self.body is not None:
            headers.append(("Content-Length", str(len(body) + self.missing)))
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
        return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1", "replace") + body


def send(request: Request, *, host: str, port: int) -> tuple[int, bytes]:
    """Status and body; 0 where nobody answered."""
    with socket.create_connection((host, port), timeout=120) as connection:
        try:
            connection.sendall(request.bytes())
            if request.missing:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # It has answered already and wants no more.
        answer = HTTPResponse(connection, method=request.method)
        try:
            answer.begin()
            return answer.status, answer.read()
        except (HTTPException, OSError):
            return 0, b""
