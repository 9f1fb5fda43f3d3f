"""What notices edits of the sources, for all processes that start anew at one.

    edits = Edits()   # from here on an edit counts: make it before what it is to start anew
    edits.wait()      # until the next one

Needs watchfiles, which the development image has.
"""

import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

SUFFIXES: Final = (".py", ".html", ".toml")
SKIPPED: Final = frozenset({"__pycache__", "node_modules", "tests"})
# File systems of which the kernel sees each edit. All others may hold files that another kernel
# edits: those of Windows in WSL (9p), of a Mac (virtiofs, fuse, fakeowner), of a network (nfs).
TELLING: Final = frozenset(
    {"bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "jfs", "overlay", "tmpfs", "xfs", "zfs"}
)
POLL_MS: Final = 300
# An edit is told once nothing more was edited for so long, or so much after the first.
QUIET_MS: Final = 50
LONGEST_MS: Final = 400


class Edits:
    """The edits of sources since it was made."""

    def __init__(self) -> None:
        self._folders = [folder for folder in watched_folders() if folder.is_dir()]
        self._notify = _notify(self._folders)

    def wait(self) -> str:
        """The path of a source that was edited, made or taken away. Raises KeyboardInterrupt."""
        while True:
            found = self._notify.watch(LONGEST_MS, QUIET_MS, 0, None)
            if isinstance(found, str):
                raise KeyboardInterrupt
            sources = sorted(path for _, path in found if self._is_source(Path(path)))
            if sources:
                return sources[0]

    def _is_source(self, path: Path) -> bool:
        inside = next(path.relative_to(each) for each in self._folders if path.is_relative_to(each))
        hidden = any(name in SKIPPED or name.startswith(".") for name in inside.parts)
        return path.suffix in SUFFIXES and not hidden


def require_watchfiles(variable: str) -> None:
    """End a start that the variable asks too much of."""
    if not find_spec("watchfiles"):
        sys.exit(
            f"{variable} needs watchfiles, which this image lacks: set it to False in a production "
            "image, and lock a service that lacks it anew (services/lock.sh <service>)."
        )


def watched_folders() -> list[Path]:
    """The folders of sources: the service and the chassis, as PYTHONPATH names them."""
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return [Path(name) for name in dict.fromkeys([str(Path.cwd()), *named]) if name]


def tells(folder: Path, *, mounts: Path = Path("/proc/self/mounts")) -> bool:
    """Whether the kernel sees every edit in a folder; elsewhere its files have to be polled."""
    return _file_system(folder.resolve(), mounts.read_text()) in TELLING


def _file_system(folder: Path, mounts: str) -> str:
    found = (Path("/"), "")
    for line in mounts.splitlines():
        _, where, kind, *_ = line.split()
        point = Path(re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), where))
        # Of two at one place the later one is seen.
        if folder.is_relative_to(point) and len(point.parts) >= len(found[0].parts):
            found = (point, kind)
    return found[1]


def _notify(folders: list[Path]) -> "RustNotify":
    from watchfiles._rust_notify import RustNotify

    def watching(*, polls: bool) -> RustNotify:
        return RustNotify([str(each) for each in folders], False, polls, POLL_MS, True, True)

    try:
        return watching(polls=not all(tells(folder) for folder in folders))
    except OSError:
        # Watches are counted for each user of the machine, and an editor may have taken them all.
        return watching(polls=True)
