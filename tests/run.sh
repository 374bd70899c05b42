#!/bin/bash
# Every test there is, quietly: one line a step, the end of its log when it fails, and last one line
# `N passed, N failed`. Logs stay in build/logs. ONLY="c e2e" runs some steps.
set -u
cd "$(dirname "$0")/.."

passed=0
failed=0
skipped=0
logs=build/logs
mkdir -p "$logs"
jobs=$(nproc)
export CI="${CI:-}"

# Adds what a log says it counted: Check's summary, node's, a plain line, or else its lines that begin
# with "ok". A step that fails without a count is one failure.
count() {
    local log=$1 status=$2 p f s
    read -r p f s < <(awk '
        /Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+/ {
            match($0, /Checks: [0-9]+/); checks = substr($0, RSTART + 8, RLENGTH - 8)
            match($0, /Failures: [0-9]+/); bad = substr($0, RSTART + 10, RLENGTH - 10)
            match($0, /Errors: [0-9]+/); bad += substr($0, RSTART + 8, RLENGTH - 8)
            if (checks + 0 == 0) bad = 1
            p += checks - bad; f += bad }
        /^(#|ℹ) pass [0-9]+$/ { p += $3 }
        /^(#|ℹ) fail [0-9]+$/ { f += $3 }
        /^(#|ℹ) skipped [0-9]+$/ { s += $3 }
        /^ok / && !/^ok [0-9]/ { lines++ }
        /^skipped: / { s++ }
        /^[0-9]+ passed, [0-9]+ failed/ { p += $1; f += $3; lines = 0 }
        END { p += lines; print p + 0, f + 0, s + 0 }' "$log")
    [ "$status" -ne 0 ] && [ "$f" -eq 0 ] && f=1
    [ "$status" -eq 0 ] && [ $((p + s)) -eq 0 ] && p=1
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    printf '%d passed, %d failed%s' "$p" "$f" "$([ "$s" -gt 0 ] && printf ', %d skipped' "$s")"
}

step() {
    local name=$1 log="$logs/$1.log" start=$SECONDS status
    shift
    if [ -n "${ONLY:-}" ] && ! grep -qw -- "$name" <<<"$ONLY"; then
        return
    fi
    "$@" >"$log" 2>&1 </dev/null
    status=$?
    local counted
    count "$log" $status >"$logs/.count"
    counted=$(<"$logs/.count")
    printf '%-8s %-10s %s (%d s)\n' "$([ $status -eq 0 ] && echo ok || echo FAILED)" "$name" \
        "$counted" $((SECONDS - start))
    if [ $status -ne 0 ]; then
        grep -nE ':[FE]:|not ok|FAIL|rror' "$log" | head -n 40
        echo "--- the end of $log"
        tail -n 40 "$log"
    fi
    grep '^skipped: ' "$log" || true
}

make_quietly() { make --no-print-directory SKIP_INSTALL=1 -j"$jobs" "$@"; }

step build make_quietly examples build/release/tests/all build/bin/load build/bin/echo_server build/bin/golden
step rooms make_quietly headers circles check-generated
step c make_quietly test-c
step asan make_quietly test-asan
step tsan make_quietly test-tsan
step fuzz make_quietly fuzz-smoke
step programs make_quietly test-programs
step golden make_quietly test-golden
step tools make_quietly test-tools
step client make_quietly test-client
step bench make_quietly test-bench
step e2e make_quietly test-e2e
step compose make_quietly compose-test

printf '%d passed, %d failed%s\n' $passed $failed "$([ $skipped -gt 0 ] && printf ', %d skipped' $skipped)"
[ $failed -eq 0 ]
