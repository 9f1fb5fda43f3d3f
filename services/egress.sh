# Read by each step of a build that downloads: the proxies and the authorities of the machine that builds, from secrets of the
# build (docs/network.md). Neither stays in an image, nor decides what is taken from the cache.
# shellcheck shell=sh
if [ -s /run/secrets/proxies ]; then
    while IFS= read -r proxy; do
        # The names are upper-case; apt reads lower-case ones alone.
        # shellcheck disable=SC2163
        export "$proxy"
        name=$(printf %s "${proxy%%=*}" | tr '[:upper:]' '[:lower:]')
        export "$name=${proxy#*=}"
    done </run/secrets/proxies
fi
if [ -s /run/secrets/authorities ]; then
    export SSL_CERT_FILE=/run/secrets/authorities PIP_CERT=/run/secrets/authorities
    # In memory: a file of the root would stay in the image.
    export APT_CONFIG=/dev/shm/apt.conf
    echo 'Acquire::https::CAInfo "/run/secrets/authorities";' >"$APT_CONFIG"
fi
