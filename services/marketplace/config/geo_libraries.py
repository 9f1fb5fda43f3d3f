"""GDAL, GEOS and PROJ: they are one library in pyogrio's wheel, on a laptop as in the image.

Debian's libgdal brings 117 packages with it, drivers for formats that this service never opens,
and makes an image of 450 MB (2026-11). The wheel is 33 MB, is made for x86-64 and for ARM, has
versions that Django 5.2 works with, and is pinned by its hash. Of pyogrio nothing is imported.
"""

import os
from importlib.util import find_spec
from pathlib import Path


def find_geo_library() -> str:
    """The file that Django opens for GDAL and for GEOS, with PROJ's and GDAL's data set up."""
    package = _package()
    os.environ.setdefault("PROJ_DATA", str(package / "proj_data"))
    os.environ.setdefault("GDAL_DATA", str(package / "gdal_data"))
    # Linux wheels keep it beside the package, those of macOS inside.
    for folder in (package.parent / "pyogrio.libs", package / ".dylibs"):
        for file in folder.glob("libgdal[-.]*"):
            return str(file)
    raise SystemExit("pyogrio's wheel has no libgdal; wheels for Linux and macOS have one.")


def _package() -> Path:
    spec = find_spec("pyogrio")
    if spec is None or spec.origin is None:
        raise SystemExit("pyogrio is missing; install what requirements/base.txt lists.")
    return Path(spec.origin).parent
