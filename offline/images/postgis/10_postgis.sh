#!/usr/bin/env bash
# As in the official image: a template with the extensions, and the same extensions in the first database.
set -e
export PGUSER=$POSTGRES_USER

psql --dbname postgres --no-psqlrc -v ON_ERROR_STOP=1 <<<'CREATE DATABASE template_postgis IS_TEMPLATE true;'

for database in template_postgis "$POSTGRES_DB"; do
  psql --dbname "$database" --no-psqlrc -v ON_ERROR_STOP=1 <<'SQL'
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS postgis_topology;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;
CREATE EXTENSION IF NOT EXISTS postgis_tiger_geocoder;
SQL
done
