import type { DataEngine, Script } from "./data-engine";

/**
 * Redis. A second server in the same container loads the snapshot; the first then takes its whole data over as a
 * replica does, keeping its own until the last byte is in (`swapdb`), and is its own master again. It never stops.
 * The file may come from anywhere: what reads it is not root, and checks every value's encoding.
 */
export const redis: DataEngine = {
  dump: () =>
    // By default the server waits five seconds for other replicas to copy the data with us.
    script(`
delay=$(first config get repl-diskless-sync-delay | tail -1)
file=$(mktemp)
trap 'first config set repl-diskless-sync-delay "$delay" >/dev/null; rm -f "$file"' EXIT
first config set repl-diskless-sync-delay 0 >/dev/null
# Not to standard output: there redis-cli leaves the mark of the transfer's end behind the data.
first --rdb "$file" >/dev/null 2>&1
cat "$file"`),
  prepare: () => script(`${CLEAN}\nmkdir -p ${FOLDER}\nchown redis: ${FOLDER}`),
  load: () =>
    script(`
cat > ${FOLDER}/dump.rdb
as_redis redis-check-rdb ${FOLDER}/dump.rdb
${SECOND_SERVER}`),
  empty: () => script(SECOND_SERVER),
  swap: () =>
    script(`
second config set repl-diskless-sync yes >/dev/null
second config set repl-diskless-sync-delay 0 >/dev/null
first config set repl-diskless-load swapdb >/dev/null
# Whatever happens below, the first server ends as its own master.
trap 'first replicaof no one >/dev/null; first config set repl-diskless-load disabled >/dev/null' EXIT
first replicaof 127.0.0.1 ${PORT} >/dev/null
${until("first info replication | grep -q '^master_link_status:up'")}
first replicaof no one >/dev/null
# The data is safe once the append-only file is written anew from it.
${until("first info persistence | tr -d '\\r' | awk -F: '/^aof_rewrite_in_progress|^aof_rewrite_scheduled/ {busy += $2} /^aof_last_bgrewrite_status/ {ok = $2} END {exit busy > 0 || ok != \"ok\"}'")}`),
  finish: () => script(CLEAN),
};

const FOLDER = "/tmp/fleet-restore";
/** The port is used only inside the container. */
const PORT = 6399;

const FUNCTIONS = `
first() { redis-cli -h 127.0.0.1 "$@"; }
# It has no password, and nobody outside the container reaches it.
second() { env -u REDISCLI_AUTH redis-cli -h 127.0.0.1 -p ${PORT} "$@"; }
as_redis() { setpriv --reuid redis --regid redis --clear-groups "$@"; }`;

const until = (ask: string): string =>
  `tries=0; until ${ask}; do tries=$((tries+1)); [ $tries -lt 600 ] || { echo 'not done within a minute'; exit 1; }; sleep 0.1; done`;

const SECOND_SERVER = `
as_redis redis-server --sanitize-dump-payload yes --port ${PORT} --bind 127.0.0.1 --daemonize yes --dir ${FOLDER} --dbfilename dump.rdb --appendonly no --save '' --logfile ${FOLDER}/log >/dev/null
${until('[ "$(second ping 2>&1)" = PONG ]')}`;

const CLEAN = `second shutdown nosave >/dev/null 2>&1 || true\nrm -rf ${FOLDER}`;

const script = (text: string): Script => ({ script: `${FUNCTIONS}\n${text}`, env: {} });
