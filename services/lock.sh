#!/bin/sh
# Pin what a service depends on, with hashes, after an edit of its or the chassis's pyproject.toml:
#   services/lock.sh callcenter [--upgrade]
# Three layers: base goes into the production image, dev and test only into the development one.
# What all services share is pinned in common.txt, for all images to share it; after an edit of that
# part, lock each service.
# Plain requirement files, because uv.lock would tie every build to one registry's address.
set -eu
cd "$(dirname "$0")/$1"
shift
pin() {
    out=$1
    shift
    uv pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-annotate --no-header \
        --no-emit-package chassis --output-file "$out" "$@"
}
mkdir -p requirements
pin ../common.txt ../chassis/pyproject.toml --group ../chassis/pyproject.toml:service "$@"
pin requirements/base.txt pyproject.toml --constraints ../common.txt "$@"
pin requirements/dev.txt --group dev --group ../chassis/pyproject.toml:dev --constraints requirements/base.txt "$@"
pin requirements/test.txt --group test --constraints requirements/base.txt --constraints requirements/dev.txt "$@"
