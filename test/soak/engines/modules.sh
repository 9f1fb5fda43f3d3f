#!/bin/sh
# Makes FOLDER/dockerd, which runs engine 29 with the containerd image store, built from Go modules with containerd and runc.
# modules.sh FOLDER. Go keeps what it compiled, so an interrupted run goes on where it was.
set -eu

folder=$1
bin=$folder/bin
# 29 is the series of moby's module v2, which counts its releases as betas.
moby=v2.0.0-beta.24
mkdir -p "$bin"

export GOBIN="$bin" GOFLAGS="-p=2 -trimpath -buildvcs=false" CGO_ENABLED=0
install() {
  echo "building $*" >&2
  go install -ldflags "-s -w $flags" "$@"
}

flags="-X github.com/moby/moby/v2/dockerversion.Version=29.0.0-moby.$moby"
install "github.com/moby/moby/v2/cmd/dockerd@$moby" "github.com/moby/moby/v2/cmd/docker-proxy@$moby"
flags=
install github.com/containerd/containerd/v2/cmd/containerd@v2.4.2 github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2@v2.4.2

# runc is C in part, and takes seccomp's filters from a library whose headers need not be installed.
seccomp=$folder/seccomp
if [ ! -d "$seccomp" ]; then
  rm -rf "$seccomp.part" && mkdir "$seccomp.part"
  (cd "$seccomp.part" && apt-get download libseccomp-dev && dpkg -x ./*.deb .)
  mv "$seccomp.part" "$seccomp"
fi
export CGO_ENABLED=1 PKG_CONFIG_SYSROOT_DIR="$seccomp"
PKG_CONFIG_PATH=$(dirname "$(find "$seccomp" -name libseccomp.pc)")
export PKG_CONFIG_PATH
install -tags seccomp github.com/opencontainers/runc@v1.5.3

cat >"$folder/dockerd.part" <<DOCKERD
#!/bin/sh
PATH='$bin':\$PATH exec dockerd --feature containerd-snapshotter=true "\$@"
DOCKERD
chmod +x "$folder/dockerd.part"
mv "$folder/dockerd.part" "$folder/dockerd"
