"""Hot reload for gunicorn, made for sources that are mounted read-only into a container.

gunicorn's own reloader looks once a second, begins after the application is loaded, and gives up
when it cannot be imported; this one loses no edit and serves the error until an edit cures it.
"""

import os
import traceback
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from gunicorn import util
from gunicorn.reloader import ReloaderBase, reloader_engines
from gunicorn.workers.gthread import ThreadWorker

from chassis.watch import Edits, require_watchfiles

ENGINE: Final = "sources"
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
    "watchfiles",
    "whitenoise.middleware",
)


# gunicorn 27.0.1 has no types (2026-11-28).
class SourceReloader(ReloaderBase):  # type: ignore[misc]
    """Watches whole source folders, so that templates and broken modules count too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # gunicorn makes it before it loads the application, and starts it afterwards.
        self._edits = Edits()

    def run(self) -> None:
        while True:
            self._callback(self._edits.wait())


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


def wake(worker: ThreadWorker) -> None:
    """gunicorn's worker_int hook: its threaded worker otherwise notices up to a second later."""
    worker.method_queue.defer(lambda: None)


def register() -> None:
    """Make the engine known to gunicorn, which accepts names of its own table only."""
    require_watchfiles("GUNICORN_RELOAD")
    reloader_engines[ENGINE] = SourceReloader


def import_what_never_changes() -> None:
    """Into the master, so that each new worker inherits it: half of what its start would take.

    Only modules that can be imported before settings are read, and none of the service or chassis.
    """
    for name in UNCHANGING:
        if find_spec(name.partition(".")[0]):
            import_module(name)
