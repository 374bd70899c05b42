#!/bin/sh
# No hand-written source is longer than 500 lines.
set -eu
cd "$(dirname "$0")/.."
tools/sources.sh c h ts mjs sh def | xargs wc -l | awk -v cap=500 '
    $2 != "total" && $1 > cap { print $2 ": error: " $1 " lines, at most " cap; bad = 1 }
    END { exit bad }'
echo "ok length"
