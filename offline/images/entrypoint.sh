# shellcheck shell=bash
# What the entrypoints of the databases share; sourced by them.

log() { printf '%s [entrypoint] %s\n' "$(date -u +%FT%TZ)" "$*"; }

fail() {
  log "error: $*" >&2
  exit 1
}

# setting NAME [DEFAULT]: exports NAME from itself, or from the file that NAME_FILE names, or from DEFAULT.
setting() {
  local file_name=$1_FILE
  if [[ -n ${!1:-} && -n ${!file_name:-} ]]; then
    fail "both $1 and $file_name are set; unset one of them"
  fi
  local value=${!1:-}
  if [[ -n ${!file_name:-} ]]; then
    value=$(<"${!file_name}")
  fi
  export "$1=${value:-${2:-}}"
  unset "$file_name"
}

# become USER COMMAND...: replaces this process, which root started.
become() {
  HOME=$(getent passwd "$1" | cut -d: -f6)
  export HOME
  exec setpriv --reuid="$1" --regid="$1" --init-groups "${@:2}"
}

# Runs what lies in /docker-entrypoint-initdb.d, in the order of the names; SQL goes through docker_process_sql.
run_init_files() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    log "running $file"
    case $file in
      *.sh) run_init_script "$file" ;;
      *.sql) docker_process_sql <"$file" ;;
      *.sql.gz) gunzip -c "$file" | docker_process_sql ;;
      *.sql.xz) xzcat "$file" | docker_process_sql ;;
      *.sql.zst) zstd -dc "$file" | docker_process_sql ;;
      *) log "ignored $file: neither a script nor SQL" ;;
    esac
  done
}

# An executable script is run; any other is sourced, and may use what is defined here.
run_init_script() {
  if [[ -x $1 ]]; then
    "$1"
  else
    # shellcheck disable=SC1090
    . "$1"
  fi
}
