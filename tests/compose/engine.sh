# A Docker engine of our own, for run.sh: on a socket of its own, with a data folder of its own; and a
# base image by debootstrap where none can be pulled. Sourced.

engine_pid=
engine_run=

# Rules and the bridge that dockerd makes for the whole host stay behind when it ends. Taken back only
# if there were none before.
note_network() {
    had_docker_rules=$($sudo iptables-save 2>/dev/null | grep -c DOCKER)
    had_docker_bridge=$([ -e /sys/class/net/docker0 ] && echo 1 || echo 0)
    forward_policy=$($sudo iptables -S FORWARD 2>/dev/null | head -n 1)
}

restore_network() {
    local table rule chain
    if [ "$had_docker_rules" = 0 ]; then
        for table in nat filter raw; do
            $sudo iptables -t $table -S 2>/dev/null | grep -E '^-A .*(DOCKER|docker0)' | sed 's/^-A/-D/' |
                while read -r rule; do
                    # shellcheck disable=SC2086
                    $sudo iptables -t $table $rule 2>/dev/null
                done
            for chain in $($sudo iptables -t $table -S 2>/dev/null | sed -n 's/^-N \(DOCKER.*\)/\1/p'); do
                $sudo iptables -t $table -F "$chain" 2>/dev/null
                $sudo iptables -t $table -X "$chain" 2>/dev/null
            done
        done
        # shellcheck disable=SC2086
        [ -z "$forward_policy" ] || $sudo iptables $forward_policy 2>/dev/null
    fi
    [ "$had_docker_bridge" = 1 ] || ! command -v ip >/dev/null || $sudo ip link delete docker0 2>/dev/null
}

start_engine() {
    local log=$work/dockerd.log deadline=$((SECONDS + 60))
    engine_run=$(mktemp -d) # a socket's path must be short
    note_network
    $sudo mkdir -p "$work/data"
    $sudo dockerd --host "unix://$engine_run/docker.sock" --group "$(id -gn)" \
        --data-root "$PWD/$work/data" --exec-root "$engine_run/exec" \
        --pidfile "$engine_run/docker.pid" >"$log" 2>&1 &
    export DOCKER_HOST=unix://$engine_run/docker.sock
    while ! docker info >/dev/null 2>&1; do
        if ! kill -0 $! 2>/dev/null && [ -z "$sudo" ] || [ $SECONDS -ge $deadline ]; then
            tail -n 15 "$log"
            echo "FAIL the Docker engine does not start, its log is $log"
            return 1
        fi
        sleep 0.2
    done
    engine_pid=$($sudo cat "$engine_run/docker.pid")
    echo "started a Docker engine $(docker info --format '{{.ServerVersion}}, {{.Driver}}')"
}

stop_engine() {
    [ -n "$engine_run" ] || return 0
    engine_pid=${engine_pid:-$($sudo cat "$engine_run/docker.pid" 2>/dev/null)}
    if [ -n "$engine_pid" ]; then
        $sudo kill "$engine_pid" 2>/dev/null
        local deadline=$((SECONDS + 30))
        while $sudo kill -0 "$engine_pid" 2>/dev/null && [ $SECONDS -lt $deadline ]; do sleep 0.2; done
        $sudo kill -9 "$engine_pid" 2>/dev/null && echo "the Docker engine had to be killed"
    fi
    restore_network
    [ -n "${KEEP:-}" ] || $sudo rm -rf "$work/data"
    $sudo rm -rf "$engine_run"
    engine_run=
}

# The mirror this host's own apt uses, for debootstrap; its keyring knows Debian's keys.
debian_mirror() {
    local uri
    uri=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' \
        2>/dev/null | sed -n 's/^Debian main \([^ ]*\)$/\1/p' | grep -v security | head -n 1)}
    echo "$uri" # empty: debootstrap's own default
}

is_recent() { [ -n "$(find "$1" -mtime -7 2>/dev/null)" ]; }

# debian:trixie-slim, or where that cannot be had, its like under another name.
find_base_image() {
    local archive=$work/trixie.tar
    if [ -n "${BASE_IMAGE:-}" ] || docker image inspect debian:trixie-slim >/dev/null 2>&1 ||
        docker pull -q debian:trixie-slim >/dev/null 2>&1; then
        return
    fi
    export BASE_IMAGE=troupe-base:trixie
    if ! is_recent "$archive"; then
        bootstrap "$archive" || return 1
        docker rmi "$BASE_IMAGE" >/dev/null 2>&1
    fi
    docker image inspect "$BASE_IMAGE" >/dev/null 2>&1 || docker import "$archive" "$BASE_IMAGE" >/dev/null
}

bootstrap() {
    local root
    root=$(mktemp -d)
    if ! $sudo debootstrap --variant=minbase trixie "$root" $(debian_mirror) >"$work/debootstrap.log" 2>&1; then
        tail -n 5 "$work/debootstrap.log"
        $sudo rm -rf "$root"
        return 1
    fi
    # As in the real image: no fsync for each file, nothing kept that apt can fetch again, no manuals.
    $sudo tee "$root/etc/dpkg/dpkg.cfg.d/docker" >/dev/null <<'EOF'
force-unsafe-io
path-exclude /usr/share/doc/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
EOF
    $sudo tee "$root/etc/apt/apt.conf.d/docker" >/dev/null <<'EOF'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };
Acquire::Languages "none";
EOF
    $sudo tar -C "$root" --exclude='./var/cache/apt/archives/*.deb' --exclude='./var/lib/apt/lists/*' \
        --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' \
        -cf - . >"$1.new" && mv "$1.new" "$1"
    local status=$?
    $sudo rm -rf "$root"
    return $status
}
