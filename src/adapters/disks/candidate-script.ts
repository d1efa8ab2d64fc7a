/**
 * Looks at one disk for one array, and puts it, or its partition, in where it is told to: `look` or `add`, the array, the serial number, `sudo` or nothing. The disk's name until the next boot is
 * found here, right before it is used. Lines of three words, parted by tabs; `refuse` is the last one where it goes no further.
 */
export const CANDIDATE_SCRIPT = String.raw`
PATH=$PATH:/usr/sbin:/sbin
mode=$1 array=$2 serial=$3 root=
[ "$4" = sudo ] && root='sudo -n'
say() { printf '%s\t%s\t%s\n' "$1" "$2" "$(printf %s "$3" | tr '\t\n' '  ')"; }
refuse() { say refuse "$1" "$2"; exit 0; }
used=
use() { used=yes; say use "$1" "$2"; }
serial_of() {
  { cat "$1/device/serial" 2>/dev/null || tail -c +5 "$1/device/vpd_pg80" 2>/dev/null | tr -d '\000'; } | tr '\t\n' '  ' | sed 's/^ *//; s/ *$//'
}
plain() { printf %s "$1" | tr -d ':-' | tr A-F a-f; }

cd /sys/block || exit 1
disk=
for one in *; do
  [ -e "$one/device" ] || continue
  case $one in sr[0-9]*|fd[0-9]*|nvme*c*n*) continue ;; esac
  [ "$(serial_of "$one")" = "$serial" ] || continue
  [ -z "$disk" ] || refuse twice -
  disk=$one
done
[ -n "$disk" ] || refuse disk -
[ -d "$array/md" ] || refuse array -

# The array: what its disks hold for it, which of them were pulled out, and whether they are partitions.
needed=0 gone= number=
for member in "$array"/md/dev-*; do
  [ -e "$member" ] || continue
  at=$(readlink -f "$member/block")
  if [ ! -e "$at/size" ]; then gone=yes; continue; fi
  case $(cat "$member/state") in *in_sync*) ;; *) continue ;; esac
  wants=$(( $(cat "$member/size") * 2 + $(cat "$member/offset") ))
  if [ "$needed" -eq 0 ] || [ "$wants" -lt "$needed" ]; then needed=$wants; fi
  # That of the disk itself is found again by its number alone, whatever the others are.
  if [ -e "$at/partition" ]; then
    own=$(serial_of "$(dirname "$at")")
    if [ -z "$number" ] || [ "$own" = "$serial" ]; then number=$(cat "$at/partition") other=$own; fi
  fi
done

# What is added: the disk, or its partition of that number.
target=$disk at=$disk
if [ -n "$number" ]; then
  target=
  for each in "$disk/$disk"*; do
    [ "$(cat "$each/partition" 2>/dev/null)" = "$number" ] && target=$(basename "$each") at=$each
  done
  say partition "$number" "$([ -n "$target" ] && echo there || echo absent)"
  say other "$other" -
fi
sectors=$(cat "$at/size")
say size "$sectors" "$needed"
mine=
for member in "$array"/md/dev-*; do
  [ -n "$target" ] && [ "$(readlink -f "$member/block")" = "$(readlink -f "$at")" ] || continue
  mine=$(cat "$member/state")
  say mine "$mine" -
done

detail=$($root mdadm --detail --test "/dev/$array")
uuid=$(printf '%s\n' "$detail" | sed -n 's/^ *UUID : \([0-9a-f:]*\).*/\1/p')
state=$(printf '%s\n' "$detail" | sed -n 's/^ *State : //p')
[ -n "$state" ] || refuse detail -
[ -n "$uuid" ] || refuse detail -

# What it is in use for, and what it holds. Of a partition, that is its own affair; where it isn't there yet, a table would be written over all of the disk.
parts=0
if [ -n "$number" ] && [ -n "$target" ]; then set -- "$at"; else set -- "$disk" "$disk/$disk"*; fi
for each in "$@"; do
  [ -e "$each/dev" ] || continue
  name=$(basename "$each")
  [ "$each" = "$at" ] || parts=$((parts + 1))
  for at in $(awk -v d="$(cat "$each/dev")" -v n="/dev/$name" '$3 == d { print $5 } $3 != d { for (i = 6; i < NF; i++) if ($i == "-" && $(i + 2) == n) print $5 }' /proc/self/mountinfo); do
    use mounted "$at"
  done
  grep -q "^/dev/$name[[:space:]]" /proc/swaps 2>/dev/null && use swap -
  for holder in "$each"/holders/*; do
    [ -e "$holder" ] || continue
    held=$(basename "$holder")
    [ "$held" = "$array" ] && continue
    if [ -d "$held/md" ]; then use array "$held"; else use held "$(cat "$held/dm/name" 2>/dev/null || echo "$held")"; fi
  done
done
[ "$parts" -gt 0 ] && use partitions "$parts"
probed=$target
[ -n "$probed" ] || probed=$disk
if command -v blkid >/dev/null; then
  found=$($root blkid -p -o export "/dev/$probed"); code=$?
  type=$(printf '%s\n' "$found" | sed -n 's/^TYPE=//p')
  table=$(printf '%s\n' "$found" | sed -n 's/^PTTYPE=//p')
  theirs=$(printf '%s\n' "$found" | sed -n 's/^UUID=//p')
  case $code in
    2) ;;
    0)
      if [ "$type" = linux_raid_member ] && [ "$(plain "$theirs")" = "$(plain "$uuid")" ]; then say returns - -
      elif [ -n "$type" ]; then use content "$type"
      elif [ -n "$table" ]; then [ "$parts" -gt 0 ] || use table "$table"
      # Of a partition it tells its place, too, and nothing else where it is empty.
      else printf '%s\n' "$found" | grep -q '^PART_ENTRY_' || use unread blkid; fi
      ;;
    8) use content ? ;;
    *) use unread blkid ;;
  esac
else
  use unread blkid
fi
[ "$mode" = add ] || exit 0

case $mine in ''|*faulty*) ;; *) exit 0 ;; esac
[ -z "$used" ] || refuse used -
[ -n "$target" ] || refuse partition -
case $state in *degraded*) ;; *) refuse state "$state" ;; esac
case $state in *FAILED*|*inactive*) refuse state "$state" ;; esac
[ "$(cat "$array/md/sync_action")" = idle ] || refuse state "$state"
[ "$needed" -gt 0 ] || refuse state "$state"
[ "$sectors" -ge "$needed" ] || refuse small -
# What was pulled out stays in its place until somebody writes, or says so.
if [ -n "$gone" ]; then $root mdadm "/dev/$array" --fail detached --remove detached >&2; fi
if [ -n "$mine" ]; then
  for try in 1 2 3 4 5; do
    $root mdadm "/dev/$array" --remove "/dev/$target" >&2 && break
    [ "$try" = 5 ] && refuse mdadm -
    sleep 1
  done
fi
$root mdadm "/dev/$array" --add "/dev/$target" >&2 || refuse mdadm -
say added - -
`;
