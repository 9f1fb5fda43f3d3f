"""Strict, typed reading of environment variables.

    env = Environment.of_process()
    DEBUG = env.boolean("DEBUG", default=False)
    DATABASE = env.database("DATABASE_URL", schemes=POSTGRES)
    env.finish()  # every problem at once, each with what is allowed and an example

A variable without a default is required, and an empty one counts as missing. Until `finish` a bad
variable reads as a harmless placeholder, so that the readers after it still run.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple, Self
from urllib.parse import SplitResult, parse_qs, urlsplit

POSTGRES: Final = ("postgres", "postgresql")
POSTGIS: Final = ("postgis",)
MARIADB: Final = ("mysql",)
SQLITE: Final = ("sqlite",)
REDIS: Final = ("redis", "rediss")

TRUE: Final = frozenset({"true", "1", "yes", "on"})
FALSE: Final = frozenset({"false", "0", "no", "off"})


class Problem(NamedTuple):
    """One variable that cannot be used: what is wrong, what would be right."""

    name: str
    what: str
    allowed: str
    example: str

    def __str__(self) -> str:
        return (
            f"{self.name} {self.what}. Allowed: {self.allowed}. Example: {self.name}={self.example}"
        )


class EnvironmentProblems(SystemExit):
    """Ends the process with status 1 and the list of problems, without a stack trace.

    A SystemExit, because manage.py and gunicorn then both stop the same way with nothing to catch.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [f"  - {problem}" for problem in self.problems]
        super().__init__(
            "\n".join(["This service cannot start, its environment is wrong:", *lines])
        )


class Required:
    """The type of the default that a required variable does not have."""


REQUIRED: Final = Required()


