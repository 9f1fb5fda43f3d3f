"""A service's programs in processes of their own, for its tests."""

import os
import subprocess
import sys
from collections.abc import Mapping

from django.conf import settings

# What every service needs in production; a service with a database adds its own.
PRODUCTION = {
    "ENVIRONMENT": "production",
    "DEBUG": "false",
    "SECRET_KEY": "strong-k3y." * 5,
    "ALLOWED_HOSTS": ".run.app",
}


def manage(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` with this process's environment and the given variables."""
    return run("manage.py", *words, **variables)


def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python with this process's environment and the given variables."""
    return run_in({**os.environ, **variables}, *words)


def run_in(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these variables and no others."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
