"""`python -m chassis.entrypoint command...`: prepare the service, then become the command.

    ENTRYPOINT_WAIT           until each database (30 tries) and Redis (15) accept connections
    ENTRYPOINT_MIGRATE        migrate, each configured database
    ENTRYPOINT_COLLECTSTATIC  collectstatic, unless the image holds the collected files already
    ENTRYPOINT_SUPERUSER      create it, if DJANGO_SUPERUSER_* are set and it does not exist
    ENTRYPOINT_CHECK          check --deploy; in production a warning stops the start

All on by default. With all of them off nothing is imported and nothing printed. The command
replaces this process, so that it is the one that gets SIGTERM.
"""

import os
import sys
from collections.abc import Callable

from chassis import egress
from chassis.environment import Environment


def main(command: list[str]) -> None:
    """Run the steps that are switched on, then the command."""
    if not command:
        sys.exit("Nothing to run. Give a command, such as: python manage.py shell")
    steps = _steps_switched_on()
    egress.adopt()
    if steps:
        _prepare(steps)
    _become(command)


def _steps_switched_on() -> list[str]:
    env = Environment.of_process()
    names = ("WAIT", "MIGRATE", "COLLECTSTATIC", "SUPERUSER", "CHECK")
    switched_on = [name for name in names if env.boolean(f"ENTRYPOINT_{name}", default=True)]
    env.finish()
    return switched_on


def _prepare(steps: list[str]) -> None:
    # Here and not above: a container whose steps are off pays nothing for them.
    import django

    from chassis import service
    from chassis import steps as all_steps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    for name in steps:
        run: Callable[[], None] = all_steps.STEPS[name]
        run()
    print(service.ready_message(), flush=True)


def _become(command: list[str]) -> None:
    sys.stdout.flush()
    try:
        os.execvp(command[0], command)  # noqa: S606
    except OSError as error:
        print(f"Cannot run {command[0]}: {error.strerror}", file=sys.stderr)
        sys.exit(127)


if __name__ == "__main__":
    main(sys.argv[1:])
