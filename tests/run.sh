#!/bin/bash
# Every test there is, quietly: one line a step, the end of its log when it fails, and last one line
# `N passed, N failed`. Logs stay in build/logs. ONLY="c e2e" runs some steps.
#
#     tests/run.sh [check]
#
# Three lanes of steps at a time: programs that wait for each other, for a browser or for a container leave the
# processors to what compiles and computes. `check` is the daily loop alone.
set -u
cd "$(dirname "$0")/.."

logs=build/logs
mkdir -p "$logs"
rm -f "$logs"/*.counted
jobs=$(nproc)

# Adds what a log says it counted: Check's summary, node's, a plain line, or else its lines that begin
# with "ok". A step that fails without a count is one failure.
count() {
    local log=$1 status=$2 p f s
    read -r p f s < <(awk '
        /Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+/ {
            match($0, /Checks: [0-9]+/); checks = substr($0, RSTART + 8, RLENGTH - 8)
            match($0, /Failures: [0-9]+/); bad = substr($0, RSTART + 10, RLENGTH - 10)
            match($0, /Errors: [0-9]+/); bad += substr($0, RSTART + 8, RLENGTH - 8)
            counted = 1; all += checks
            p += checks - bad; f += bad }
        /^(#|ℹ) pass [0-9]+$/ { p += $3 }
        /^(#|ℹ) fail [0-9]+$/ { f += $3 }
        /^(#|ℹ) skipped [0-9]+$/ { s += $3 }
        /^ok / && !/^ok [0-9]/ { lines++ }
        /^skipped: / { s++ }
        /^[0-9]+ passed, [0-9]+ failed/ { p += $1; f += $3; lines = 0 }
        END { p += lines; if (counted && all == 0) f++; print p + 0, f + 0, s + 0 }' "$log")
    [ "$status" -ne 0 ] && [ "$f" -eq 0 ] && f=1
    [ "$status" -eq 0 ] && [ $((p + s)) -eq 0 ] && p=1
    echo "$p $f $s" >"${log%.log}.counted"
    printf '%d passed, %d failed%s' "$p" "$f" "$([ "$s" -gt 0 ] && printf ', %d skipped' "$s")"
}

step() {
    local name=$1 log="$logs/$1.log" start=$SECONDS status
    shift
    if [ -n "${ONLY:-}" ] && ! grep -qw -- "$name" <<<"$ONLY"; then
        return
    fi
    # The time that the children of this step have used, in seconds of all processors.
    TIMEFORMAT='%U %S'
    { time "$@" >"$log" 2>&1 </dev/null; } 2>"$logs/$name.time"
    status=$?
    report "$name" "$log" $status $((SECONDS - start)) >"$logs/$name.report"
    flock "$logs" cat "$logs/$name.report"
}

# The lines of a log that say what failed: a test of Check's, one of node's up to the end of its block, in which the
# browser's tests tell what they waited for, what their programs and their pages said; a compiler, a sanitizer.
failures() {
    awk '{ $0 = substr($0, 1, 400) }
        /:[FE]:/ { print NR ":" $0 }
        /^ *not ok/ { left = 250 }
        left-- > 0 { print NR ":" $0 }
        /^ *\.\.\.$/ { left = 0 }
        /(error|Error|FAILED): |runtime error|WARNING: ThreadSanitizer/ && left <= 0 { print NR ":" $0 }' "$1"
}

report() {
    local name=$1 log=$2 status=$3 seconds=$4 counted used
    counted=$(count "$log" "$status")
    used=$(awk 'END { printf "%.0f", $1 + $2 }' "$logs/$name.time")
    printf '%-8s %-11s %s (%d s, %d s of processors)\n' "$([ "$status" -eq 0 ] && echo ok || echo FAILED)" "$name" \
        "$counted" "$seconds" "$used"
    if [ "$status" -ne 0 ]; then
        failures "$log" | head -n 600
        echo "--- the end of $log"
        tail -n 15 "$log"
    fi
    grep '^skipped: ' "$log" || true
}

total() {
    cat "$logs"/*.counted | awk '
        { passed += $1; failed += $2; skipped += $3 }
        END {
            printf "%d passed, %d failed%s\n", passed, failed, (skipped > 0) ? ", " skipped " skipped" : ""
            exit failed != 0 }'
}

make_quietly() { make --no-print-directory SKIP_INSTALL=1 -j"$jobs" "$@"; }

# Everything of the release flavour, so that no two steps build the same file: what is shipped while the packages of
# the tests are installed, then the tests.
build() {
    local installing
    make --no-print-directory install-test &
    installing=$!
    step build make_quietly examples build/client/index.html build/bin/load build/bin/echo_server
    wait $installing || exit 1
    step build-tests make_quietly build/release/tests/all test-c-programs "$@"
}

if [ "${1:-}" = check ]; then
    build
    step c make_quietly test-c &
    {
        step client make_quietly test-client
        step lint make_quietly lint
        step counter make_quietly test-counter
    } &
    wait
    total
    exit
fi

suite() {
    local name=$1
    case $name in
    compose) step compose make_quietly compose-test ;;
    fuzz) step fuzz make_quietly fuzz-smoke ;;
    lint)
        case "${MAKEFLAGS:-}" in
        *CI=*) step lint make_quietly lint ;;
        *) step lint make_quietly lint WERROR= ;;
        esac
        ;;
    *) step "$name" make_quietly "test-$name" ;;
    esac
}

take() {
    {
        flock 9
        head -n 1 "$logs/steps"
        sed -i 1d "$logs/steps"
    } 9>"$logs/steps.lock"
}

# The steps given, and then what is left of the list that both lanes share.
lane() {
    local name
    for name; do
        suite "$name"
    done
    while name=$(take) && [ -n "$name" ]; do
        suite "$name"
    done
}

# Two steps install it: what is copied is there before.
build man shared build/bin/golden build/bin/bench_page tests/e2e/node_modules/.installed tools/site/node_modules/.installed
# The longest first.
printf '%s\n' asan tsan c fuzz lint client programs tools golden >"$logs/steps"
lane e2e widgets &
lane compose &
lane &
wait
# What measures has the processors for itself.
step bench make_quietly test-bench
total
