"""`python -m worker`: becomes the celery worker, or what starts it again after each edit.

CELERY_CONCURRENCY   tasks at a time, each in a thread: they wait for Google, not for the CPU
HOT_RELOAD           watch the sources, see chassis.background
LOG_LEVEL            as everywhere
"""

from chassis import background
from chassis.environment import Environment
from chassis.logs import LOG_LEVELS


def main() -> None:
    """Read the environment, then take the place of this process: SIGTERM must reach the worker."""
    env = Environment.of_process()
    concurrency = env.integer("CELERY_CONCURRENCY", default=2, minimum=1, maximum=64)
    level = env.choice("LOG_LEVEL", choices=LOG_LEVELS, default="INFO")
    env.finish()
    background.main(
        [
            *("celery", "--app", "config", "worker"),
            *("--pool", "threads", "--concurrency", str(concurrency), "--loglevel", level),
            # No worker of ours listens to the others.
            *("--without-gossip", "--without-mingle"),
        ]
    )


if __name__ == "__main__":
    main()
