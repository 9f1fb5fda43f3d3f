"""Hot reload for gunicorn, made for sources that are mounted read-only into a container.

gunicorn's own reloader looks once a second and gives up when the application cannot be imported;
this one looks more often and keeps serving the error until an edit cures it.
"""

import os
import traceback
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from gunicorn import util
from gunicorn.reloader import Reloader, reloader_engines
from gunicorn.workers.gthread import ThreadWorker

ENGINE: Final = "tree"
INTERVAL_SECONDS: Final = 0.2
UNCHANGING: Final = (
    "django.core.wsgi",
    "django.contrib.admin.options",
    "django.core.cache.backends.locmem",
    "django.db.backends.postgresql.base",
    "django.template.backends.django",
    "django.template.loaders.cached",
    "django.views.debug",
    "environ",
    "rest_framework.serializers",
    "whitenoise.middleware",
)
SUFFIXES: Final = (".py", ".html", ".toml")
SKIPPED: Final = frozenset({"__pycache__", "node_modules", "tests"})


class TreeReloader(Reloader):  # type: ignore[misc]
    """Watches whole source folders, so that templates and broken modules count too."""

    def __init__(self, extra_files=None, interval=INTERVAL_SECONDS, callback=None):  # type: ignore[no-untyped-def]
        super().__init__(extra_files=extra_files, interval=interval, callback=callback)

    def get_files(self) -> list[str]:
        return [file for folder in watched_folders() for file in source_files(folder)]


class ReloadWorker(ThreadWorker):  # type: ignore[misc]
    """Serves the traceback of an application that cannot be loaded, instead of dying of it."""

    def load_wsgi(self) -> None:
        try:
            super().load_wsgi()
        except (Exception, SystemExit) as error:
            self.log.exception("The application cannot be loaded; waiting for an edit")
            text = str(error) if isinstance(error, SystemExit) else traceback.format_exc()
            self.wsgi = util.make_fail_app(text)

    def run(self) -> None:
        super().run()
        # Every answer is out. Taking Django apart would hold the next worker up for nothing.
        os._exit(0)


def watched_folders() -> list[Path]:
    """The folders of sources: the service and the chassis, as PYTHONPATH names them."""
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return [Path(name) for name in dict.fromkeys([str(Path.cwd()), *named]) if name]


def source_files(folder: Path) -> Iterator[str]:
    """Every file whose edit changes what is served."""
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in SKIPPED and not name.startswith(".")]
        yield from (os.path.join(parent, name) for name in files if name.endswith(SUFFIXES))  # noqa: PTH118


def wake(worker: ThreadWorker) -> None:
    """gunicorn's worker_int hook: its threaded worker otherwise notices up to a second later."""
    worker.method_queue.defer(lambda: None)


def register() -> None:
    """Make the engine known to gunicorn, which accepts names of its own table only."""
    reloader_engines[ENGINE] = TreeReloader


def import_what_never_changes() -> None:
    """Into the master, so that each new worker inherits it: half of what its start would take.

    Only modules that can be imported before settings are read, and none of the service or chassis.
    """
    for name in UNCHANGING:
        if find_spec(name.partition(".")[0]):
            import_module(name)
