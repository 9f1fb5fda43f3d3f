from config.routers import archive_is_on


def archive_note() -> str:
    """Whether the archive on MariaDB is on, for the root."""
    if archive_is_on():
        return "MariaDB: activado. Las llamadas finalizadas se pueden archivar."
    return (
        "MariaDB: desactivado. El archivo de llamadas no está disponible; todo lo demás funciona."
    )
