#!/bin/sh
# An environment of Python with the servers that tests serve apps with, and the module troupe as pip installs it:
# build/python/venv. Made again when what it is made of has changed; 1 where it cannot be.
set -eu
cd "$(dirname "$0")/.."
venv=build/python/venv
sum=$(cat tests/python/requirements.txt python/pyproject.toml python/troupe/*.py | sha256sum)
[ "$(cat "$venv/.made" 2>/dev/null)" = "$sum" ] && exit 0
rm -rf "$venv"
# pip writes what it builds beside what it is given.
rm -rf build/python/source && mkdir -p build/python && cp -r python build/python/source
python3 -m venv "$venv" 2>&1 &&
    "$venv/bin/pip" install -q --disable-pip-version-check -r tests/python/requirements.txt build/python/source 2>&1 || {
    rm -rf "$venv"
    exit 1
}
echo "$sum" >"$venv/.made"
