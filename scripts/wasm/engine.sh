#!/usr/bin/env bash
# engine.sh DEST: DuckDB as a static library for WebAssembly, DEST/libduckdb_wasm.a. Called by scripts/setup.sh wasm.
#
# It is compiled once and then kept: where TARN_CACHE_DIR says, else below ~/.cache/tarn, under a name with a hash of what
# it is made from (DuckDB's sources and how they are compiled). Without a copy there it is compiled here, for 36 CPU minutes.
#
#   engine.sh --key        prints the hash
#   engine.sh --cached     succeeds when nothing would have to be compiled
#   engine.sh --at-hand    the same, or when it is in deps/wasm already
#   engine.sh --build DIR  compiles it from the unpacked npm package in DIR, into the cache
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/pins.sh
. "$root/scripts/pins.sh"
own_cache=${XDG_CACHE_HOME:-$HOME/.cache}/tarn

key() { cat <(echo "$pin_duckdb_header clang-15 emscripten-3.1.6") "$root/cmake/wasm_engine/CMakeLists.txt" | sha256sum | cut -c 1-16; }

# The archive for this key in either cache; else one that was checked in by its own checksum in scripts/pins.sh.
find_cached() {
    local folder archive
    for folder in "${TARN_CACHE_DIR:-$own_cache}" "$own_cache"; do
        archive=$folder/libduckdb_wasm-$(key).a.xz
        if [ -e "$archive" ]; then
            echo "$archive"
            return
        fi
        archive=$folder/$(head -n 1 <<<"$pin_wasm_engine")
        if [ -e "$archive" ] && [ "$(sha256sum "$archive" | cut -c 1-64)" = "$(tail -n 1 <<<"$pin_wasm_engine")" ]; then
            echo "$archive"
            return
        fi
    done
    return 1
}

build() {
    local sources=$1 scratch=$root/deps/wasm/engine-build
    cmake -G Ninja -S "$root/cmake/wasm_engine" -B "$scratch" -DCMAKE_TOOLCHAIN_FILE="$root/cmake/WasmToolchain.cmake" \
        -DCMAKE_BUILD_TYPE=None -DTARN_DUCKDB_SOURCES="$sources"
    nice cmake --build "$scratch"
    mkdir -p "$own_cache"
    xz -c -T 0 -6 "$scratch/libduckdb_wasm.a" >"$own_cache/$$.part"
    mv "$own_cache/$$.part" "$own_cache/libduckdb_wasm-$(key).a.xz"
    rm -rf "$scratch"
}

case ${1-} in
--key) key ;;
--cached) find_cached >/dev/null ;;
--at-hand) [ -e "$root/deps/wasm/duckdb/libduckdb_wasm.a" ] || find_cached >/dev/null ;;
--build) build "$2" ;;
*)
    archive=$(find_cached)
    mkdir -p "$1"
    xz -dc "$archive" >"$1/libduckdb_wasm.a.part"
    mv "$1/libduckdb_wasm.a.part" "$1/libduckdb_wasm.a"
    ;;
esac
