#!/bin/bash
# Installs what the tests on real servers need, on Debian 12, as root. Nothing is started by it. Elasticsearch 9 wants a JDK from
# 21 on, which Debian 12 lacks: any below /usr/lib/jvm will do.
set -euo pipefail

PACKAGES=(docker.io docker-registry iptables busybox-static openssh-server openssh-client openssl iproute2 iputils-ping util-linux
  openjdk-17-jdk-headless maven libzstd1 python3-venv curl postgresql mariadb-server sudo
  bind9 knot
  postgresql-15-postgis-3 postgresql-15-postgis-3-scripts postgresql-15-cron)
ELASTICSEARCH=(9.5.3 8.19.21 7.17.29)

# apt starts what it installs unless this file says no; one that was there already says what its owner wants.
POLICY=/usr/sbin/policy-rc.d
if [ ! -e $POLICY ]; then
  printf '#!/bin/sh\nexit 101\n' > $POLICY
  chmod +x $POLICY
  trap 'rm -f $POLICY' EXIT
fi

export DEBIAN_FRONTEND=noninteractive
apt-get install -y -q --no-install-recommends "${PACKAGES[@]}"

# A stand-in of Proxmox's API, in an environment of its own.
HERE=$(cd "$(dirname "$0")" && pwd)
FAKEPVE=${LAB:-$(cd "$HERE/../.." && pwd)/.lab}/fakepve
[ -x "$FAKEPVE/bin/python3" ] || python3 -m venv "$FAKEPVE"
"$FAKEPVE/bin/pip" install -q --disable-pip-version-check --no-deps -r "$HERE/proxmox/requirements.txt"

# The jars, so that no test waits for them.
for version in "${ELASTICSEARCH[@]}"; do "$(dirname "$0")/elasticsearch/start" --prepare --version "$version"; done
