"""The sockets of Cloud SQL in URLs; chassis/in_services tests a real one."""

from typing import Any

import pytest

from chassis.databases import read_database_url
from chassis.environment import MARIADB, POSTGIS, POSTGRES, Environment, EnvironmentProblems
from chassis.settings import database_settings

SOCKET = "/cloudsql/my-project:europe-west1:main"


def read(url: str, schemes: tuple[str, ...] = POSTGRES, **variables: str) -> dict[str, Any]:
    env = Environment({"DATABASE_URL": url, **variables})
    config = read_database_url(env, "DATABASE_URL", schemes=schemes)
    env.finish()
    return config


@pytest.mark.parametrize(
    ("url", "schemes", "options"),
    [
        (f"postgres://u:p%40ss@/name?host={SOCKET}", POSTGRES, {"host": SOCKET}),
        (f"postgresql://u:p%40ss@/name?host={SOCKET}", POSTGRES, {"host": SOCKET}),
        (f"postgis://u:p%40ss@/name?host={SOCKET}", POSTGIS, {"host": SOCKET}),
        (f"mysql://u:p%40ss@/name?unix_socket={SOCKET}", MARIADB, {"unix_socket": SOCKET}),
        (
            f"postgres://u:p%40ss@/name?host={SOCKET.replace(':', '%3A')}",
            POSTGRES,
            {"host": SOCKET},
        ),
    ],
)
def test_a_url_can_name_a_socket(url: str, schemes: tuple[str, ...], options: Any) -> None:
    config = read(url, schemes)
    assert (config["NAME"], config["USER"], config["PASSWORD"]) == ("name", "u", "p@ss")
    # Django passes OPTIONS on to the driver, and a host only where there is one.
    assert (config["HOST"], config["PORT"], config["OPTIONS"]) == ("", "", options)


@pytest.mark.parametrize("url", ["postgres://u:p@db:6543/name", "postgres://u:p@/name?host=/other"])
def test_the_connection_name_wins_over_the_place_in_the_url(url: str) -> None:
    config = read(url, CLOUD_SQL_CONNECTION_NAME="my-project:europe-west1:main")
    assert (config["HOST"], config["PORT"]) == (SOCKET, "")
    assert (config["NAME"], config["USER"], config["PASSWORD"]) == ("name", "u", "p")
    assert "host" not in config["OPTIONS"]


def test_other_options_stay() -> None:
    config = read(
        "postgres://u:p@/name?host=/other&sslmode=disable",
        CLOUD_SQL_CONNECTION_NAME="my-project:europe-west1:main",
    )
    assert config["OPTIONS"] == {"sslmode": "disable"}


@pytest.mark.parametrize("schemes", [POSTGRES, POSTGIS])
def test_a_url_gets_a_pool_where_its_size_is_set(schemes: tuple[str, ...]) -> None:
    url = f"{schemes[0]}://u:p@db/name?sslmode=disable"
    config = read(url, schemes, DATABASE_POOL_SIZE="3")
    assert config["OPTIONS"]["sslmode"] == "disable"
    assert config["OPTIONS"]["pool"]["max_size"] == 3
    # Django refuses a pool besides connections that are kept, which is what settings add.
    assert database_settings(config)["CONN_MAX_AGE"] == 0
    assert "pool" not in read(url, schemes)["OPTIONS"]
    with pytest.raises(EnvironmentProblems):
        read(url, schemes, DATABASE_POOL_SIZE="0")


def test_a_pool_is_kept_for_postgres_alone() -> None:
    config = read("mysql://u:p@db/name", MARIADB, DATABASE_POOL_SIZE="3")
    assert "pool" not in config.get("OPTIONS", {})


def test_a_wrong_connection_name_is_refused() -> None:
    with pytest.raises(EnvironmentProblems) as caught:
        read("postgres://u:p@db/name", CLOUD_SQL_CONNECTION_NAME="../etc")
    (problem,) = caught.value.problems
    assert problem.name == "CLOUD_SQL_CONNECTION_NAME"
