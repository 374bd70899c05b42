#!/bin/bash
# Runs the C tests in as many processes as there are processors: most of their time they wait. What each
# says stands together. Fails when one does.
#
#     tests/shards.sh build/release/tests/all
set -u
program=$1
count=$(nproc)
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
running=()
for ((i = 0; i < count; i++)); do
    TESTS_SHARD=$i/$count "$program" >"$logs/$i" 2>&1 &
    running+=($!)
done
status=0
for ((i = 0; i < count; i++)); do
    wait "${running[i]}" || status=1
    cat "$logs/$i"
    # No line of one ends in the middle of the next one's.
    echo
done
exit $status
