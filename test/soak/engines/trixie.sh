#!/bin/sh
# Makes FOLDER/dockerd, which runs the engine of Debian's release trixie (26.1) in a root file system of that release: it wants
# that release's C library. trixie.sh FOLDER PROJECT; the engine sees the files that containers mount at their own places.
set -eu

folder=$1
project=$2
root=$folder/root

# What an interrupted run left is no root to go on with; one that is complete has its name.
if [ ! -d "$root" ]; then
  rm -rf "$root.part"
  debootstrap --variant=minbase --include=docker.io,iptables,ca-certificates trixie "$root.part"
  rm -rf "$root.part"/var/cache/apt/*
  mv "$root.part" "$root"
fi

cat >"$folder/dockerd.part" <<DOCKERD
#!/bin/sh
exec unshare --mount --propagation private sh -euc '
  mount --bind "$root" "$root"
  cd "$root"
  for each in /proc /sys /dev /run /tmp /var/tmp /var/log /var/lib/docker /etc/ssl /etc/hosts /etc/resolv.conf "$project"; do
    if [ -d "\$each" ]; then mkdir -p ".\$each"; else touch ".\$each"; fi
    mount --rbind "\$each" ".\$each"
  done
  pivot_root . mnt
  umount --lazy /mnt
  exec dockerd "\$@"
' dockerd "\$@"
DOCKERD
chmod +x "$folder/dockerd.part"
mv "$folder/dockerd.part" "$folder/dockerd"
