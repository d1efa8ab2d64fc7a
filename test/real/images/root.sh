# Sourced by the scripts beside it: a root file system made of what this machine has installed, since no base image can be pulled.
# $ROOT is the folder, $REGISTRY the registry, DOCKER_HOST the manager's.

DOCKER=/usr/bin/docker

# new_root LAB
new_root() {
  ROOT=$(mktemp -d "$1/image.XXXX")
  trap 'rm -rf "$ROOT" "$ROOT.tar"' EXIT
  mkdir -p "$ROOT"/{bin,etc,tmp,proc,sys,dev}
  chmod 1777 "$ROOT/tmp"
  chmod 755 "$ROOT"
  cp /bin/busybox "$ROOT/bin/"
  local applet
  for applet in $(/bin/busybox --list | grep -vx busybox); do ln -sf busybox "$ROOT/bin/$applet"; done
  echo 'hosts: files dns' > "$ROOT/etc/nsswitch.conf"
}

# account NAME ID HOME
account() {
  printf 'root:x:0:0:root:/:/bin/sh\n%s:x:%s:%s:%s:%s:/bin/sh\n' "$1" "$2" "$2" "$1" "$3" > "$ROOT/etc/passwd"
  printf 'root:x:0:\n%s:x:%s:\n' "$1" "$2" > "$ROOT/etc/group"
}

# take PATH…: with everything below, links as they are
take() { tar -C / -cf - "${@#/}" | tar -C "$ROOT" -xf -; }

# The libraries that these programs are linked to, and the loader.
take_libraries() {
  local file library
  { for file in "$@"; do ldd "$file" 2> /dev/null | grep -oE '/[^ ]+\.so[^ ]*' || true; done
    echo /lib64/ld-linux-x86-64.so.2
    ls /lib/x86_64-linux-gnu/libnss_{files,dns,compat}*.so.2 2> /dev/null || true; } | sort -u |
    while read -r library; do
      mkdir -p "$ROOT$(dirname "$library")"
      cp -L "$library" "$ROOT$library"
    done
}

# make_image NAME CHANGE…
make_image() {
  local name=$REGISTRY/$1 changes=() change
  shift
  for change in "$@"; do changes+=(--change "$change"); done
  tar -C "$ROOT" -cf "$ROOT.tar" .
  $DOCKER import "${changes[@]}" "$ROOT.tar" "$name" > /dev/null
  $DOCKER push -q "$name" > /dev/null
}
