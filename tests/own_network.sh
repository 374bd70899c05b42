#!/bin/sh
# Runs a command in a network of its own, where that may be had (root on Linux): a browser gives up its requests when
# any network of its machine comes or goes, as those of containers do. It has loopback, and a pair of interfaces that
# lead to each other, without which a browser says that it is offline. Elsewhere the command runs as it is.
#
#     tests/own_network.sh COMMAND...
set -eu
networks='ip link set lo up && ip link add name pair0 type veth peer name pair1 && ip address add 192.0.2.1/24 dev pair0 &&
    ip link set pair0 up && ip link set pair1 up'
if [ "$(id -u)" = 0 ] && unshare --net sh -c "$networks" 2>/dev/null; then
    exec unshare --net sh -c "$networks"' && exec "$@"' sh "$@"
fi
exec "$@"
