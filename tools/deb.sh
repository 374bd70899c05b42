#!/bin/sh
# Makes a Debian package of what `make install` installs, the examples, the man pages and the systemd unit.
#
#     tools/deb.sh STAGE OUT VERSION     STAGE: where all was installed to, with PREFIX=/usr
#
# DEB_COMPRESSION (xz): as in dpkg-deb -Z; none for a package that is only tried.
set -eu

stage=$(realpath "$1") out=$2 version=$3
architecture=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# dpkg-shlibdeps wants a source package around it, and says what the programs' libraries are in.
mkdir "$work/debian"
printf 'Source: troupe\n\nPackage: troupe\nArchitecture: any\n' >"$work/debian/control"
programs=$(find "$stage/usr/bin" "$stage/usr/lib/troupe" -type f -perm -100)
# shellcheck disable=SC2086
(cd "$work" && dpkg-shlibdeps -O $programs >libraries 2>complaints) || {
    cat "$work/complaints" >&2
    exit 1
}
libraries=$(sed 's/^shlibs:Depends=//' "$work/libraries")
# Loaded when it is needed: no program names it.
libraries="$libraries, libwebsockets-evlib-ev"

# To compile apps with; SQLite is for those that include troupe/sqlite.h.
recommended="$("$(dirname "$0")/install.sh" --print-app | paste -sd , | sed 's/,/, /g'), libsqlite3-dev"

mkdir "$stage/DEBIAN"
cat >"$stage/DEBIAN/control" <<CONTROL
Package: troupe
Version: $version
Architecture: $architecture
Maintainer: Troupe <troupe@localhost>
Section: web
Priority: optional
Installed-Size: $(du -sk "$stage/usr" "$stage/lib" | awk '{ sum += $1 } END { print sum }')
Depends: $libraries
Recommends: $recommended
Description: real-time web apps in C, made of actors
 Pages live on the server, in actors; browsers show them. This package has the library and its headers,
 the command troupe, which looks into running processes, a systemd unit for apps, and examples in
 /usr/lib/troupe.
CONTROL
(cd "$stage" && find usr lib -type f -print0 | sort -z | xargs -0 md5sum) >"$stage/DEBIAN/md5sums"
dpkg-deb --root-owner-group "-Z${DEB_COMPRESSION:-xz}" --build "$stage" "$out/troupe_${version}_$architecture.deb" >/dev/null
