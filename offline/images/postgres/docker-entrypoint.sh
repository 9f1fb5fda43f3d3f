#!/usr/bin/env bash
# The contract of the official postgres image: first boot from POSTGRES_*, then the server itself as process 1.
set -Eeo pipefail
shopt -s nullglob
# shellcheck source=offline/images/entrypoint.sh
. /usr/local/bin/entrypoint.sh

main() {
  if [[ $1 == -* ]]; then
    set -- postgres "$@"
  fi
  if [[ $1 == postgres ]] && ! only_asks "$@"; then
    read_settings
    prepare_folders
    if ((EUID == 0)); then
      become postgres "${BASH_SOURCE[0]}" "$@"
    fi
    if [[ -s $PGDATA/PG_VERSION ]]; then
      log 'PostgreSQL Database directory appears to contain a database; Skipping initialization'
    else
      first_boot "$@"
    fi
  fi
  exec "$@"
}

# Arguments with which the server prints something and ends.
only_asks() {
  local argument
  for argument; do
    case $argument in
      '-?' | --help | --describe-config | -V | --version) return 0 ;;
    esac
  done
  return 1
}

read_settings() {
  setting POSTGRES_PASSWORD
  setting POSTGRES_USER postgres
  setting POSTGRES_DB "$POSTGRES_USER"
  setting POSTGRES_INITDB_ARGS
}

prepare_folders() {
  mkdir -p "$PGDATA" ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"}
  # May not be ours to change (bind mounts, --user); the server says so if it matters.
  chmod 700 "$PGDATA" ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"} || true
  if ((EUID == 0)); then
    find "$PGDATA" /var/run/postgresql ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"} \
      ! -user postgres -exec chown postgres {} +
  fi
}

first_boot() {
  if [[ -z $POSTGRES_PASSWORD && ${POSTGRES_HOST_AUTH_METHOD:-} != trust ]]; then
    fail 'the database is empty and POSTGRES_PASSWORD is not set; set it (or POSTGRES_HOST_AUTH_METHOD=trust)'
  fi
  ls /docker-entrypoint-initdb.d >/dev/null # unreadable: fail before anything is written
  create_cluster
  allow_network_clients "${@:2}"
  export PGPASSWORD=${PGPASSWORD:-$POSTGRES_PASSWORD}
  start_without_network "${@:2}"
  create_database
  run_init_files
  PGUSER=${PGUSER:-postgres} pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGPASSWORD
  log 'PostgreSQL init process complete; ready for start up.'
}

create_cluster() {
  local arguments=()
  # The value is a piece of a command line and may quote.
  eval "arguments=($POSTGRES_INITDB_ARGS)"
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") \
    ${POSTGRES_INITDB_WALDIR:+--waldir "$POSTGRES_INITDB_WALDIR"} "${arguments[@]}"
}

# initdb trusts the socket and loopback; everyone else proves the password.
allow_network_clients() {
  local method=${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption -D "$PGDATA" "$@")}
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
}

start_without_network() {
  local options
  options=$(printf '%q ' "$@" -c listen_addresses= -p "${PGPORT:-5432}")
  PGUSER=${PGUSER:-$POSTGRES_USER} pg_ctl -D "$PGDATA" -o "$options" -w start
}

create_database() {
  if [[ $POSTGRES_DB != postgres ]]; then
    docker_process_sql --dbname postgres --set database="$POSTGRES_DB" <<<'CREATE DATABASE :"database";'
  fi
}

# The official image's own name: init scripts that are sourced call it.
docker_process_sql() {
  PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" "$@"
}

main "$@"
