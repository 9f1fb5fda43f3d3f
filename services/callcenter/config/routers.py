"""Which database a model lives in: the legacy app on MariaDB, everything else on Postgres."""

from typing import Any, Final

from django.db import connections
from django.db.models import Model

ARCHIVE: Final = "mariadb"
LEGACY_APP: Final = "legacy"


def archive_is_on() -> bool:
    """MariaDB is there on demand only: this process was given a MARIADB_URL, or it was not."""
    return ARCHIVE in connections.settings


class ArchiveRouter:
    """`migrate` leaves MariaDB alone, `migrate --database=mariadb` makes legacy tables only."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        return ARCHIVE if model._meta.app_label == LEGACY_APP else None

    def db_for_write(self, model: type[Model], **_hints: Any) -> str | None:
        return self.db_for_read(model)

    def allow_relation(self, first: Model, second: Model, **_hints: Any) -> bool | None:
        apps = {first._meta.app_label, second._meta.app_label}
        return False if LEGACY_APP in apps and len(apps) == 2 else None

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        return (app_label == LEGACY_APP) == (db == ARCHIVE)
