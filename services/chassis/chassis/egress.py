"""How a container reaches the internet, where the machine that runs it says so.

Its proxy and authorities lie in a folder that is mounted, so that they are in no state and in no
container's configuration. Only HTTPS goes through the proxy: services reach each other by HTTP.
"""

import os
from pathlib import Path

FOLDER = Path("/run/egress")
NAMES = ("HTTPS_PROXY", "NO_PROXY")
# What Python's ssl, requests and botocore call the file of authorities.
AUTHORITIES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE")


def adopt(folder: Path = FOLDER) -> None:
    """Take over what the folder names, if there is one. A proxy of the container's own stays."""
    proxies = folder / "proxies"
    if not proxies.is_file():
        return
    for line in proxies.read_text().splitlines():
        name, _, value = line.partition("=")
        if name in NAMES:
            os.environ.setdefault(name, value)
    authorities = folder / "authorities.pem"
    if authorities.is_file() and authorities.stat().st_size > 0:
        # A base image may name its own, which the machine's goes before.
        os.environ.update(dict.fromkeys(AUTHORITIES, str(authorities)))
