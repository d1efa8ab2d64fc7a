#!/bin/sh
# Stands in for systemd on a machine of the tests: obeys what a unit says of who runs what, and where.
set -eu
unit=/etc/systemd/system/vigie.service
of() { sed -n "s/^$1=//p" $unit; }

# A folder for the unit's account. As systemd does: all in it changes hands where the folder itself does, and nothing else.
own() {
  [ ! -d "$1" ] || [ "$(stat -c %U "$1")" = "$user" ] || chown -R "$user:$group" "$1"
  install -d -o "$user" -g "$group" -m "$2" "$1"
}

case "$*" in
  daemon-reload) test -r $unit ;;
  'enable --now vigie')
    user=$(of User) group=$(of Group) extra=$(of SupplementaryGroups)
    own "/var/lib/$(of StateDirectory)" "$(of StateDirectoryMode)"
    own "/run/$(of RuntimeDirectory)" "$(of RuntimeDirectoryMode)"
    cd "$(of WorkingDirectory)"
    groups=--clear-groups
    [ -z "$extra" ] || groups="--groups $extra"
    # shellcheck disable=SC2046,SC2086 -- a command line is words
    setsid setpriv --reuid "$user" --regid "$group" $groups env -i PATH=/usr/bin:/bin $(of ExecStart) > /run/vigie.log 2>&1 < /dev/null &
    echo $! > /run/vigie.pid
    ;;
  *) echo "this systemctl can't: $*" >&2 && exit 1 ;;
esac
