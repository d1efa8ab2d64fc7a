#!/bin/bash
# Builds vigie's image in the lab, where nothing can be pulled: what it stands on is made of the machine's own Node.js and
# busybox, what it depends on is installed here with npm. lab.sh has to be up.
# usage: [LAB=…] container-image.sh TAG
set -euo pipefail

TAG=$1
HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
LAB=${LAB:-$ROOT/.lab}
export DOCKER_HOST=unix://$LAB/pica01.sock
DOCKER=/usr/bin/docker

WORK=$(mktemp -d "$LAB/image.XXXX")
trap 'rm -rf "$WORK"' EXIT

# Node.js with the libraries that it and its packages are linked to, and a shell.
import_base() {
  local base=$WORK/base node=$ROOT/node_modules/.bin/node applet library
  mkdir -p "$base"/{bin,etc,tmp,run,var/lib,proc,sys,dev,usr/local/bin,etc/ssl}
  chmod 1777 "$base/tmp"
  cp -L "$node" "$base/usr/local/bin/node"
  cp /bin/busybox "$base/bin/busybox"
  for applet in sh mkdir chown rm id cat ls touch env; do ln -s busybox "$base/bin/$applet"; done
  ldd "$node" "$ROOT"/node_modules/@rolldown/binding-linux-*-gnu/*.node | grep -oE '/(usr/)?lib[^ ]+' | sort -u | while read -r library; do
    mkdir -p "$base$(dirname "$library")"
    cp -L "$library" "$base$library"
  done
  echo 'root:x:0:0:root:/:/bin/sh' > "$base/etc/passwd"
  echo 'root:x:0:' > "$base/etc/group"
  tar -C "$base" -c . | $DOCKER import --change 'ENV PATH=/usr/local/bin:/bin' - vigie-base > /dev/null
}

# What `npm ci` installs in the Dockerfile, installed beside it.
import_modules() {
  mkdir -p "$WORK/modules/vigie"
  cp "$ROOT"/package.json "$ROOT"/package-lock.json "$WORK/modules/vigie/"
  (cd "$WORK/modules/vigie" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund > "$WORK/npm.log" 2>&1) ||
    { cat "$WORK/npm.log" >&2; return 1; }
  tar -C "$WORK/modules" -c vigie/node_modules | $DOCKER import - vigie-modules > /dev/null
}

import_base
import_modules
DOCKER_BUILDKIT=1 $DOCKER build --quiet --network none --tag "$TAG" \
  --build-arg BASE=vigie-base --build-arg MODULES=vigie-modules "$ROOT"
