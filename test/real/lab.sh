#!/bin/bash
# A Docker Swarm of two nodes on one machine, for the tests on real servers. As root, after install.sh:
#   lab.sh up [PID]    starts what isn't running yet: it may be called at any time. A process that is named keeps it up
#   lab.sh leave PID   takes it down, unless another process needs it still
#   lab.sh down        takes it down, whatever state it is in
#   lab.sh restart NODE  its Docker ends and starts again
# Its state is in $LAB (.lab/ in the project by default); labs in several folders don't meet. Everything listens inside network
# namespaces, but sshd on loopback.
#
#   $NET-hub       bridge 10.77.0.254 and .253; registries: :5000 open, :5001 with a password
#   $NET-pica01    dockerd 10.77.0.1, manager; $LAB/pica01.sock
#   $NET-pica02    dockerd 10.77.0.2, worker;  $LAB/pica02.sock
#   (none)         sshd on the port in $LAB/ssh/port, key $LAB/ssh/id
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
LAB=${LAB:-$(cd "$HERE/../.." && pwd)/.lab}
ID=$(printf %s "$LAB" | cksum | cut -d ' ' -f 1)
NET=vigie-$ID
DOCKER=/usr/bin/docker
NODES=(pica01 pica02)
# What install.sh and other labs keep in the same folder.
OTHERS=(lock fakepve gluster machines network postgres sushy)
NAMESPACES=("$NET-pica01" "$NET-pica02" "$NET-hub")
REGISTRY=10.77.0.254:5000
. "$HERE/processes.sh"

main() {
  mkdir -p "$LAB"
  exec 9> "$LAB/lock"
  flock 9
  case ${1:-} in
    up) is_up || { tear_down; start; }; [ -z "${2:-}" ] || remember "user-$2" "$2" ;;
    leave) rm -f "$LAB/user-$2.pid"; is_needed || tear_down ;;
    down) tear_down ;;
    restart) end "$2"; start_dockerd "$2"; wait_for answers "$2"; wait_for both_ready ;;
    *) echo "usage: $0 up [PID] | leave PID | down | restart NODE" >&2; exit 2 ;;
  esac
}

is_up() {
  [ -e "$LAB/up" ] && answers pica01 && answers pica02 && alive registry && alive private && alive sshd
}

is_needed() {
  local user
  for user in "$LAB"/user-*.pid; do ! alive "$(basename "$user" .pid)" || return 0; done
  return 1
}

start() {
  trap 'echo "the lab did not start; its logs are in $LAB" >&2; tail -n 5 "$LAB"/*.log >&2' ERR
  start_network
  start_registry registry 10.77.0.254:5000
  start_registry private 0.0.0.0:5001 "auth: {htpasswd: {realm: lab, path: $LAB/htpasswd}}"
  for node in "${NODES[@]}"; do start_dockerd "$node"; done
  # A bash that sshd starts reads the account's .bashrc for each command, unless it is within another shell: what this
  # machine's account has there would be measured, a tenth of a second each time.
  start_sshd ssh sshd "SetEnv PATH=$LAB/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin SHLVL=1
Subsystem sftp internal-sftp"
  for node in "${NODES[@]}"; do wait_for answers "$node"; done
  start_swarm
  "$HERE/images.sh" "$LAB" $REGISTRY
  hold_image_of_absent_registry
  touch "$LAB/up"
}

start_network() {
  echo "$NET" > "$LAB/net"
  ip netns add "$NET-hub"
  ip -n "$NET-hub" link add br0 type bridge
  ip -n "$NET-hub" addr add 10.77.0.254/24 dev br0
  ip -n "$NET-hub" addr add 10.77.0.253/24 dev br0
  ip -n "$NET-hub" link set br0 up
  ip -n "$NET-hub" link set lo up
  local i node
  for i in 1 2; do
    node=$NET-pica0$i
    ip netns add "$node"
    ip -n "$NET-hub" link add v$i type veth peer name eth0 netns "$node"
    ip -n "$NET-hub" link set v$i master br0 up
    ip -n "$node" addr add 10.77.0.$i/24 dev eth0
    ip -n "$node" link set eth0 up
    ip -n "$node" link set lo up
    ip -n "$node" route add default via 10.77.0.254
    ip netns exec "$node" sysctl -qw net.ipv4.ip_forward=1
  done
}

