#!/usr/bin/env bash
# The hooks of devcontainer.json, by name. Every one can run again at any time.
set -euo pipefail
cd "$(dirname "$0")/.."

STACK="${FLEET_STACK:-dev}"
LABEL="dev.fleet.stack=fleet/$STACK"

# The engine's socket belongs to a group whose number only the machine knows.
engine_access() {
    local socket=/var/run/docker.sock number group
    number="$(stat -c %g "$socket")"
    group="$(getent group "$number" | cut -d: -f1)"
    if [ -z "$group" ]; then
        group=engine
        sudo groupadd --gid "$number" "$group"
    fi
    sudo usermod --append --groups "$group" "$(id -un)"
    echo "$(id -un) may use the engine, in every terminal opened from now on"
}

# The image has the base layer already; this installs only what the locks name and the image lacks.
install_layers() {
    local folder=services/callcenter/requirements
    uv pip install --quiet --require-hashes -r "$folder/base.txt" -r "$folder/dev.txt" -r "$folder/test.txt"
    echo "callcenter's layers base, dev and test are in $VIRTUAL_ENV"
}

# Joins the networks of the running stack, and answers at its ports: here, localhost is not the engine's machine.
attach() {
    local self network
    self="$(hostname)"
    for network in $(docker network ls --quiet --filter "label=$LABEL"); do
        docker network inspect --format '{{range $id, $_ := .Containers}}{{$id}} {{end}}' "$network" | grep -q "$self" ||
            docker network connect "$network" "$self" 2>/dev/null || true
    done
    docker ps --filter "label=$LABEL" --format '{{.Names}} {{.Ports}}' |
        sed -nE 's/^([^ ]+) .*127\.0\.0\.1:([0-9]+)->([0-9]+)\/tcp.*/\1 \2 \3/p' |
        while read -r name outside inside; do relay "$name" "$outside" "$inside"; done
}

relay() {
    pgrep --full "TCP-LISTEN:$2," >/dev/null ||
        setsid socat "TCP-LISTEN:$2,bind=127.0.0.1,fork,reuseaddr" "TCP:$1:$3" </dev/null >/dev/null 2>&1 &
}

# A relay left over would make its port look taken.
detach() { pkill --full '^socat TCP-LISTEN:' || true; }

# The update waits for services at their ports, so these are attached while it runs.
start() {
    detach
    while sleep 2; do attach; done &
    local attaching=$! code=0
    npm start -- --stack "$STACK" || code=$?
    kill "$attaching"
    attach
    return "$code"
}

case "${1:-}" in
    engine-access) engine_access ;;
    install-layers) install_layers ;;
    start) start ;;
    attach) attach ;;
    detach) detach ;;
    *)
        echo "hooks.sh: name one of engine-access, install-layers, start, attach, detach" >&2
        exit 2
        ;;
esac
