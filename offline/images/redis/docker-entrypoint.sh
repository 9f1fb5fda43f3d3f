#!/bin/sh
# The contract of the official redis image: the server as user redis and process 1, reachable from the network.
set -e

case $1 in
  -* | *.conf) set -- redis-server "$@" ;;
esac

if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . ! -user redis -exec chown redis {} +
  exec setpriv --reuid=redis --regid=redis --init-groups "$0" "$@"
fi

# The official build is compiled with protected mode off; this one needs to be told, before what the user says.
if [ "$1" = redis-server ]; then
  shift
  case ${1-} in
    *.conf)
      conf=$1
      shift
      grep -q '^[[:space:]]*protected-mode' "$conf" || set -- --protected-mode no "$@"
      set -- "$conf" "$@"
      ;;
    -v | --version | -h | --help | --test-memory | --check-system) ;;
    *) set -- --protected-mode no "$@" ;;
  esac
  set -- redis-server "$@"
  [ "$(umask)" != 0022 ] || umask 0077
fi

exec "$@"
