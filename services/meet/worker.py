"""`python -m worker`: becomes the celery worker, or what starts it again after each edit.

CELERY_CONCURRENCY   tasks at a time, each in a thread: they wait for Google, not for the CPU
CELERY_RELOAD        watch the sources; needs watchmedo, which the development image has
LOG_LEVEL            as everywhere
"""

import os

from chassis.environment import Environment
from chassis.logs import LOG_LEVELS


def main() -> None:
    """Read the environment, then take the place of this process: SIGTERM must reach the worker."""
    env = Environment.of_process()
    reload = env.boolean("CELERY_RELOAD", default=False)
    concurrency = env.integer("CELERY_CONCURRENCY", default=2, minimum=1, maximum=64)
    level = env.choice("LOG_LEVEL", choices=LOG_LEVELS, default="INFO")
    env.finish()
    command = [
        *("celery", "--app", "config", "worker"),
        *("--pool", "threads", "--concurrency", str(concurrency), "--loglevel", level),
        # No worker of ours listens to the others.
        *("--without-gossip", "--without-mingle"),
    ]
    if reload:
        command = [*_watcher(), "--", *command]
    os.execvp(command[0], command)  # noqa: S606


def _watcher() -> list[str]:
    from chassis.reload import watched_folders

    folders = [f"--directory={folder}" for folder in watched_folders()]
    options = (
        "--recursive",
        "--patterns=**/*.py",
        "--ignore-patterns=**/tests/**",
        "--signal=SIGTERM",
    )
    return ["watchmedo", "auto-restart", *folders, *options]


if __name__ == "__main__":
    main()
