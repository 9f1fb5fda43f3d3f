#!/usr/bin/env bash
# The two checks of the official image that a health check needs: --connect and --innodb_initialized.
# The server of the first boot has no network: it does not count as connected.
set -euo pipefail

main() {
  local check
  if (($# == 0)); then
    fail 'say what to check: --connect, --innodb_initialized'
  fi
  for check; do
    case $check in
      --connect) connect || fail 'no connection to a server that listens on the network' ;;
      --innodb_initialized) innodb_initialized || fail 'InnoDB is not initialized' ;;
      --su-mysql) ;; # the file below is enough
      *) fail "$check is not known here; use --connect, --innodb_initialized" ;;
    esac
  done
  connect
}

connect() { [[ $(ask 'SELECT @@skip_networking') == 0 ]]; }

innodb_initialized() {
  [[ $(ask "SELECT 1 FROM information_schema.ENGINES WHERE engine = 'innodb' AND support IN ('YES', 'DEFAULT')") == 1 ]]
}

ask() {
  mariadb --defaults-extra-file=/var/lib/mysql/.my-healthcheck.cnf --protocol=socket --skip-ssl \
    --batch --skip-column-names --execute "$1" 2>/dev/null
}

fail() {
  echo "healthcheck: $*" >&2
  exit 1
}

main "$@"
