#!/bin/bash
# Installs what test/real/lab.sh needs, on Debian 12, as root. Nothing is started by it.
set -euo pipefail

PACKAGES=(docker.io docker-registry iptables busybox-static openssh-server openssh-client openssl iproute2 iputils-ping util-linux)

# apt starts what it installs unless this file says no; one that was there already says what its owner wants.
POLICY=/usr/sbin/policy-rc.d
if [ ! -e $POLICY ]; then
  printf '#!/bin/sh\nexit 101\n' > $POLICY
  chmod +x $POLICY
  trap 'rm -f $POLICY' EXIT
fi

export DEBIAN_FRONTEND=noninteractive
apt-get install -y -q --no-install-recommends "${PACKAGES[@]}"
