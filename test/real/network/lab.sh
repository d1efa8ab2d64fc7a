#!/bin/bash
# Machines on one network of their own, for the tests on real servers. As root, after install.sh:
#   lab.sh up     starts it: a bridge, and alice, pica01, pica02 and a stranger on it, each a namespace
#   lab.sh down   takes it down, whatever state it is in
#   lab.sh in NODE COMMAND…   runs a command over there
#   lab.sh keeper NODE on|off   has a program of keepalived's name run there
# alice leads ports on with nft and with iptables; pica01 listens on its port 80. Each is reached by an sshd that whoever connects starts within it.
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
LAB=${LAB:-$(cd "$HERE/../../.." && pwd)/.lab/network}
ID=$(printf %s "$LAB" | cksum | cut -d ' ' -f 1)
NET=vigie-net-$ID
NODES=(alice pica01 pica02 stranger)
. "$HERE/../processes.sh"

start() {
  ip netns add "$NET-hub"
  ip -n "$NET-hub" link add br0 type bridge
  ip -n "$NET-hub" link set br0 up
  local node
  for node in "${NODES[@]}"; do
    ip netns add "$NET-$node"
    ip -n "$NET-hub" link add "$node" type veth peer name eth0 netns "$NET-$node"
    ip -n "$NET-hub" link set "$node" master br0 up
    ip -n "$NET-$node" link set eth0 up
    ip -n "$NET-$node" link set lo up
  done
  ip -n "$NET-alice" addr add 10.79.0.1/24 dev eth0
  ip -n "$NET-pica01" addr add 10.79.0.11/24 dev eth0
  ip -n "$NET-pica01" addr add 10.79.0.57/24 dev eth0
  ip -n "$NET-pica02" addr add 10.79.0.12/24 dev eth0
  lead_on
  spawn listener ip netns exec "$NET-pica01" "$(command -v node)" -e "require('node:net').createServer((s) => s.end()).listen(80, '10.79.0.11')"
  make_sshd ssh "Subsystem sftp internal-sftp"
  echo "$NET" > "$LAB/net"
}

lead_on() {
  within alice nft -f - <<'NFT'
table ip vigie {
  map hosts { type inet_service : ipv4_addr; elements = { 25 : 10.79.0.11 } }
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    iifname "eth0" tcp dport 8081 dnat to 10.79.0.11:80
    tcp dport 8082 counter dnat to 10.79.0.77:80
    ip daddr 10.79.0.1 tcp dport { 80, 443 } dnat to 10.79.0.11
    tcp dport 5000-5010 dnat to 10.79.0.12
    dnat to tcp dport map @hosts
    tcp dport 9000 redirect to :9001
  }
}
NFT
  within alice iptables -t nat -A PREROUTING -d 10.79.0.1/32 -i eth0 -p tcp -m tcp --dport 2222 -j DNAT --to-destination 10.79.0.12:22
  within alice iptables -t nat -A PREROUTING -p udp -m udp --dport 53 -j DNAT --to-destination 10.79.0.12:5353
  within alice iptables -t nat -N DOCKER
  within alice iptables -t nat -A DOCKER -p tcp -m tcp --dport 80 -j DNAT --to-destination 172.17.0.2:80
}

within() {
  local node=$1
  shift
  ip netns exec "$NET-$node" "$@"
}

keeper() {
  end keepalived
  [ "$2" = on ] || return 0
  cp "$(command -v sleep)" "$LAB/keepalived"
  spawn keepalived ip netns exec "$NET-$1" "$LAB/keepalived" 600
}

tear_down() {
  end listener
  end keepalived
  local name
  for name in "${NODES[@]}" hub; do
    [ -e "/run/netns/$NET-$name" ] || continue
    ip netns pids "$NET-$name" | xargs -r kill -9
    ip netns del "$NET-$name"
  done
  find "$LAB" -mindepth 1 -maxdepth 1 ! -name '*.log' -exec rm -rf {} +
}

if [ "${1:-}" = keeper ]; then keeper "$2" "$3"; else lab_command "$@"; fi