class Environment:
    """Reads variables, collects problems, raises them all together in `finish`."""

    # Set by chassis.static_files alone, which runs where an image is built.
    tolerates_missing: ClassVar[bool] = False

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._problems: list[Problem] = []

    @classmethod
    def of_process(cls, *, dotenv: Path | None = None) -> Self:
        """The process's own variables, plus those of a `.env` file on a bare laptop.

        Whoever set ENVIRONMENT (an image always does) has configured this process; a `.env` that
        comes along with mounted sources must not switch on what was left off.
        """
        if dotenv is None or "ENVIRONMENT" in os.environ:
            return cls(os.environ)
        from dotenv import dotenv_values

        written = {
            name: value for name, value in dotenv_values(dotenv).items() if value is not None
        }
        return cls({**written, **os.environ})

    def finish(self) -> None:
        """Raise every problem met so far, if there is one."""
        if self._problems:
            raise EnvironmentProblems(self._problems)

    def reject(self, name: str, what: str, *, allowed: str, example: str) -> None:
        """Record a problem that only the caller can see, such as two variables that contradict."""
        self._problems.append(Problem(name, what, allowed, example))

    def text(
        self,
        name: str,
        *,
        default: str | Required = REQUIRED,
        allowed: str = "any text",
        example: str = "some-text",
    ) -> str:
        """A text as it is. Its value is never printed: it may be a secret."""
        value = self._value(name)
        if value is not None:
            return value
        return self._absent(name, default, "", allowed, example)

    def boolean(self, name: str, *, default: bool | Required = REQUIRED) -> bool:
        """True or false, in any of the usual spellings and no other."""
        allowed, example = "true, false, 1, 0, yes, no, on, off", "true"
        value = self._value(name)
        if value is None:
            return self._absent(name, default, False, allowed, example)
        if value.lower() not in TRUE | FALSE:
            self.reject(name, f"is {value!r}", allowed=allowed, example=example)
        return value.lower() in TRUE

    def integer(
        self, name: str, *, default: int | Required = REQUIRED, minimum: int, maximum: int
    ) -> int:
        """A whole number between two limits, both included."""
        allowed, example = f"a whole number from {minimum} to {maximum}", str(minimum)
        value = self._value(name)
        if value is None:
            return self._absent(name, default, minimum, allowed, example)
        if value.isascii() and value.isdecimal() and minimum <= int(value) <= maximum:
            return int(value)
        self.reject(name, f"is {value!r}", allowed=allowed, example=example)
        return minimum

    def choice(
        self, name: str, *, choices: Sequence[str], default: str | Required = REQUIRED
    ) -> str:
        """One of a few words, spelled exactly so."""
        allowed = ", ".join(choices)
        value = self._value(name)
        if value is None:
            return self._absent(name, default, choices[0], allowed, choices[0])
        if value in choices:
            return value
        self.reject(name, f"is {value!r}", allowed=allowed, example=choices[0])
        return choices[0]

    def names(
        self,
        name: str,
        *,
        default: Sequence[str] | Required = REQUIRED,
        allowed: str = "names separated by commas",
        example: str = "one,two",
    ) -> list[str]:
        """A list separated by commas; blanks around a name and empty names do not count."""
        value = self._value(name)
        if value is None:
            return list(self._absent(name, default, (), allowed, example))
        return [part.strip() for part in value.split(",") if part.strip()]

    def url(self, name: str, *, schemes: Sequence[str], default: str | Required = REQUIRED) -> str:
        """A URL with one of the schemes and a host; `default=""` makes it optional."""
        allowed, example = _allowed_urls(schemes), f"{schemes[0]}://user:password@host/name"
        value = self._value(name)
        if value is None:
            return self._absent(name, default, "", allowed, example)
        what = _wrong_with_url(value, schemes)
        if what:
            self.reject(name, what, allowed=allowed, example=example)
        return value

    def database(
        self, name: str, *, schemes: Sequence[str], default: str | Required = REQUIRED
    ) -> dict[str, Any]:
        """A database URL as an entry of DATABASES; {} if it is absent and `default=""`."""
        before = len(self._problems)
        value = self.url(name, schemes=schemes, default=default)
        if not value or len(self._problems) > before:
            return {}
        from environ import Env

        return dict(Env.db_url_config(value))

    def _value(self, name: str) -> str | None:
        return self._variables.get(name, "").strip() or None

    def _absent[T](
        self, name: str, default: T | Required, placeholder: T, allowed: str, example: str
    ) -> T:
        if not isinstance(default, Required):
            return default
        if not self.tolerates_missing:
            self.reject(name, "is missing", allowed=allowed, example=example)
        return placeholder


def _allowed_urls(schemes: Sequence[str]) -> str:
    return "a URL that begins with " + " or ".join(f"{scheme}://" for scheme in schemes)


def _wrong_with_url(value: str, schemes: Sequence[str]) -> str:
    """The problem, in words that hold no part of the value: it contains a password."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return "is not a URL, or its port is not a number up to 65535"
    if parts.scheme not in schemes:
        return f"has the scheme {parts.scheme!r}" if parts.scheme else "is not a URL"
    if parts.scheme in SQLITE:
        return "" if parts.path.strip("/") else "names no file"
    return _wrong_with_server(parts, port)


def _names_socket(parts: SplitResult) -> bool:
    """A database's socket stands in the query:

    postgres://user:password@/name?host=/cloudsql/project:region:instance
    mysql://user:password@/name?unix_socket=/cloudsql/project:region:instance
    """
    option = "unix_socket" if parts.scheme in MARIADB else "host"
    return parts.scheme not in REDIS and option in parse_qs(parts.query)


def _wrong_with_server(parts: SplitResult, port: int | None) -> str:
    in_socket = _names_socket(parts)
    if not parts.hostname and not in_socket:
        return "names no host"
    if parts.hostname and in_socket:
        return "names both a host and a socket"
    if port == 0:
        return "has port 0"
    if parts.scheme not in REDIS and not parts.path.strip("/"):
        return "names no database"
    return ""
