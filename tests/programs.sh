#!/bin/bash
# Installs Troupe into a folder of its own and compiles every program of the documentation against that as
# a user would, with nothing but pkg-config. Those of docs/actors.md are run, and what they print is
# compared; those with pages are started, or tested by the test beside them.
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

for command in new dev record test ps; do
    [ -s "$prefix/share/man/man1/troupe-$command.1" ] || fail "make install" "brings no man page of troupe $command"
done

for source in examples/actors/*.c; do
    name=$(basename "$source" .c)
    libraries=$(sed -n 's|^// Needs: ||p' "$source")
    if ! ${CC:-gcc} -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra ${WERROR:-} "$source" -o "$out/$name" \
        $(pkg-config --cflags --libs troupe-actors $libraries); then
        fail "$name" "does not compile"
        continue
    fi
    timeout 300 "$out/$name" >"$out/$name.out" 2>"$out/$name.err" </dev/null
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

# Programs with pages: each compiles and knows its options; where there is a test_NAME.c, it passes.
for source in examples/tutorial/*.c examples/from_flet/*.c examples/coming_from/*.c examples/howto/*.c examples/howto/*.cpp; do
    name=$(basename "${source%.*}")
    folder=$(dirname "$source")
    binary=$out/$(basename "$folder")_$name
    app=$folder/${name#test_}.${source##*.}
    case $source in
    *.c) compile="${CC:-gcc} -std=c17 -D_GNU_SOURCE" ;;
    *) compile="${CXX:-g++} -std=c++20 -Wpedantic" ;;
    esac
    if ! command -v ${compile%% *} >/dev/null; then
        echo "skipped: no ${compile%% *} for $source"
        continue
    fi
    set -- "$source"
    libraries=$(sed -n 's|^// Needs: ||p' "$source")
    if [ "$app" != "$source" ]; then
        $compile -Wall -Wextra ${WERROR:-} -Dmain=app_main -c "$app" -o "$binary.o" \
            $(pkg-config --cflags troupe) && set -- "$source" "$binary.o"
    fi
    if ! $compile -O1 -Wall -Wextra ${WERROR:-} "$@" -o "$binary" \
        $(pkg-config --cflags --libs troupe $libraries); then
        fail "$folder/$name" "does not compile"
    elif [ $# -eq 1 ] && ! "$binary" --help >/dev/null; then
        fail "$folder/$name" "does not start"
    elif [ $# -eq 2 ] && ! timeout 300 "$binary"; then
        fail "$folder/$name" "fails"
    else
        echo "ok $folder/$name"
    fi
done

# A compose file is what compose says of it; without compose, YAML whose app has its store in a volume.
compose_is_valid() {
    if docker compose version >/dev/null 2>&1; then
        docker compose -f "$1" config -q
    elif python3 -c 'import yaml' 2>/dev/null; then
        python3 - "$1" <<'PYTHON'
import sys, yaml
file = yaml.safe_load(open(sys.argv[1]))
app = file["services"]["app"]
assert set(file) == {"services", "volumes"} and "data" in file["volumes"], file.keys()
assert app["environment"]["TROUPE_STORE"] == "lmdb:/data/sessions", app
assert app["volumes"] == ["data:/data"] and app["build"]["context"] == ".", app
assert app["ports"] == ["${ADDRESS:-127.0.0.1}:${PORT:-8000}:8000"], app
assert app["healthcheck"]["test"][:3] == ["CMD", "bash", "-c"], app
PYTHON
    else
        echo "skipped: neither compose nor python3-yaml looks at $1"
    fi
}

# Another program in the folder is said in one line, and the port is a word of make's.
says_what_is_wrong() {
    local folder=$1 port
    port=$(make --no-print-directory -nsC "$folder" dev PORT=9000)
    [ "$(echo $port)" = "exec troupe dev --port 9000" ] || return 1
    echo 'int main(void) { return 0; }' >"$folder/other.c"
    make --no-print-directory -sC "$folder" >"$folder.said" 2>&1
    local status=$?
    rm "$folder/other.c"
    [ $status -ne 0 ] && [ "$(wc -l <"$folder.said")" -eq 1 ] &&
        grep -q 'several programs, each of which has a main: app.c other.c' "$folder.said"
}

# What `troupe new` makes builds without a warning, passes its test and starts: the app. Each example, which is a program of
# build/bin already, builds there for its test.
try_new() {
    local example=$1 folder=$out/new-$1 from
    rm -rf "$folder"
    case $example in
    app) from= ;;
    cpp) from=--cpp ;;
    *) from="--example $example" ;;
    esac
    if [ $example = cpp ] && ! command -v "${CXX:-g++}" >/dev/null; then
        echo "skipped: no ${CXX:-g++} for troupe new --cpp"
    elif ! (cd "$out" && "$prefix/bin/troupe" new "new-$example" $from) >/dev/null; then
        fail "troupe new $example" "makes nothing"
    elif [ -z "${from#--cpp}" ] && ! make --no-print-directory -sC "$folder" CFLAGS="-O0 ${WERROR:-}"; then
        fail "troupe new $example" "does not compile"
    elif ! make --no-print-directory -sC "$folder" CFLAGS="-O0 ${WERROR:-}" test >"$folder.test" 2>&1; then
        cat "$folder.test"
        fail "troupe new $example" "fails its test"
    elif ! grep -q "^ok build/test_" "$folder.test"; then
        fail "troupe new $example" "has no test"
    elif [ -z "${from#--cpp}" ] && ! "$folder/build/new-$example" --help >/dev/null; then
        fail "troupe new $example" "does not start"
    elif [ $example = app ] && ! says_what_is_wrong "$folder"; then
        fail "troupe new $example" "says in other words what is wrong"
    elif ! compose_is_valid "$folder/docker-compose.yml"; then
        fail "troupe new $example" "its docker-compose.yml is not valid"
    else
        echo "ok troupe new $example"
    fi
    return $failed
}

for example in app cpp $(basename -s .c examples/*.c); do
    [ "$(jobs -rp | wc -l)" -lt "$(nproc)" ] || wait -n
    (try_new "$example" || touch "$out/failed") &
done
wait
[ ! -e "$out/failed" ] || failed=1
exit $failed
