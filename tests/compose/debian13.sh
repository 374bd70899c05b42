#!/bin/bash
# The C suite and the fuzzers' smoke on Debian 13: another gcc, another clang, warnings are errors. In a
# container of the image that the compose test has built its programs in; run.sh calls this.
set -u
work=build/docker
image=troupe-build

docker build --target build -t $image \
    --build-arg BASE_IMAGE="${BASE_IMAGE:-debian:trixie-slim}" --build-arg DEBIAN_MIRROR="${DEBIAN_MIRROR:-}" \
    --build-arg npm_config_registry="${npm_config_registry:-}" --build-arg CA_CERTIFICATES="${CA_CERTIFICATES:-}" \
    . >"$work/debian13-build.log" 2>&1 || {
    tail -n 20 "$work/debian13-build.log"
    echo "not ok debian13: the image does not build"
    exit 1
}
docker run --rm --init --name "troupe-debian13-$$" -v "$PWD:/host:ro" $image bash -c '
    set -eu
    tar -C /host --exclude=./build --exclude=node_modules --exclude=./.git -cf - . | tar -xf - -C /src
    cd /src
    tools/install.sh test-c >&2
    touch client/node_modules/.installed
    status=0
    make --no-print-directory SKIP_INSTALL=1 CI=1 -j"$(nproc)" test-c || status=1
    make --no-print-directory SKIP_INSTALL=1 CI=1 -j"$(nproc)" fuzz-smoke || status=1
    exit $status'
