#!/bin/sh
# Makes Debian packages of what `make install` installs, the examples, the man pages and the systemd unit:
#
#     libtroupe0       the shared libraries, for programs that are linked with them
#     libtroupe-dev    headers, static libraries, files for pkg-config and CMake
#     troupe           the command, the unit, the man pages, the examples
#
#     tools/deb.sh STAGE OUT VERSION ABI     STAGE: where all was installed to, with PREFIX=/usr
#
# DEB_COMPRESSION (xz): as in dpkg-deb -Z; none for packages that are only tried.
set -eu

stage=$(realpath "$1") out=$(realpath "$2") version=$3 abi=$4
here=$(realpath "$(dirname "$0")")
architecture=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Moves what is named out of the stage into a package's own.
take() {
    package=$1
    shift
    (cd "$stage" && for path; do
        mkdir -p "$work/$package/$(dirname "$path")"
        mv "$path" "$work/$package/$path"
    done)
}

# The libraries that programs and shared objects are linked with, as packages. dpkg-shlibdeps wants a source package around it.
libraries_of() {
    mkdir -p "$work/source/debian"
    printf 'Source: troupe\n\nPackage: troupe\nArchitecture: any\n' >"$work/source/debian/control"
    (cd "$work/source" && dpkg-shlibdeps -O "$@" >libraries 2>complaints) || {
        cat "$work/source/complaints" >&2
        exit 1
    }
    # The last is loaded when it is needed: nothing names it.
    echo "$(sed 's/^shlibs:Depends=//' "$work/source/libraries"), libwebsockets-evlib-ev"
}

# NAME SECTION DESCRIPTION, then lines for the control file, which end with those of the long description.
build() {
    root=$work/$1
    mkdir -p "$root/DEBIAN"
    {
        printf 'Package: %s\nVersion: %s\nArchitecture: %s\n' "$1" "$version" "$architecture"
        printf 'Source: troupe\nMaintainer: Troupe <troupe@localhost>\nSection: %s\nPriority: optional\n' "$2"
        printf 'Installed-Size: %s\n' "$(du -sk "$root" | cut -f 1)"
        cat
    } >"$root/DEBIAN/control"
    (cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
    dpkg-deb --root-owner-group "-Z${DEB_COMPRESSION:-xz}" --build "$root" "$out/${1}_${version}_$architecture.deb" >/dev/null
}

libdir=$(cd "$stage" && dirname "$(find usr/lib -name libtroupe.a)")
# shellcheck disable=SC2046
take "libtroupe$abi" $(cd "$stage" && find "$libdir" -maxdepth 1 -name '*.so.*')
take libtroupe-dev usr/include "$libdir"
mkdir -p "$work/troupe"
mv "$stage"/* "$work/troupe"

mkdir -p "$work/libtroupe$abi/DEBIAN"
for library in libtroupe libtroupe-actors; do
    echo "$library $abi libtroupe$abi (>= $version)" >>"$work/libtroupe$abi/DEBIAN/shlibs"
done
echo "activate-noawait ldconfig" >"$work/libtroupe$abi/DEBIAN/triggers"
build "libtroupe$abi" libs <<CONTROL
Multi-Arch: same
Depends: $(libraries_of "$work/libtroupe$abi/$libdir"/*.so.*.*)
Description: real-time web apps in C, made of actors: shared libraries
 What programs need where they run that are linked with libtroupe.so.$abi or libtroupe-actors.so.$abi.
CONTROL

# To compile apps with; SQLite is for those that include troupe/sqlite.h.
app=$("$here/install.sh" --print-app)
build libtroupe-dev libdevel <<CONTROL
Depends: libtroupe$abi (= $version), $(echo "$app" | grep -e '-dev$' | paste -sd , | sed 's/,/, /g')
Recommends: $(echo "$app" | grep -v -e '-dev$' | paste -sd , | sed 's/,/, /g'), libsqlite3-dev
Suggests: cmake
Description: real-time web apps in C, made of actors: to write them
 Headers, the static libraries, links to the shared ones, and what tells pkg-config and CMake of them.
CONTROL

programs=$(find "$work/troupe/usr/bin" "$work/troupe/usr/lib/troupe" -type f -perm -100)
# shellcheck disable=SC2086
build troupe web <<CONTROL
Depends: $(libraries_of $programs)
Recommends: libtroupe-dev (= $version)
Description: real-time web apps in C, made of actors
 Pages live on the server, in actors; browsers show them. This package has the command troupe, which begins apps
 and looks into running ones, a systemd unit for apps, and examples in /usr/lib/troupe.
CONTROL
