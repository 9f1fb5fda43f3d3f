"""`python -m chassis.healthcheck [path]`: exit 0 if this container's service answers 2xx, else 1.

A bare socket: it runs every few seconds, and http.client alone would triple what it costs.
"""

import os
import socket
import sys

from chassis.service import default_port, health_path

TIMEOUT_SECONDS = 5.0


def status_of(path: str, *, port: int) -> int:
    """The status code that the service on this machine answers a GET with."""
    request = f"GET {path} HTTP/1.0\r\nHost: localhost\r\nUser-Agent: healthcheck\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS) as connection:
        connection.sendall(request.encode("ascii"))
        with connection.makefile("rb") as answer:
            words = answer.readline().split()
    if len(words) < 2 or not words[1].isdigit():
        raise OSError("the answer is not HTTP")
    return int(words[1])


def main(arguments: list[str]) -> int:
    """Ask, say what went wrong, return the exit code."""
    path = arguments[0] if arguments else health_path()
    try:
        port = int(os.environ.get("PORT") or default_port())
        status = status_of(path, port=port)
    except (OSError, ValueError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 1
    if 200 <= status < 300:
        return 0
    print(f"{path}: status {status}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
