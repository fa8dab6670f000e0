#!/bin/sh
# Prints a Python 3.13 as Debian 13 builds it, with profile-guided optimisation, unpacked into the
# folder $1 without being installed. Prints nothing where apt cannot fetch it.
#
# What other builds take is up to a fifth more, so figures are told of one build, wherever they
# were taken. It runs on its own C library, which is newer than that of older systems.
set -eu

folder=$(mkdir -p "$1" && cd "$1" && pwd)
python=$folder/usr/bin/python3.13
packages="python3.13 python3.13-minimal python3.13-venv libpython3.13-minimal libpython3.13-stdlib
    libc6 libgcc-s1 libssl3t64 libffi8 libexpat1 libuuid1 libsqlite3-0
    zlib1g libbz2-1.0 liblzma5 libzstd1"

fetch() {
    apt=$folder/apt
    mkdir -p "$apt/lists/partial" "$apt/archives/partial"
    : >"$apt/status"
    # This system's own: it has to run here, and 0.18 of Debian 13 breaks what it mends
    (cd "$apt" && apt-get -o APT::Sandbox::User=root download -qq patchelf)
    # The mirror is the one that this system has
    mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -m 1 '/debian/*$')
    keys=/usr/share/keyrings/debian-archive-keyring.gpg
    echo "deb [signed-by=$keys] $mirror trixie main" >"$apt/sources.list"
    cat >"$apt/apt.conf" <<TEXT
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "-";
APT::Sandbox::User "root";
TEXT
    APT_CONFIG=$apt/apt.conf && export APT_CONFIG
    apt-get update -qq
    # shellcheck disable=SC2086 # a list
    cd "$apt" && apt-get download -qq $packages
}

unpack() {
    for package in "$folder"/apt/*.deb; do dpkg-deb --extract "$package" "$folder"; done
    loader=$(find "$folder/usr/lib" -name 'ld-linux-*' | grep -m 1 linux-gnu)
    "$folder/usr/bin/patchelf" --set-interpreter "$loader" \
        --force-rpath --set-rpath "$(dirname "$loader")" "$python"
    rm -r "$folder/apt"
}

if [ ! -x "$python" ]; then
    command -v apt-get >/dev/null || exit 0
    { fetch && unpack; } >&2 || exit 0
fi
"$python" -c '' && echo "$python"
