#!/usr/bin/env bash
# libraries.sh DEST: compiles the C libraries that Tarn uses for WebAssembly, from Debian's sources, into DEST/include and
# DEST/lib. The toolchain is in deps/wasm already. Called by scripts/setup.sh wasm.
#
# Sources come through apt, which checks their signatures; of each package the upstream archive must be the pinned one, while
# Debian's patches to it may be newer. The system's own list of sources stays as it is.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
dest=$1
# shellcheck source=scripts/pins.sh
. "$root/scripts/pins.sh"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Debian's entries of the system's sources, as sources of source packages.
write_sources() {
    local file
    for file in /etc/apt/sources.list.d/*.sources; do
        if ! grep -qs 'debian-archive-keyring\|deb.debian.org' "$file"; then continue; fi
        sed 's/^Types:.*/Types: deb-src/' "$file" >"$scratch/apt.sources"
        return
    done
    sed -n 's/^deb\(-src\)\? \(.*debian.*\)/deb-src \2/p' /etc/apt/sources.list >"$scratch/apt.list"
}

apt() {
    local list
    list=$(echo "$scratch"/apt.*)
    apt-get -q -o Dir::Etc::sourcelist="$list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$scratch/lists" \
        -o APT::Sandbox::User=root "$@"
}

# A security update may be listed and gone already; the release itself is always there.
download() {
    local package=$1 release
    release=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
    mkdir -p "$scratch/downloads/$package"
    cd "$scratch/downloads/$package"
    apt source --download-only "$package" >"$scratch/log" 2>&1 ||
        { rm -f ./*.dsc && apt source --download-only "$package/$release" >"$scratch/log" 2>&1; } ||
        { tail -n 5 "$scratch/log" >&2 && return 1; }
}

unpack() {
    local package=$1 expected=$2 found archive
    download "$package"
    archive=$(echo "$scratch/downloads/$package"/*.orig.tar.*[a-z2])
    archive=${archive%% *}
    found=$(sha256sum "$archive")
    if [ "${found%% *}" != "$expected" ]; then
        echo "$package: the archive $(basename "$archive") has the SHA-256 ${found%% *}; scripts/pins.sh says $expected" >&2
        return 1
    fi
    dpkg-source --no-check -x ./*.dsc "$scratch/sources/$package" >"$scratch/log" 2>&1 ||
        { tail -n 5 "$scratch/log" >&2 && return 1; }
}

write_sources
mkdir -p "$scratch/lists/partial" "$scratch/sources"
apt update >"$scratch/log" 2>&1 || { tail -n 5 "$scratch/log" >&2 && exit 1; }
while read -r package expected; do
    [ -z "$package" ] || unpack "$package" "$expected"
done <<<"$pins_wasm_libraries"
mkdir -p "$scratch/sources/xxhash"
cp /usr/include/xxhash.h /usr/include/xxh3.h "$scratch/sources/xxhash/" # all of it that is used: the same headers as natively

cmake -G Ninja -S "$root/cmake/wasm_libraries" -B "$scratch/build" -DCMAKE_TOOLCHAIN_FILE="$root/cmake/WasmToolchain.cmake" \
    -DCMAKE_BUILD_TYPE=None -DTARN_SOURCES="$scratch/sources" -DCMAKE_INSTALL_PREFIX="$dest"
cmake --build "$scratch/build" --target install
