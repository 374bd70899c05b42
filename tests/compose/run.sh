#!/bin/bash
# The cluster of docker-compose.yml on a real engine: the one that runs, or, with DOCKER=start, one of our
# own (needs root; KEEP=1 keeps its images for the next run). Without an engine: one line, exit 0. With
# DEBIAN13=1 the C suite and the fuzzers run in a container, too.
set -u
cd "$(dirname "$0")/../.."
work=build/docker
mkdir -p "$work"
sudo=$([ "$(id -u)" = 0 ] || echo sudo)
export COMPOSE_PROJECT_NAME=troupe-test-$$
export TROUPE_ADDRESS=127.0.0.1 TROUPE_PORT=0 TROUPE_THREADS=1 EXAMPLE=counter

. tests/compose/engine.sh

fail() {
    echo "FAIL $1"
    echo "0 passed, 1 failed"
    exit 1
}

is_up() { docker info >/dev/null 2>&1; }

find_compose() {
    if docker compose version >/dev/null 2>&1; then
        COMPOSE="docker compose"
    elif command -v docker-compose >/dev/null; then
        COMPOSE=docker-compose
    else
        return 1
    fi
    export COMPOSE
}

# Builds need the same settings as the host to reach its registry and mirror.
pass_environment() {
    local certificates
    if [ -z "${npm_config_registry:-}" ]; then
        npm_config_registry=$(npm config get registry 2>/dev/null)
    fi
    if [ -z "${CA_CERTIFICATES:-}" ]; then
        certificates=$(cat /usr/local/share/ca-certificates/*.crt 2>/dev/null)
        CA_CERTIFICATES=$certificates
    fi
    export npm_config_registry CA_CERTIFICATES
}

clean_up() {
    trap - EXIT INT TERM
    [ -z "${COMPOSE:-}" ] || $COMPOSE down --volumes --remove-orphans --timeout 20 >>"$work/compose.log" 2>&1
    stop_engine
}

if ! is_up; then
    if [ "${DOCKER:-}" != start ]; then
        echo "skipped: no Docker engine (DOCKER=start starts one)"
        exit 0
    fi
    tools/install.sh docker || fail "Docker cannot be installed"
fi
trap clean_up EXIT
trap 'exit 1' INT TERM
is_up || start_engine || fail "no Docker engine"
find_compose || fail "neither docker compose nor docker-compose is installed"
make --no-print-directory SKIP_INSTALL=1 client/node_modules/.installed || fail "npm ci in client"
pass_environment

step=$SECONDS
find_base_image || fail "no base image"
echo "base image ($((SECONDS - step)) s)"

step=$SECONDS
$COMPOSE config >"$work/config.yml" 2>"$work/compose.log" || { cat "$work/compose.log"; fail "docker-compose.yml is not valid"; }
# The workers and gateways are the same image as the broker.
$COMPOSE build broker balancer store >"$work/build.log" 2>&1 || { tail -n 40 "$work/build.log"; fail "the images do not build, the log is $work/build.log"; }
echo "images ($((SECONDS - step)) s)"

node tests/compose/story.mjs
status=$?
if [ $status -ne 0 ]; then
    $COMPOSE logs --no-color --tail 100 2>&1 | tail -n 200 >"$work/containers.log"
    echo "what the containers said is in $work/containers.log"
fi
if [ -n "${DEBIAN13:-}" ]; then
    tests/compose/debian13.sh || status=1
fi
exit $status
