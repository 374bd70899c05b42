#!/bin/bash
# Runs every suite of the C tests in a process of its own, more of them at a time than there are processors: most of
# their time they wait. The output of each stands together, in the order of the list; seconds.log beside the logs has
# the time each took and the seconds of processors it used, the longest first. Fails when one does.
#
#     tests/shards.sh build/release/tests/all [only SUITE_FUNCTION...]
#
# TESTS_JOBS=1 runs one at a time. The tests of the suites in UNFORKED run in the suite's process, one after the other.
set -u
program=$1
shift
[ "${1:-}" = only ] && shift
list=build/generated/suites.def
logs=$(dirname "$program")/logs
rm -rf "$logs" && mkdir -p "$logs"
# An empty database for the suites that want a server to copy; the server's user makes it.
POSTGRES_DATA=$(mktemp -d) && chmod 777 "$POSTGRES_DATA" && export POSTGRES_DATA
trap 'rm -rf "$POSTGRES_DATA"' EXIT
# The stories that wait the longest begin first, so that none is left running alone at the end.
longest='store_failures|postgres|failures|store_changes|partitions|mistakes_story|liveness|cluster|broker_names|handlers_story|everywhere|move|process|actors_bus_streams|actors_sim|introspection'
count=$(wc -l <$list)

numbers() {
    grep -nE "\((${longest})_suite\)" $list
    grep -nvE "\((${longest})_suite\)" $list
}

chosen() {
    local line name
    while IFS=: read -r line name; do
        name=${name#SUITE(} name=${name%)}
        if [ $# -eq 0 ] || [[ " $* " == *" $name "* ]]; then
            echo "$((line - 1)) $name"
        fi
    done < <(numbers)
}

run_one() {
    local number=$1 name=$2 status fork=yes TIMEFORMAT='%R %U %S'
    [[ " ${UNFORKED:-} " == *" $name "* ]] && fork=no
    # Without a process of its own a test has no time limit either.
    { time CK_FORK=${CK_FORK:-$fork} TESTS_SHARD=$number/$count timeout 600 "$program" >"$logs/$name.log" 2>&1; } 2>"$logs/$name.time"
    status=$?
    # The shell's own lines, as those about a crash, stand before the times.
    head -n -1 "$logs/$name.time" >>"$logs/$name.log"
    awk -v name="$name" 'END { print $1, $2 + $3, name }' "$logs/$name.time" >>"$logs/seconds.log"
    [ $status -eq 0 ] || echo "$name" >>"$logs/failed"
    return $status
}
# A time limit is for what hangs, not for what a busy machine or a sanitizer slows down.
export CK_TIMEOUT_MULTIPLIER=${CK_TIMEOUT_MULTIPLIER:-6}
export CK_DEFAULT_TIMEOUT=${CK_DEFAULT_TIMEOUT:-20}
export -f run_one
export program logs count

chosen "$@" | xargs -r -n 2 -P "${TESTS_JOBS:-$(($(nproc) * 3))}" bash -c 'run_one "$@"' run_one
status=$?
cat "$logs"/*_suite.log
sort -rno "$logs/seconds.log" "$logs/seconds.log"
[ $status -eq 0 ] || echo "failed: $(tr '\n' ' ' <"$logs/failed")"
[ $status -eq 0 ]
