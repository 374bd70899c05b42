#!/bin/sh
# Installs the Debian packages that are missing, by group: build (to compile and run), deb (to make a package), test (to run the
# tests), test-c (the C tests and fuzzers alone), flutter (to fetch Flet's web client), bench (whom the
# benchmarks compare with). Of the tests' browsers beside Chromium, and of whom the benchmarks compare with, what cannot be
# installed is left out. Quick when nothing is missing. Works on Debian 12 (bookworm) and 13 (trixie),
# whose releases pin the versions; what differs in name is listed here.
#
#     tools/install.sh build test
#     tools/install.sh --print-app     prints what an app needs that is compiled with an installed Troupe
set -eu

codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
case "$codename" in
bookworm) msgpack=libmsgpack-dev clang_rt=libclang-rt-14-dev clang_format=clang-format-14 ;;
trixie) msgpack=libmsgpack-c-dev clang_rt=libclang-rt-19-dev clang_format= ;;
*)
    echo "troupe: made for Debian 12 (bookworm) and 13 (trixie), this is '${codename:-unknown}':" \
        "install the packages named in tools/install.sh by hand, then run make SKIP_INSTALL=1" >&2
    exit 1
    ;;
esac

app="gcc libc6-dev make pkg-config libzmq3-dev libczmq-dev libsodium-dev $msgpack libwebsockets-dev libev-dev libcurl4-openssl-dev
    libssl-dev libjansson-dev libpq-dev liblmdb-dev libpcre2-dev libboost-context-dev"
if [ "${1:-}" = --print-app ]; then
    printf '%s\n' $app
    exit
fi

packages=
for group in "$@"; do
    case "$group" in
    build)
        packages="$packages $app libwebsockets-evlib-ev uthash-dev libsqlite3-dev ca-certificates"
        # A Node.js that is already there and recent enough is used as it is.
        if ! node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2>/dev/null ||
            ! command -v npm >/dev/null; then
            packages="$packages nodejs npm"
        fi
        ;;
    deb) packages="$packages dpkg-dev" ;;
    test-c) packages="$packages postgresql check locales clang $clang_rt" ;;
    test)
        for browser in test-firefox test-webkit; do
            "$0" $browser || echo "skipped: the browser of $browser could not be installed"
        done
        packages="$packages g++ postgresql check chromium fonts-dejavu-core iproute2 nginx-light haproxy caddy openssl locales clang $clang_format $clang_rt libjansson-dev python3-prometheus-client python3-venv groff-base dpkg-dev cmake abigail-tools"
        ;;
    test-firefox) packages="$packages firefox-esr" ;;
    test-webkit) packages="$packages webkit2gtk-driver xvfb" ;;
    flutter)
        # A pip that is already there is used as it is.
        python3 -m pip --version >/dev/null 2>&1 || packages="$packages python3-pip"
        ;;
    bench)
        for other in bench-czmq bench-caf bench-erlang bench-python; do
            "$0" "$other" || echo "skipped: $other could not be installed"
        done
        ;;
    bench-czmq) packages="$packages libczmq-dev" ;;
    bench-caf) packages="$packages libcaf-dev g++" ;;
    bench-erlang) packages="$packages erlang-base" ;;
    bench-python) packages="$packages python3-venv" ;;
    docker) packages="$packages docker.io docker-compose debootstrap iptables" ;;
    *)
        echo "troupe: no group of packages is named '$group'" >&2
        exit 2
        ;;
    esac
done

missing=
for package in $packages; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
        echo "troupe: these packages are missing and need root to install:$missing" >&2
        exit 1
    }
    sudo=sudo
fi
echo "installing:$missing"
log=$(mktemp)
if ! { $sudo apt-get update -q &&
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "troupe: apt-get could not install:$missing" >&2
    exit 1
fi
rm -f "$log"
