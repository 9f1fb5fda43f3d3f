#!/bin/sh
# Makes a slim Debian root file system: make-root.sh SUITE FOLDER writes FOLDER/root.tar
# Run it under `unshare --mount`, so that an interrupted run leaves no mount behind.
set -eu

suite=$1
root=$2/root
trust=/etc/ssl/certs/ca-certificates.crt

debootstrap --variant=minbase "$suite" "$root"

# The rules of the official slim images: no manuals, no translations, no kept archives, no services started.
cat >"$root/etc/dpkg/dpkg.cfg.d/docker" <<'RULES'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
force-unsafe-io
RULES
cat >"$root/etc/apt/apt.conf.d/docker" <<'RULES'
Acquire::Languages "none";
APT::AutoRemove::SuggestsImportant "false";
APT::Keep-Downloaded-Packages "false";
Binary::apt::APT::Keep-Downloaded-Packages "false";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
RULES
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"

# debootstrap writes the release only; its two companions live beside it on the same server.
release=$root/etc/apt/sources.list
sed -n "s| $suite | $suite-updates |p; s|/debian $suite |/debian-security $suite-security |p" "$release" >"$release.more"
cat "$release.more" >>"$release"
rm "$release.more"
chroot "$root" apt-get update -qq
DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get upgrade -y -qq >/dev/null

# What this machine trusts, builds inside the image must trust too: the way out may go through a proxy.
install -D -m 644 "$trust" "$root/usr/local/share/ca-certificates/host.crt"
install -D -m 644 "$trust" "$root$trust"

for folder in doc info locale man; do
  find "$root/usr/share/$folder" -mindepth 1 ! -type d ! -name copyright -delete
  find "$root/usr/share/$folder" -mindepth 1 -type d -empty -delete
done
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/var/cache/debconf/*-old "$root"/var/lib/dpkg/*-old \
  "$root"/var/log/* "$root"/etc/resolv.conf "$root"/etc/hostname

tar --directory "$root" --numeric-owner --one-file-system --create --file "$2/root.tar" .
rm -rf "$root"
