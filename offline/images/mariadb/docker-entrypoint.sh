#!/usr/bin/env bash
# The contract of the official mariadb image: first boot from MARIADB_* (or MYSQL_*), then the server as process 1.
# Left out: replication, password hashes, restoring a backup, MARIADB_AUTO_UPGRADE.
set -eo pipefail
shopt -s nullglob
# shellcheck source=offline/images/entrypoint.sh
. /usr/local/bin/entrypoint.sh

main() {
  if [[ $1 == -* ]]; then
    set -- mariadbd "$@"
  fi
  if [[ $1 == mariadbd || $1 == mysqld ]] && ! only_asks "$@"; then
    read_server_settings "$@"
    read_settings
    if ((EUID == 0)); then
      mkdir -p "$DATADIR"
      find "$DATADIR" "${SOCKET%/*}" ! -user mysql -exec chown mysql: {} +
      become mysql "${BASH_SOURCE[0]}" "$@"
    fi
    if [[ ! -d $DATADIR/mysql ]]; then
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
      '-?' | --help | --print-defaults | -V | --version) return 0 ;;
    esac
  done
  return 1
}

# What the server itself says it will use, from its files and these arguments; it also refuses wrong ones here.
read_server_settings() {
  local report
  if ! report=$("$@" --verbose --help 2>/dev/null); then
    fail "mariadbd refuses its arguments ($*): $("$@" --verbose --help 2>&1 >/dev/null)"
  fi
  DATADIR=$(server_setting datadir <<<"$report")
  SOCKET=$(server_setting socket <<<"$report")
  PORT=$(server_setting port <<<"$report")
}

server_setting() {
  awk -v name="$1" '$1 == name && /^[^ \t]/ && !value { sub(/^[^ \t]+[ \t]+/, ""); value = $0 } END { print value }'
}

read_settings() {
  local name
  for name in DATABASE USER PASSWORD ROOT_PASSWORD ROOT_HOST RANDOM_ROOT_PASSWORD INITDB_SKIP_TZINFO; do
    setting "MYSQL_$name"
    local older=MYSQL_$name
    setting "MARIADB_$name" "${!older}"
  done
  MARIADB_ROOT_HOST=${MARIADB_ROOT_HOST:-%}
  MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=${MARIADB_ALLOW_EMPTY_ROOT_PASSWORD:-${MYSQL_ALLOW_EMPTY_PASSWORD:-}}
}

first_boot() {
  if [[ -z $MARIADB_ROOT_PASSWORD$MARIADB_ALLOW_EMPTY_ROOT_PASSWORD$MARIADB_RANDOM_ROOT_PASSWORD ]]; then
    fail 'the database is empty and no root password is given; set MARIADB_ROOT_PASSWORD' \
      '(or MARIADB_RANDOM_ROOT_PASSWORD=1, or MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=1)'
  fi
  ls /docker-entrypoint-initdb.d >/dev/null # unreadable: fail before anything is written
  create_system_tables "${@:2}"
  start_without_network "$@"
  load_time_zones
  create_users_and_database | as_root_without_password --database=mysql --binary-mode
  run_init_files
  kill "$server"
  wait "$server"
  log 'MariaDB init process done. Ready for start up.'
}

create_system_tables() {
  local arguments=() argument
  for argument; do
    # mariadb-install-db cannot pass on an argument with white space.
    if [[ $argument != *[[:space:]]* ]]; then
      arguments+=("$argument")
    fi
  done
  mariadb-install-db --datadir="$DATADIR" --rpm --auth-root-authentication-method=normal "${arguments[@]}" \
    --cross-bootstrap --skip-test-db --old-mode=UTF8_IS_UTF8MB3 --default-time-zone=SYSTEM --skip-log-bin >/dev/null
}

# The same arguments as the real server gets, as in the official image: an --init-file runs here too, on a server
# that has no users yet, and once more at the real start.
start_without_network() {
  "$@" --skip-networking --default-time-zone=SYSTEM --socket="$SOCKET" --wsrep-on=OFF --skip-ssl &
  server=$!
  local try
  for try in {1..60}; do
    if as_root_without_password --database=mysql <<<'SELECT 1' &>/dev/null; then
      return
    fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.5
  done
  fail "the server for the first boot did not answer (try $try)"
}

load_time_zones() {
  if [[ -z $MARIADB_INITDB_SKIP_TZINFO ]]; then
    mariadb-tzinfo-to-sql --skip-write-binlog /usr/share/zoneinfo | as_root_without_password --database=mysql
  fi
}

create_users_and_database() {
  if [[ -n $MARIADB_RANDOM_ROOT_PASSWORD ]]; then
    MARIADB_ROOT_PASSWORD=$(random_password)
    log "GENERATED ROOT PASSWORD: $MARIADB_ROOT_PASSWORD" >&2
  fi
  local root
  root=$(quoted "$MARIADB_ROOT_PASSWORD")
  echo "SET @@SESSION.SQL_LOG_BIN=0;"
  # mariadb-install-db leaves these without a password.
  echo "DROP USER IF EXISTS root@'127.0.0.1', root@'::1';"
  echo "EXECUTE IMMEDIATE CONCAT('DROP USER IF EXISTS root@\"', @@hostname, '\"');"
  echo "SET PASSWORD FOR root@localhost = PASSWORD($root);"
  if [[ $MARIADB_ROOT_HOST != localhost ]]; then
    echo "CREATE USER root@'$MARIADB_ROOT_HOST' IDENTIFIED BY $root;"
    echo "GRANT ALL ON *.* TO root@'$MARIADB_ROOT_HOST' WITH GRANT OPTION;"
  fi
  create_healthcheck_users
  echo "SET @@SESSION.SQL_LOG_BIN=1;"
  if [[ -n $MARIADB_DATABASE ]]; then
    echo "CREATE DATABASE IF NOT EXISTS \`$MARIADB_DATABASE\`;"
  fi
  if [[ -n $MARIADB_USER && -n $MARIADB_PASSWORD ]]; then
    echo "CREATE USER '$MARIADB_USER'@'%' IDENTIFIED BY $(quoted "$MARIADB_PASSWORD");"
    if [[ -n $MARIADB_DATABASE ]]; then
      echo "GRANT ALL ON \`${MARIADB_DATABASE//_/\\_}\`.* TO '$MARIADB_USER'@'%';"
    fi
  fi
}

# healthcheck.sh reads the file; the users may do nothing but connect.
create_healthcheck_users() {
  local password host
  password=$(random_password)
  for host in 127.0.0.1 ::1 localhost; do
    echo "CREATE USER IF NOT EXISTS healthcheck@'$host' IDENTIFIED BY '$password';"
  done
  (
    umask 0077
    printf '[mariadb-client]\nport=%s\nsocket=%s\nuser=healthcheck\npassword=%s\n' "$PORT" "$SOCKET" "$password" \
      >"$DATADIR/.my-healthcheck.cnf"
  )
}

random_password() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

quoted() {
  local text=${1//\\/\\\\}
  printf "'%s'" "${text//\'/\\\'}"
}

as_root_without_password() {
  MYSQL_PWD='' mariadb --protocol=socket --socket="$SOCKET" --skip-ssl --user=root "$@"
}

# The official image's own name: init scripts that are sourced call it, with arguments of theirs.
# shellcheck disable=SC2120
docker_process_sql() {
  MYSQL_PWD=$MARIADB_ROOT_PASSWORD mariadb --protocol=socket --socket="$SOCKET" --skip-ssl --user=root \
    ${MARIADB_DATABASE:+--database="$MARIADB_DATABASE"} "$@"
}

main "$@"
