"""`python -m background.run celery -A config worker`: become the command.

With HOT_RELOAD on, stay, and start the command anew at each edit of the sources. A command that
cannot start waits for the edit that cures it.
"""

import os
import shlex
import sys

from chassis.environment import Environment

# Celery's and the consumer's slowest stop; killed at any moment, no message is lost or done twice.
STOP_SECONDS = 5


def main(command: list[str]) -> None:
    """Become the command, or watch over it."""
    env = Environment.of_process()
    hot_reload = env.boolean("HOT_RELOAD", default=False)
    env.finish()
    if not command:
        sys.exit("Nothing to run. Give a command, such as: celery -A config worker")
    if hot_reload:
        watch(command)
    else:
        os.execvp(command[0], command)  # noqa: S606


def watch(command: list[str]) -> None:
    """Run it and start it anew at each edit, until SIGTERM or SIGINT."""
    try:
        from watchfiles import DefaultFilter, run_process
    except ModuleNotFoundError:
        sys.exit("HOT_RELOAD needs the development image; set it to False in this one.")
    from chassis.reload import SKIPPED, watched_folders

    ignored = (*DefaultFilter.ignore_dirs, *SKIPPED)
    run_process(
        *(folder for folder in watched_folders() if folder.is_dir()),
        target=shlex.join(command),
        target_type="command",
        watch_filter=DefaultFilter(ignore_dirs=ignored),
        debounce=400,
        sigint_timeout=STOP_SECONDS,
        sigkill_timeout=1,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
