"""`python -m chassis.static_files`: collectstatic where an image is built and no variable is set.

Only here may required variables be missing, and only this program can say so: there is no switch
that a running service could be given by mistake. The key is thrown away with the process.
"""

import os
import secrets

from chassis.environment import Environment


def main() -> None:
    """Collect the static files of the service in the working directory."""
    os.environ["SECRET_KEY"] = secrets.token_hex(32)
    Environment.tolerates_missing = True

    from django import setup
    from django.core.management import call_command

    setup()
    call_command("collectstatic", interactive=False, clear=True, verbosity=1)


if __name__ == "__main__":
    main()
