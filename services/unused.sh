#!/bin/sh
# What no image needs of its packages; runs in their folder. A service's own unused.sh adds to it.
set -eu
# Sources of translations, which never run, and those into languages that no service speaks: 20 MB.
find . -path '*/locale/*' -name '*.po' -delete
find . -path '*/locale/*' -name '*.mo' ! -path '*/es/*' ! -path '*/en/*' -delete
# Tests that packages bring. Parts in C that have a twin in Python, which serves where speed does not matter: reading YAML
# (the form of an API's document), and the width of text on a terminal (celery's shell): 5 MB.
find . -type d -path '*/site-packages/*/tests' -prune -exec rm -r {} +
find . -path '*/yaml/_yaml*.so' -delete
find . -path '*/wcwidth/_wcwidth_c*.so' -delete
