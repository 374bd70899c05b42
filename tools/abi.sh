#!/bin/sh
# What programs rely on that are linked with the shared libraries: functions, their parameters, structs, enumerations
# of the public headers (macros are not among them). Needs abigail-tools. One description stands for both libraries.
#
#     tools/abi.sh describe abi/troupe.abi.gz [HEADERS]    writes it
#     tools/abi.sh check abi/troupe.abi.gz [HEADERS]       fails at what would break such a program, and says what;
#                                                          what has come is fine
set -eu
here=$(realpath "$(dirname "$0")/..")
command=$1 kept=$2 headers=$(realpath "${3:-$here/include}")
number=$(sed -n 's/^#define TR_ABI_NUMBER //p' "$here/base/version.h")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

node "$here/tools/abi_source.mjs" "$headers" >"$work/public.c"
"${CC:-gcc}" -std=c17 -D_GNU_SOURCE -DTR_INSIDE_ -g -O0 -fPIC -shared -nostdlib "-Wl,-soname,libtroupe.so.$number" \
    "-I$headers" "$work/public.c" -o "$work/public.so"

case $command in
describe)
    abidw --no-show-locs --no-corpus-path --no-comp-dir-path --no-elf-needed --out-file "$work/public.abi" "$work/public.so"
    gzip -9nc "$work/public.abi" >"$kept"
    ;;
check)
    gzip -dc "$kept" >"$work/kept.abi"
    # The C library's own, which differs from one release of Debian to the next.
    printf '[suppress_type]\nname = _IO_FILE\n' >"$work/not_ours"
    last=$(sed -n "s/.* soname='libtroupe\.so\.\([0-9]*\)'.*/\1/p;q" "$work/kept.abi")
    if [ "$last" != "$number" ]; then
        echo "ok abi: libtroupe.so.$number is another one than libtroupe.so.$last was"
    elif ! abidiff --suppressions "$work/not_ours" --no-added-syms --no-show-locs "$work/kept.abi" "$work/public.so" >"$work/report"; then
        cat "$work/report"
        echo "programs that are linked with the last release would break: docs/embedding.md, \"What a new version may change\"" >&2
        exit 1
    else
        echo "ok abi: libtroupe.so.$number as it was released"
    fi
    ;;
esac
