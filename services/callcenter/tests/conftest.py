"""Real Postgres and real MariaDB, from DATABASE_URL and MARIADB_URL.

The user of MARIADB_URL must be allowed to create the test database: root, not the service's own.
"""

from collections.abc import Iterator

import pytest
from config.routers import ARCHIVE, archive_is_on
from django.contrib.auth.models import User
from django.db import connections
from rest_framework.test import APIClient


@pytest.fixture(scope="session", autouse=True)
def archive_is_there() -> None:
    """Skipping the archive's tests would hide that nobody runs them."""
    if not archive_is_on():
        pytest.exit("Set MARIADB_URL=mysql://root:...@host:3306/callcenterdb_maria", returncode=2)


@pytest.fixture
def without_archive(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings as if MARIADB_URL were not set."""
    with monkeypatch.context() as patch:
        patch.delitem(connections.settings, ARCHIVE)
        yield


@pytest.fixture
def api(db: None) -> APIClient:
    """A client that is logged in."""
    client = APIClient()
    client.force_authenticate(User.objects.create_user("ana"))
    return client
