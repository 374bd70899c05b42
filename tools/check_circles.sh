#!/bin/sh
# No two files need each other in a circle: from what each object file defines and uses, as nm sees it.
# Callbacks are no arrows: whoever calls one does not need the file it points into.
#
#     tools/check_circles.sh build/release base wire actors sdk gateway broker host
set -eu
objects=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for room in "$@"; do
    find "$objects/$room" -name '*.o'
done | sort >"$work/files"

# "symbol file" of what is defined, and of what is used.
xargs nm -A --defined-only --extern-only <"$work/files" |
    awk '{ sub(/:[^:]*$/, "", $1); sub(/:.*/, "", $1); print $3, $1 }' | sort -u >"$work/defined"
xargs nm -A --undefined-only <"$work/files" |
    awk '{ file = $1; sub(/:.*/, "", file); print $NF, file }' | sort -u >"$work/used"

join "$work/used" "$work/defined" | awk '$2 != $3 { print $2, $3 }' | sort -u >"$work/arrows"
if ! tsort "$work/arrows" >/dev/null 2>"$work/circles"; then
    echo "files that need each other in a circle:" >&2
    sed 's/^tsort: //' "$work/circles" >&2
    exit 1
fi
echo "ok no circles among $(wc -l <"$work/files") files"
