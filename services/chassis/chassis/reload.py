"""Hot reload for gunicorn, made for sources that are mounted read-only into a container.

gunicorn's own reloader looks once a second and gives up when the application cannot be imported;
this one looks more often and keeps serving the error until an edit cures it.
"""

import os
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gunicorn import util
from gunicorn.reloader import Reloader, reloader_engines
from gunicorn.workers.gthread import ThreadWorker

ENGINE: Final = "tree"
INTERVAL_SECONDS: Final = 0.25
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


def watched_folders() -> list[Path]:
    """Where the sources are: the service and the chassis, as PYTHONPATH names them."""
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
