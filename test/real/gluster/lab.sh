#!/bin/bash
# A GlusterFS of two machines on one, for the tests on real servers. As root, after install.sh:
#   lab.sh up     starts it: volumes data (replica 2) and vault (replica 2 and an arbiter), mounted on both machines at $LAB/NODE/DATA
#   lab.sh down   takes it down, whatever state it is in
#   lab.sh in NODE COMMAND…   runs a command over there
# Each machine is a process that sleeps in namespaces of its own, with an sshd on loopback whose commands run in these. Its state is
# in $LAB (.lab/gluster in the project by default).
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
LAB=${LAB:-$(cd "$HERE/../../.." && pwd)/.lab/gluster}
ID=$(printf %s "$LAB" | cksum | cut -d ' ' -f 1)
NET=vigie-gluster-$ID
NODES=(pica01 pica02)
. "$HERE/../processes.sh"

start() {
  trap 'echo "GlusterFS did not start; its logs are in $LAB" >&2; tail -n 5 "$LAB"/*.log >&2' ERR
  ip netns add "$NET-hub"
  ip -n "$NET-hub" link add br0 type bridge
  ip -n "$NET-hub" link set br0 up
  local i
  for i in 1 2; do start_machine pica0$i 10.78.0.$i; done
  for i in 1 2; do wait_for within pica0$i gluster --mode=script pool list; done
  within pica01 gluster peer probe pica02 > /dev/null
  wait_for knows_both
  make_volume data replica 2 pica01:"$LAB"/pica01/bricks/data pica02:"$LAB"/pica02/bricks/data
  make_volume vault replica 3 arbiter 1 pica01:"$LAB"/pica01/bricks/vault pica02:"$LAB"/pica02/bricks/vault pica01:"$LAB"/pica01/bricks/vault-arbiter
  for i in 1 2; do within pica0$i mount -t glusterfs pica0$i:/data "$LAB/pica0$i/DATA"; done
}

start_machine() {
  local node=$1 folder=$LAB/$1
  mkdir -p "$folder"/{lib,run,log,bricks,DATA}
  ip netns add "$NET-$node"
  ip -n "$NET-hub" link add "$node" type veth peer name eth0 netns "$NET-$node"
  ip -n "$NET-hub" link set "$node" master br0 up
  ip -n "$NET-$node" addr add "$2/24" dev eth0
  ip -n "$NET-$node" link set eth0 up
  ip -n "$NET-$node" link set lo up
  printf '127.0.0.1 localhost\n10.78.0.1 pica01\n10.78.0.2 pica02\n' > "$folder/hosts"
  spawn "$node" nsenter --net="/run/netns/$NET-$node" unshare --mount --uts --propagation private sleep infinity
  wait_for settled "$node"
  mkdir -p /var/lib/glusterd /var/log/glusterfs
  within "$node" sh -c "hostname $node && mount --bind $folder/lib /var/lib/glusterd && mount --bind $folder/log /var/log/glusterfs &&
    mount --bind $folder/hosts /etc/hosts && mount --bind $folder/run /run && mkdir -p /run/gluster && glusterd"
  start_sshd "$node/ssh" "$node-sshd" "Subsystem sftp /usr/lib/openssh/sftp-server
ForceCommand exec nsenter --target $(pid_of "$node") --net --mount --uts -- sh -c \"\$SSH_ORIGINAL_COMMAND\""
}

# Bricks lie on the root's own disk, which GlusterFS wants to be told of.
make_volume() {
  local name=$1
  shift
  within pica01 gluster --mode=script volume create "$name" "$@" force > /dev/null
  within pica01 gluster volume set "$name" network.ping-timeout 5 > /dev/null
  within pica01 gluster volume start "$name" > /dev/null
}

pid_of() { cut -d ' ' -f 1 "$LAB/$1.pid"; }
settled() { [ "$(readlink "/proc/$(pid_of "$1")/exe")" = "$(readlink -f "$(command -v sleep)")" ]; }
within() {
  local node=$1
  shift
  nsenter --target "$(pid_of "$node")" --net --mount --uts -- "$@"
}
knows_both() { [ "$(within pica01 gluster pool list | grep -c Connected)" = 2 ] && [ "$(within pica02 gluster pool list | grep -c Connected)" = 2 ]; }

tear_down() {
  local name
  for name in "${NODES[@]}"; do
    end "$name-sshd"
    [ ! -e "/run/netns/$NET-$name" ] || ip netns pids "$NET-$name" | xargs -r kill -9
    rm -f "$LAB/$name.pid"
  done
  for name in "${NODES[@]}" hub; do [ ! -e "/run/netns/$NET-$name" ] || ip netns del "$NET-$name"; done
  find "$LAB" -mindepth 1 -maxdepth 1 ! -name '*.log' -exec rm -rf {} +
}

lab_command "$@"
