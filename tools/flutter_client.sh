#!/bin/sh
# Fetches Flet's own web client, as published on PyPI in the wheel flet-web, into FOLDER/VERSION, and lets
# FOLDER/current be it. Nothing is done when it is there. A wheel whose SHA-256 is not the one below is refused.
#
#     tools/flutter_client.sh 0.86.5 build/flutter
#
# Left out: Python in the browser (pyodide), which no page of a server uses, and symbol tables. Beside a file
# that packs well lies FILE.gz, which browsers get.
set -eu

version=$1
folder=$2

case "$version" in
0.86.5) sha256=d47dc7090e0d818939a70074d4e84d3012f4ebf57a3ff14d964d207cb5b1d6ba ;;
1.0.5) sha256=eb246cb6e59d14c63aa20223275184825c7ec28b970a2174619a2d9f00d0e2e7 ;;
*)
    sha256=${FLET_WEB_SHA256:-}
    [ -n "$sha256" ] || {
        echo "troupe: no SHA-256 is known for flet-web $version: name it with FLET_WEB_SHA256=..." >&2
        exit 2
    }
    ;;
esac

if [ ! -f "$folder/$version/index.html" ]; then
    mkdir -p "$folder"
    work=$(mktemp -d "$folder/.fetch.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    echo "flet-web==$version --hash=sha256:$sha256" >"$work/wheel.txt"
    python3 -m pip --version >/dev/null 2>&1 || {
        echo "troupe: fetching from PyPI needs pip: apt-get install python3-pip" >&2
        exit 1
    }
    python3 -m pip download --quiet --disable-pip-version-check --retries 1 --timeout 20 --no-deps --only-binary :all: \
        --require-hashes --dest "$work" --requirement "$work/wheel.txt" >"$work/log" 2>&1 || {
        tail -n 5 "$work/log" >&2
        echo "troupe: flet-web $version could not be fetched from PyPI" >&2
        exit 1
    }
    python3 -m zipfile -e "$work"/flet_web-*.whl "$work/wheel"
    web=$work/wheel/flet_web/web
    [ -f "$web/index.html" ] && [ -f "$web/flutter_bootstrap.js" ] || {
        echo "troupe: flet-web $version holds no web client" >&2
        exit 1
    }
    rm -rf "$web/pyodide"
    find "$web" \( -name '*.symbols' -o -name '*.map' \) -delete
    find "$web" -type f -size +4k ! -name '*.png' ! -name '*.woff2' -exec gzip -9 -n -k {} +
    rm -rf "${folder:?}/$version"
    mv "$web" "$folder/$version"
fi
# Renamed into place: a link that is being read is never gone.
ln -sfn "$version" "$folder/.current.$$"
mv -fT "$folder/.current.$$" "$folder/current"
echo "ok flutter-client $version"
