#!/bin/bash
# Installs Troupe into a folder of its own, compiles every program of docs/actors.md against that as a
# user would, with nothing but pkg-config, runs it, and compares what it prints.
set -u
cd "$(dirname "$0")/.."
prefix=$PWD/build/prefix
out=build/programs
rm -rf "$prefix" "$out" && mkdir -p "$out"
make --no-print-directory SKIP_INSTALL=1 install PREFIX="$prefix" || exit 1
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
failed=0

fail() {
    echo "not ok $1: $2"
    failed=1
}

for source in examples/actors/*.c; do
    name=$(basename "$source" .c)
    libraries=$(sed -n 's|^// Needs: ||p' "$source")
    if ! ${CC:-gcc} -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror "$source" -o "$out/$name" \
        $(pkg-config --cflags --libs troupe-actors $libraries); then
        fail "$name" "does not compile"
        continue
    fi
    timeout 30 "$out/$name" >"$out/$name.out" 2>"$out/$name.err" </dev/null
    status=$?
    if [ $status -ne 0 ]; then
        fail "$name" "exit code $status"
        cat "$out/$name.out" "$out/$name.err"
    elif ! diff "examples/actors/$name.expected" "$out/$name.out"; then
        fail "$name" "prints something else"
    else
        echo "ok $name"
    fi
done

# The same for a page: it only has to be there.
cat >"$out/page.c" <<'C'
#include <troupe/troupe.h>
static void build(tr_page *page) { ui_add(page, ui_text("hello")); }
int main(int argc, char **argv) { return tr_run(argc, argv, &(tr_app){.name = "Hello", .build = build}); }
C
if ${CC:-gcc} -std=c17 "$out/page.c" -o "$out/page" $(pkg-config --cflags --libs troupe) && "$out/page" --help >/dev/null; then
    echo "ok page"
else
    fail page "does not build or run"
fi
exit $failed
