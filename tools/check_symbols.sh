#!/bin/sh
# The library's global symbols begin with tr_ or ui_: an author's program may call its own what it likes.
#
#     tools/check_symbols.sh build/release/libtroupe.a
set -eu

strangers=$(nm -A --extern-only --defined-only "$1" 2>/dev/null | awk '$NF !~ /^(tr|ui)_/ { print $1, $NF }')
if [ -n "$strangers" ]; then
    printf 'global symbols without tr_ or ui_:\n%s\n' "$strangers" >&2
    exit 1
fi
echo "ok symbols of $1"
