#!/bin/sh
# Makes FOLDER/tofu, and FOLDER/mirror with Terraform's Google provider, built from Go modules at the versions below.
# build.sh FOLDER. Go keeps what it compiled, so an interrupted run goes on where it was.
set -eu

folder=$1
tofu=v1.12.6
# The commit that the stand-in of Pulumi's plugin is made of (offline/pulumi/plugins/go.mod); 8.0 was under way in it.
google=v1.20.1-0.20260828184646-f3721fb45fa3
version=8.0.0
mirror=$folder/mirror/registry.opentofu.org/hashicorp/google/$version/$(go env GOOS)_$(go env GOARCH)

# A module is built in its own folder: the replacements in its go.mod count nowhere else.
build() {
  [ ! -e "$3" ] || return 0
  echo "building $1" >&2
  module=$(go mod download -json "$1" | sed -n 's/^.*"Dir": "\(.*\)".*$/\1/p')
  (cd "$module" && CGO_ENABLED=0 nice go build -trimpath -buildvcs=false -ldflags '-s -w' -o "$3.part" "$2")
  mv "$3.part" "$3"
}

mkdir -p "$mirror"
build "github.com/opentofu/opentofu@$tofu" ./cmd/tofu "$folder/tofu"
build "github.com/hashicorp/terraform-provider-google@$google" . "$mirror/terraform-provider-google_v$version"

cat >"$folder/tofu.rc" <<RC
provider_installation {
  filesystem_mirror {
    path = "$folder/mirror"
  }
}
RC
