#!/bin/sh
# What no image needs of its packages; runs in their folder. A service's own unused.sh adds to it.
set -eu
# Sources of translations, which never run, and those into languages that no service speaks: 20 MB.
find . -path '*/locale/*' -name '*.po' -delete
find . -path '*/locale/*' -name '*.mo' ! -path '*/es/*' ! -path '*/en/*' -delete
