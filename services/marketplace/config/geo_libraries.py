"""The folder of GDAL, GEOS and PROJ: they are in Fiona's wheel, on a laptop as in the image.

Debian's libgdal brings 117 packages with it, drivers for formats that this service never opens,
and makes an image of 450 MB (2026-11). The wheel is 52 MB, has versions that Django 5.2 supports,
and is pinned by its hash. Of Fiona itself nothing is imported.
"""

import os
from ctypes import CDLL
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple


class GeoLibraries(NamedTuple):
    gdal: str
    geos: str


def load_geo_libraries() -> GeoLibraries:
    """The two libraries that Django opens, after all that they need."""
    package = _package()
    os.environ.setdefault("PROJ_DATA", str(package / "proj_data"))
    os.environ.setdefault("GDAL_DATA", str(package / "gdal_data"))
    # Linux wheels keep them beside the package, those of macOS inside.
    folders = (package.parent / "fiona.libs", package / ".dylibs")
    files = [str(file) for folder in folders for file in sorted(folder.glob("lib*"))]
    _load(files)
    return GeoLibraries(gdal=_named("libgdal-", files), geos=_named("libgeos_c-", files))


def _package() -> Path:
    spec = find_spec("fiona")
    if spec is None or spec.origin is None:
        raise SystemExit("Fiona is missing; install what requirements/base.txt lists.")
    return Path(spec.origin).parent


def _load(files: list[str]) -> None:
    """Each after those it needs: they do not say where these are, but a loaded one is found."""
    left = files
    while left:
        failed = [file for file in left if not _loads(file)]
        if len(failed) == len(left):
            raise SystemExit(f"Cannot load {', '.join(failed)}; is Fiona's wheel of this platform?")
        left = failed


def _loads(file: str) -> bool:
    try:
        CDLL(file)
    except OSError:
        return False
    return True


def _named(prefix: str, files: list[str]) -> str:
    for file in files:
        if Path(file).name.replace(".", "-").startswith(prefix):
            return file
    raise SystemExit(f"Fiona's wheel has no {prefix[:-1]}; wheels for Linux and macOS have one.")
