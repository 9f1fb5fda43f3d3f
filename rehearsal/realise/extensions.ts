/**
 * The extensions that Cloud SQL lets members of cloudsqlsuperuser make, by their names in Postgres: those of
 * cloud.google.com/sql/docs/postgres/extensions, as github.com/rushilsrivastava/postgres-cloudsql-docker (24f9774) keeps the
 * page (2026-11-28). A server makes those of them that its image has.
 */
export const EXTENSIONS: readonly string[] = [
  ...["address_standardizer", "address_standardizer_data_us", "amcheck", "anon", "autoinc", "bloom", "btree_gin"],
  ...["btree_gist", "citext", "cube", "dblink", "dict_int", "earthdistance", "fuzzystrmatch", "google_ml_integration"],
  ...["hll", "hstore", "hypopg", "insert_username", "intagg", "intarray", "ip4r", "isn", "lo", "ltree", "moddatetime"],
  ...[
    "oracle_fdw",
    "orafce",
    "pageinspect",
    "pg_background",
    "pg_bigm",
    "pg_buffercache",
    "pg_cron",
    "pg_freespacemap",
  ],
  ...["pg_hint_plan", "pg_ivm", "pg_partman", "pg_prewarm", "pg_proctab", "pg_repack", "pg_similarity", "pg_squeeze"],
  ...["pg_stat_statements", "pg_trgm", "pg_visibility", "pg_wait_sampling", "pgaudit", "pgcrypto", "pgfincore"],
  ...["pglogical", "pgrouting", "pgrowlocks", "pgstattuple", "pgtap", "pgtt", "plpgsql", "plpgsql_check", "plproxy"],
  ...["plv8", "postgis", "postgis_raster", "postgis_sfcgal", "postgis_tiger_geocoder", "postgis_topology"],
  ...["postgres_fdw", "prefix", "rdkit", "refint", "roaringbitmap", "sslinfo", "tablefunc", "tcn", "tds_fdw"],
  ...["temporal_tables", "tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp", "vector"],
];

/**
 * Those of them that Postgres itself lets whoever may create in a database make (`trusted` in their control files, Postgres
 * 13 and later), and Cloud SQL too: tried there with pg_trgm in github.com/na0fu3y/ochakai/pull/15.
 */
export const TRUSTED: readonly string[] = [
  ...[
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dict_int",
    "fuzzystrmatch",
    "hstore",
    "intarray",
    "isn",
    "lo",
    "ltree",
  ],
  ...["pg_trgm", "pgcrypto", "plpgsql", "tablefunc", "tcn", "tsm_system_rows", "tsm_system_time", "unaccent"],
  ...["uuid-ossp"],
];
