#!/bin/sh
# Pin what a service depends on, with hashes, after an edit of its or the chassis's pyproject.toml:
#   services/lock.sh callcenter [--upgrade]
# Three layers: base goes into the production image, dev and test only into the development one.
# Plain requirement files, because uv.lock would tie every build to one registry's address.
set -eu
cd "$(dirname "$0")/$1"
shift
pin() {
    out=requirements/$1.txt
    shift
    uv pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-annotate --no-header \
        --no-emit-package chassis --output-file "$out" "$@"
}
mkdir -p requirements
pin base pyproject.toml "$@"
pin dev --group dev --constraints requirements/base.txt "$@"
pin test --group test --constraints requirements/base.txt --constraints requirements/dev.txt "$@"
