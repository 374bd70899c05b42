#!/bin/sh
# No hand-written source is longer than 500 lines. Those in tools/long_files.txt were when this became a rule:
# they may not grow, and leave the list when they are short enough.
set -eu
cd "$(dirname "$0")/.."
tools/sources.sh c h ts mjs sh def | xargs wc -l | awk -v cap=500 '
    FNR == NR { if ($1 !~ /^#/) allowed[$2] = $1; next }
    $2 == "total" { next }
    { seen[$2] = $1 }
    $1 > cap && !($2 in allowed) { print $2 ": error: " $1 " lines, at most " cap; bad = 1 }
    $1 > cap && $2 in allowed && $1 > allowed[$2] {
        print $2 ": error: " $1 " lines; it is too long already, with " allowed[$2]; bad = 1 }
    END {
        for (file in allowed)
            if (seen[file] <= cap) { print file ": error: take it off tools/long_files.txt"; bad = 1 }
        exit bad }' tools/long_files.txt -
echo "ok length"
