"""Databases of a managed Postgres server that their own users share, and nobody else reads.

    PGHOST, PGUSER, PGPASSWORD, PGDATABASE   the server and its administrator, as libpq reads them
    PREPARE_DATABASES                        a JSON list of what Database, below, says

    python -m chassis.prepare_databases

Users that Google's API makes are members of cloudsqlsuperuser, who reads everything, and may make
roles. Here they lose both. Each database belongs to a role that cannot log in; its users (two, who
take turns when a password is rotated) act as that role, so that what one makes is the other's too.
It can run at any time and again: it changes only what differs.
"""

import json
import os
import sys
from typing import Any, Final, TypedDict

import psycopg
from psycopg import sql

SUPERUSER: Final = "cloudsqlsuperuser"


class Database(TypedDict):
    database: str
    owner: str
    users: list[str]
    extensions: list[str]


def main() -> int:
    databases: list[Database] = json.loads(os.environ["PREPARE_DATABASES"])
    with psycopg.connect(autocommit=True) as server:
        for database in databases:
            own(server, database)
            for user in database["users"]:
                confine(server, user, database)
    for database in databases:
        with psycopg.connect(dbname=database["database"], autocommit=True) as connection:
            for extension in database["extensions"]:
                run(connection, "CREATE EXTENSION IF NOT EXISTS {}", extension)
    with psycopg.connect(autocommit=True) as server:
        leaks = find_leaks(server, databases)
    for leak in leaks:
        print(leak, file=sys.stderr)
    print(f"{len(databases)} databases are prepared" if not leaks else "databases are not separate")
    return 1 if leaks else 0


def own(server: psycopg.Connection[Any], database: Database) -> None:
    """The database belongs to its role, and nobody else may connect."""
    name, owner = database["database"], database["owner"]
    if not exists(server, "SELECT FROM pg_roles WHERE rolname = %s", owner):
        run(server, "CREATE ROLE {} NOLOGIN", owner)
    # Only a member may give something to a role.
    run(server, "GRANT {} TO CURRENT_USER", owner)
    owned = "SELECT FROM pg_database WHERE datname = %s AND pg_get_userbyid(datdba) = %s"
    if not exists(server, owned, name, owner):
        run(server, "ALTER DATABASE {} OWNER TO {}", name, owner)
    run(server, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)


def confine(server: psycopg.Connection[Any], user: str, database: Database) -> None:
    """The user acts as the database's owner, and is nothing else."""
    name, owner = database["database"], database["owner"]
    for role in others(server, user, owner):
        run(server, "REVOKE {} FROM {}", role, user)
    run(server, "ALTER ROLE {} NOCREATEROLE NOCREATEDB", user)
    run(server, "GRANT {} TO {}", owner, user)
    run(server, "ALTER ROLE {} IN DATABASE {} SET role = {}", user, name, owner)


def others(server: psycopg.Connection[Any], user: str, owner: str) -> list[str]:
    """The roles, other than the owner, that a user is a member of."""
    rows = server.execute(
        "SELECT pg_get_userbyid(roleid) FROM pg_auth_members"
        " WHERE pg_get_userbyid(member) = %s AND pg_get_userbyid(roleid) <> %s",
        (user, owner),
    )
    return [row[0] for row in rows]


def find_leaks(server: psycopg.Connection[Any], databases: list[Database]) -> list[str]:
    """The privileges that would let a user read another's data, in words."""
    leaks = []
    for database in databases:
        for user in database["users"]:
            leaks += [
                f"{user} may connect to {other['database']}"
                for other in databases
                if user not in other["users"] and may_connect(server, user, other["database"])
            ]
            if exists(
                server,
                "SELECT FROM pg_roles WHERE rolname = %s"
                " AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls)",
                user,
            ):
                leaks.append(f"{user} has powers of an administrator")
    return leaks


def may_connect(server: psycopg.Connection[Any], user: str, database: str) -> bool:
    query = "SELECT WHERE has_database_privilege(%s, %s, 'CONNECT')"
    return exists(server, query, user, database)


def exists(server: psycopg.Connection[Any], query: str, *values: str) -> bool:
    # The queries are the constants above.
    return server.execute(query, values).fetchone() is not None


def run(connection: psycopg.Connection[Any], statement: str, *names: str) -> None:
    """A statement with names in it; the statements are the constants above."""
    quoted = sql.SQL(statement).format(*map(sql.Identifier, names))
    connection.execute(quoted)


if __name__ == "__main__":
    sys.exit(main())