# start_registry NAME ADDRESS [YAML]: all of them share one storage
start_registry() {
  # The password of vigie is "lookout".
  echo 'vigie:$2b$05$abcdefghijklmnopqrstuuLjLYi9Mly2HaI.RT1bgwo2zHdN2sC9u' > "$LAB/htpasswd"
  cat > "$LAB/$1.yml" <<YAML
version: 0.1
log: {level: warn}
storage: {filesystem: {rootdirectory: $LAB/registry}, delete: {enabled: true}}
http: {addr: $2}
${3:-}
YAML
  spawn "$1" ip netns exec "$NET-hub" docker-registry serve "$LAB/$1.yml"
}

# nsenter rather than "ip netns exec", which hides the cgroups; a UTS namespace of its own gives the node its name.
# A containerd of the machine's own, if one runs, is told apart by the namespaces' names.
start_dockerd() {
  spawn "$1" nsenter --net="/run/netns/$NET-$1" unshare --uts sh -c 'hostname "$0"; exec "$@"' "$1" \
    dockerd --data-root "$LAB/$1" --exec-root "$LAB/$1-run" --pidfile "$LAB/$1.dockerd.pid" -H "unix://$LAB/$1.sock" \
    --containerd-namespace "$NET-$1" --containerd-plugins-namespace "$NET-$1-plugins" \
    --insecure-registry 10.77.0.0/24
}

start_swarm() {
  on pica01 swarm init --advertise-addr 10.77.0.1 > /dev/null
  on pica02 swarm join --token "$(on pica01 swarm join-token -q worker)" --advertise-addr 10.77.0.2 10.77.0.1:2377 > /dev/null
  wait_for both_ready
}

# Docker remembers a registry's digest of an image only after a push or a pull: this one was pushed before its registry left.
hold_image_of_absent_registry() {
  local absent=10.77.0.254:5999
  start_registry absent $absent
  on pica01 tag $REGISTRY/x:v1 $absent/x:held
  wait_for on pica01 push -q $absent/x:held
  end absent
}

tear_down() {
  rm -f "$LAB/up"
  local name
  for name in pica02 pica01 registry private absent sshd; do end "$name"; done
  end_leftovers
  unmount_all
  for name in "${NAMESPACES[@]}"; do [ ! -e /run/netns/"$name" ] || ip netns del "$name"; done
  local kept=()
  for name in "${OTHERS[@]}"; do kept+=(! -name "$name"); done
  find "$LAB" -mindepth 1 -maxdepth 1 ! -name '*.log' "${kept[@]}" -exec rm -rf {} +
}

# Containers and their shims outlive a dockerd that was killed.
end_leftovers() {
  local net shim
  for net in "${NAMESPACES[@]}"; do
    [ -e /run/netns/"$net" ] || continue
    for shim in $(ip netns pids "$net"); do
      kill -9 $(cat /proc/"$shim"/task/"$shim"/children 2> /dev/null) "$shim" 2> /dev/null || true
    done
  done
}

unmount_all() {
  local path
  awk -v lab="$LAB/" 'index($2, lab) == 1 { print $2 }' /proc/mounts | sort -r | while read -r path; do
    umount -l "$path" || true
  done
}

on() { local node=$1; shift; $DOCKER -H "unix://$LAB/$node.sock" "$@"; }
answers() { on "$1" version > /dev/null 2>&1; }
both_ready() { [ "$(on pica01 node ls --format '{{.Status}}' | grep -c Ready)" = 2 ]; }

main "$@"
