#!/usr/bin/env bash
# The contract of the official mysql image: first boot from MYSQL_*, then the server as process 1.
# Left out: MYSQL_ONETIME_PASSWORD, MYSQL_INITDB_SKIP_TZINFO (time zones are always loaded), an --init-file of its own.
set -eo pipefail
shopt -s nullglob
# shellcheck source=offline/images/entrypoint.sh
. /usr/local/bin/entrypoint.sh

DATADIR=/var/lib/mysql
SOCKET=/var/run/mysqld/mysqld.sock

main() {
  if [[ $1 == -* ]]; then
    set -- mysqld "$@"
  fi
  if [[ $1 == mysqld ]] && ! only_asks "$@"; then
    read_settings
    if ((EUID == 0)); then
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

read_settings() {
  local name
  for name in DATABASE USER PASSWORD ROOT_PASSWORD RANDOM_ROOT_PASSWORD ALLOW_EMPTY_PASSWORD; do
    setting "MYSQL_$name"
  done
  setting MYSQL_ROOT_HOST %
}

first_boot() {
  if [[ -z $MYSQL_ROOT_PASSWORD$MYSQL_ALLOW_EMPTY_PASSWORD$MYSQL_RANDOM_ROOT_PASSWORD ]]; then
    fail 'the database is empty and no root password is given; set MYSQL_ROOT_PASSWORD' \
      '(or MYSQL_RANDOM_ROOT_PASSWORD=1, or MYSQL_ALLOW_EMPTY_PASSWORD=1)'
  fi
  ls /docker-entrypoint-initdb.d >/dev/null # unreadable: fail before anything is written
  "$@" --initialize-insecure --default-time-zone=SYSTEM
  start_without_network "$@"
  mysql_tzinfo_to_sql /usr/share/zoneinfo | as_root_without_password --database=mysql --force
  create_users_and_database | as_root_without_password --database=mysql
  run_init_files
  MYSQL_PWD=$MYSQL_ROOT_PASSWORD mysqladmin --user=root shutdown
  wait "$server"
  log 'MySQL init process done. Ready for start up.'
}

start_without_network() {
  "$@" --skip-networking --default-time-zone=SYSTEM --mysqlx=OFF &
  server=$!
  local try
  for try in {1..60}; do
    if as_root_without_password <<<'SELECT 1' &>/dev/null; then
      return
    fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.5
  done
  fail "the server for the first boot did not answer (try $try)"
}

create_users_and_database() {
  if [[ -n $MYSQL_RANDOM_ROOT_PASSWORD ]]; then
    MYSQL_ROOT_PASSWORD=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    log "GENERATED ROOT PASSWORD: $MYSQL_ROOT_PASSWORD" >&2
  fi
  local root
  root=$(quoted "$MYSQL_ROOT_PASSWORD")
  if [[ $MYSQL_ROOT_HOST != localhost ]]; then
    echo "CREATE USER root@'$MYSQL_ROOT_HOST' IDENTIFIED BY $root;"
    echo "GRANT ALL ON *.* TO root@'$MYSQL_ROOT_HOST' WITH GRANT OPTION;"
  fi
  if [[ -n $MYSQL_DATABASE ]]; then
    echo "CREATE DATABASE IF NOT EXISTS \`$MYSQL_DATABASE\`;"
  fi
  if [[ -n $MYSQL_USER && -n $MYSQL_PASSWORD ]]; then
    echo "CREATE USER '$MYSQL_USER'@'%' IDENTIFIED BY $(quoted "$MYSQL_PASSWORD");"
    if [[ -n $MYSQL_DATABASE ]]; then
      echo "GRANT ALL ON \`${MYSQL_DATABASE//_/\\_}\`.* TO '$MYSQL_USER'@'%';"
    fi
  fi
  echo "ALTER USER root@localhost IDENTIFIED BY $root;"
}

quoted() {
  local text=${1//\\/\\\\}
  printf "'%s'" "${text//\'/\\\'}"
}

as_root_without_password() {
  MYSQL_PWD='' mysql --protocol=socket --user=root "$@"
}

# The official image's own name: init scripts that are sourced call it, with arguments of theirs.
# shellcheck disable=SC2120
docker_process_sql() {
  MYSQL_PWD=$MYSQL_ROOT_PASSWORD mysql --protocol=socket --user=root ${MYSQL_DATABASE:+--database="$MYSQL_DATABASE"} "$@"
}

main "$@"
