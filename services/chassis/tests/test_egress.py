import os
from pathlib import Path

import pytest

from chassis import egress

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", *egress.AUTHORITIES)


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {k: v for k, v in os.environ.items() if k not in NAMES})


def named() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in NAMES}


def test_https_goes_through_the_machines_proxy_and_trusts_its_authorities(tmp_path: Path) -> None:
    proxies = "HTTP_PROXY=http://p:1\nHTTPS_PROXY=http://ana:a=b@p:1\nNO_PROXY=.example\n"
    (tmp_path / "proxies").write_text(proxies)
    (tmp_path / "authorities.pem").write_text("-----BEGIN CERTIFICATE-----")
    os.environ["SSL_CERT_FILE"] = "/of/the/image.pem"
    egress.adopt(tmp_path)
    assert named() == {
        "HTTPS_PROXY": "http://ana:a=b@p:1",
        "NO_PROXY": ".example",
        **dict.fromkeys(egress.AUTHORITIES, str(tmp_path / "authorities.pem")),
    }


def test_a_proxy_that_the_container_names_is_kept(tmp_path: Path) -> None:
    (tmp_path / "proxies").write_text("HTTPS_PROXY=http://p:1\n")
    os.environ["HTTPS_PROXY"] = "http://own:1"
    egress.adopt(tmp_path)
    assert named() == {"HTTPS_PROXY": "http://own:1"}


def test_a_machine_that_names_nothing_changes_nothing(tmp_path: Path) -> None:
    egress.adopt(tmp_path / "missing")
    (tmp_path / "proxies").write_text("")
    (tmp_path / "authorities.pem").write_text("")
    egress.adopt(tmp_path)
    assert named() == {}
