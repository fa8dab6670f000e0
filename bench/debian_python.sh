#!/bin/sh
# Prints a Python 3.13 as Debian 13 builds it, with profile-guided optimisation, unpacked into the
# folder $1 without being installed. Prints nothing where apt cannot fetch it.
#
# What other builds take is up to a fifth more, so figures are told of one build, wherever they
# were taken. It runs on its own C library, which is newer than that of older systems.
set -eu

packages="python3.13 python3.13-minimal python3.13-venv libpython3.13-minimal libpython3.13-stdlib
    libc6 libgcc-s1 libssl3t64 libffi8 libexpat1 libuuid1 libsqlite3-0
    zlib1g libbz2-1.0 liblzma5 libzstd1"

fetch() {
    # This system's own: it has to run here, and 0.18 of Debian 13 breaks what it mends
    apt-get -o APT::Sandbox::User=root download -qq patchelf
    # The mirror is the one that this system has
    mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -m 1 '/debian/*$')
    keys=/usr/share/keyrings/debian-archive-keyring.gpg
    mkdir -p state/lists/partial cache/archives/partial
    : >state/status
    echo "deb [signed-by=$keys] $mirror trixie main" >sources.list
    cat >apt.conf <<TEXT
Dir::State "$PWD/state";
Dir::State::status "$PWD/state/status";
Dir::Cache "$PWD/cache";
Dir::Etc::sourcelist "$PWD/sources.list";
Dir::Etc::sourceparts "-";
APT::Sandbox::User "root";
TEXT
    APT_CONFIG=$PWD/apt.conf && export APT_CONFIG
    apt-get update -qq
    # shellcheck disable=SC2086 # a list
    apt-get download -qq $packages
}

unpack() {
    for package in *.deb; do dpkg-deb --extract "$package" "$1"; done
    loader=$(find "$1/usr/lib" -name 'ld-linux-*' | grep -m 1 linux-gnu)
    "$1/usr/bin/patchelf" --set-interpreter "$loader" \
        --force-rpath --set-rpath "$(dirname "$loader")" "$1/usr/bin/python3.13"
}

works() { "$1/usr/bin/python3.13" -c 'import ensurepip, sqlite3, ssl' 2>/dev/null; }

mkdir -p "$1"
folder=$(cd "$1" && pwd)
if [ "${2:-}" = fetch ]; then
    scratch=$(mktemp -d)
    trap 'cd / && rm -rf "$scratch"' EXIT
    cd "$scratch"
    fetch
    unpack "$folder"
elif works "$folder" || {
    # By itself, so that the first failure is the end of it: within a condition it would not be
    rm -rf "$folder"
    command -v apt-get >/dev/null && { sh "$0" "$folder" fetch >&2 || rm -rf "$folder"; }
    works "$folder"
}; then
    echo "$folder/usr/bin/python3.13"
fi
