#!/bin/bash
# The tests on real servers, as root after install.sh, in two runs side by side: those of the lab's Swarm wait for Docker most of the time,
# the others compute. What the second prints follows when the first is done, or when both are ended.
set -uo pipefail

APART=$(mktemp)
trap 'cat "$APART"; rm -f "$APART"' EXIT
trap 'exit 143' TERM

vitest run --project real-apart > "$APART" 2>&1 &
apart=$!
vitest run --project real
code=$?
wait "$apart" || code=1
exit $code
