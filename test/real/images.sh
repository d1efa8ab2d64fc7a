#!/bin/bash
# The images of the lab, made from the machine's own busybox, since no base image can be pulled:
#   x:v1 x:v2   healthy after a second or two
#   x:bad       its health check never succeeds
#   x:slow      healthy after 20 s
#   x:job x:job2   ends well after a second
#   x:broken    ends with 3 at once
# usage: images.sh LAB REGISTRY
set -euo pipefail

LAB=$1
REGISTRY=$2
export DOCKER_HOST=unix://$LAB/pica01.sock
DOCKER=/usr/bin/docker

ROOT=$(mktemp -d "$LAB/image.XXXX")
trap 'rm -rf "$ROOT" "$ROOT.tar"' EXIT

mkdir -p "$ROOT"/{bin,www,tmp,etc,proc,sys,dev}
cp /bin/busybox "$ROOT/bin/busybox"
for applet in sh httpd wget echo sleep hostname cat ls; do ln -s busybox "$ROOT/bin/$applet"; done
echo 'root:x:0:0:root:/:/bin/sh' > "$ROOT/etc/passwd"
cat > "$ROOT/bin/start" <<'START'
#!/bin/sh
echo "starting VERSION=$VERSION on $(hostname)"
echo "warn: this line goes to stderr" >&2
[ -z "$SLEEP" ] || sleep "$SLEEP"
i=0
while [ "$i" -lt "${LINES:-0}" ]; do i=$((i + 1)); printf "line %d of $LINES %0${WIDTH:-1}d\n" "$i" 0; done
i=0
while [ "$i" -lt "${FAILS:-0}" ]; do i=$((i + 1)); printf 'Traceback (most recent call last):\n  File "pad.py", line %d, in save\nValueError: failure %d\n' "$i" "$i"; done
[ -n "$BAD" ] || echo ok > /www/health
exec httpd -f -v -p 8080 -h /www
START
chmod +x "$ROOT/bin/start"
tar -C "$ROOT" -cf "$ROOT.tar" .

# make TAG START_PERIOD [ENV]
make() {
  local check="HEALTHCHECK --interval=1s --timeout=2s --retries=2 --start-period=$2 CMD wget -q -O /dev/null http://127.0.0.1:8080/health"
  $DOCKER import --change 'ENV PATH=/bin' --change "ENV VERSION=$1" --change 'CMD ["/bin/start"]' --change "$check" \
    ${3:+--change "ENV $3"} "$ROOT.tar" "$REGISTRY/x:$1" > /dev/null
  $DOCKER push -q "$REGISTRY/x:$1" > /dev/null
}

# finish TAG STATUS: a job's image, without a health check
finish() {
  $DOCKER import --change 'ENV PATH=/bin' --change "CMD [\"/bin/sh\", \"-c\", \"echo working as $1; sleep 1; exit $2\"]" \
    "$ROOT.tar" "$REGISTRY/x:$1" > /dev/null
  $DOCKER push -q "$REGISTRY/x:$1" > /dev/null
}

finish job 0
finish job2 0
finish broken 3
make v1 1s
make v2 1s
make bad 1s BAD=1
make slow 30s SLEEP=20
