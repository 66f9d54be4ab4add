#!/usr/bin/env bash
# Brings what Tarn is built, tested and measured with onto this machine; silent when nothing is to do.
#
#   scripts/setup.sh [build] [run] [test] [bench] [fuzz] [lint] [coverage] [wasm] [web] [browser]    (build when nothing is named)
#
# Tools and libraries come from the system's packages (Debian's are installed, with sudo when that is needed; elsewhere what
# is missing is listed). Everything else goes below deps/, pinned and checked, and appears there whole or not at all.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
deps=$root/deps
log=$deps/setup.log
# shellcheck source=scripts/pins.sh
. "$root/scripts/pins.sh"

say() { echo "setup: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

# Runs a command whose output matters only when it fails.
quietly() {
    mkdir -p "$deps"
    if ! "$@" >"$log" 2>&1; then
        tail -n 30 "$log" >&2
        fail "this failed: $*"
    fi
    rm -f "$log"
}

# ---- system packages ------------------------------------------------------------------------------------------------

missing=()
lack() {
    local package
    for package in "$@"; do
        case " ${missing[*]-} " in *" $package "*) ;; *) missing+=("$package") ;; esac
    done
}
want_command() { command -v "$1" >/dev/null || lack "$2"; }
want_library() { pkg-config --exists "$1" 2>/dev/null || lack "$2"; }

look_build() {
    want_command cc gcc
    want_command c++ g++
    want_command cmake cmake
    want_command ninja ninja-build
    want_command make make
    want_command pkg-config pkg-config
    want_command npm npm
    want_command node nodejs
    if command -v cc >/dev/null && ! echo '#include <stdio.h>' | cc -E - >/dev/null 2>&1; then lack libc6-dev; fi
    if ! command -v cc >/dev/null; then lack libc6-dev; fi
    # One question for all when all are there, which is the usual case.
    if ! pkg-config --exists nettle jansson liblz4 libzstd libutf8proc libxxhash minizip zlib expat xlsxwriter uchardet libuv gnutls 2>/dev/null; then
        want_library nettle nettle-dev
        want_library jansson libjansson-dev
        want_library liblz4 liblz4-dev
        want_library libzstd libzstd-dev
        want_library libutf8proc libutf8proc-dev
        want_library libxxhash libxxhash-dev
        want_library minizip libminizip-dev
        want_library zlib zlib1g-dev
        want_library expat libexpat1-dev
        want_library xlsxwriter libxlsxwriter-dev
        want_library uchardet libuchardet-dev
        want_library libuv libuv1-dev
        want_library gnutls libgnutls28-dev
    fi
    echo '#include <readstat.h>' | cc -E - >/dev/null 2>&1 || lack libreadstat-dev # it has nothing for pkg-config
    echo '#include <wslay/wslay.h>' | cc -E - >/dev/null 2>&1 || lack libwslay-dev
    [ -e /usr/share/llhttp/llhttp.c ] || lack node-llhttp # as C sources, which are compiled in
    [ ! -e /etc/debian_version ] || [ -e /etc/ssl/certs/ca-certificates.crt ] || lack ca-certificates
}
look_run() { :; }
look_test() {
    want_library cmocka libcmocka-dev
    want_command bats bats
    want_command jq jq
    want_command python3 python3
    want_command curl curl
    want_command openssl openssl
    want_command zstd zstd
    want_command xz xz-utils
    want_command bzip2 bzip2
    if ! is_ready "$deps/venv" "$(pins_of_python)"; then
        python3 -c 'import ensurepip' 2>/dev/null || lack python3 python3-venv
    fi
}
look_bench() {
    look_test
    want_command wrk wrk
}
look_fuzz() {
    want_command clang clang
    if command -v clang >/dev/null; then
        local fuzzer
        fuzzer=$(clang -print-file-name="libclang_rt.fuzzer-$(uname -m).a")
        [ -e "$fuzzer" ] || [ "$(uname -s)" = Darwin ] || lack "$(compiler_runtime)"
    else
        lack "$(compiler_runtime)"
    fi
    want_command llvm-symbolizer llvm
}
look_lint() {
    want_command clang clang
    want_command clang-tidy clang-tidy
    want_command clang-format clang-format
    want_command shellcheck shellcheck
}
look_coverage() { want_command gcovr gcovr; }
look_wasm() {
    look_build
    want_command emcc emscripten
    [ -e /usr/share/nodejs/acorn ] || lack node-acorn
    want_command clang-15 clang-15
    want_command wasm-ld-15 lld-15
    want_command llvm-nm-15 llvm-15
    want_command dpkg-source dpkg-dev
    want_command xz xz-utils
    want_command zstd zstd
    [ -e /usr/include/xxh3.h ] || lack libxxhash-dev
}
look_web() { :; }
look_browser() {
    [ -n "${CHROMIUM-}" ] || want_command chromium chromium
    [ -n "${FIREFOX-}" ] || want_command firefox-esr firefox-esr
}

# The package with clang's run-time libraries carries clang's version in its name.
compiler_runtime() {
    local version=14
    if command -v clang >/dev/null; then
        version=$(clang -dumpversion)
        version=${version%%.*}
    fi
    echo "libclang-rt-$version-dev"
}

look() {
    missing=()
    local component
    for component in "$@"; do "look_$component"; done
}

install_packages() {
    local become=()
    [ "${#missing[@]}" -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then
        fail "please install, with your system's package manager, what Debian calls: ${missing[*]}"
    fi
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "please run as root: apt-get install ${missing[*]}"
        become=(sudo)
    fi
    say "installing packages: ${missing[*]}"
    quietly ${become[@]+"${become[@]}"} apt-get update -q
    quietly ${become[@]+"${become[@]}"} env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# ---- what goes below deps/ ------------------------------------------------------------------------------------------

# A folder is ready when the stamp in it says what it was made from.
is_ready() { [ -e "$1/.made-from" ] && [ "$(<"$1/.made-from")" = "$2" ]; }

sha512() {
    local sum
    if command -v sha512sum >/dev/null; then sum=$(sha512sum "$1"); else sum=$(shasum -a 512 "$1"); fi
    echo "${sum%% *}"
}

# fetch PIN FOLDER member …: downloads a pinned npm package without running its scripts, checks it, and unpacks the named
# members into FOLDER. A checked archive from an interrupted run is used again.
fetch() {
    local pin=$1 folder=$2
    shift 2
    local package=${pin%%$'\n'*} expected=${pin##*$'\n'}
    local archive=$deps/downloads/$expected.tgz
    if [ ! -e "$archive" ]; then
        say "fetching $package"
        local scratch=$deps/downloads/$$
        mkdir -p "$scratch"
        (cd "$scratch" && quietly npm pack --ignore-scripts "$package")
        local packed
        packed=$(echo "$scratch"/*.tgz)
        local found
        found=$(sha512 "$packed")
        if [ "$found" != "$expected" ]; then
            rm -rf "$scratch"
            fail "$package has the SHA-512 $found; scripts/pins.sh says $expected; nothing was installed"
        fi
        mv "$packed" "$archive"
        rm -rf "$scratch"
    fi
    mkdir -p "$folder"
    tar -xzf "$archive" -C "$folder" "$@"
}

# publish NEW FOLDER MADE_FROM: makes a finished folder visible under its name, in place of an older one.
publish() {
    echo "$3" >"$1/.made-from"
    rm -rf "$2.old"
    [ ! -e "$2" ] || mv "$2" "$2.old"
    mv "$1" "$2"
    rm -rf "$2.old"
}

host_platform() {
    local os machine
    os=$(uname -s)
    machine=$(uname -m)
    case $os in Linux) os=linux ;; Darwin) os=darwin ;; esac
    case $machine in x86_64 | amd64) machine=x64 ;; aarch64 | arm64) machine=arm64 ;; esac
    echo "${os}_$machine"
}

provide_duckdb() {
    local platform pin library=libduckdb.so
    platform=$(host_platform)
    pin=pin_duckdb_$platform
    pin=${!pin-}
    if [ -z "$pin" ]; then
        [ ! -e "$deps/duckdb/include/duckdb.h" ] || return 0
        fail "no DuckDB is pinned for $platform; put its header and library into deps/duckdb/include and deps/duckdb/lib"
    fi
    local made_from=$pin_duckdb_header$'\n'$pin$'\n'"with the headers of its classes"
    ! is_ready "$deps/duckdb" "$made_from" || return 0
    [ "${platform%_*}" = linux ] || library=libduckdb.dylib
    local new=$deps/duckdb.new
    rm -rf "$new"
    mkdir -p "$new/include" "$new/lib" "$new/source/third_party"
    local sources=package/src/duckdb
    fetch "$pin_duckdb_header" "$new/unpacked" $sources/src/include $sources/third_party/{re2,fmt,utf8proc} \
        $sources/src/function/table/version/pragma_version.cpp
    fetch "$pin" "$new/unpacked" "package/$library" package/LICENSE
    mv "$new/unpacked/$sources/src/include" "$new/unpacked/$sources/src/function/table/version/pragma_version.cpp" "$new/source/"
    mv "$new/unpacked/$sources/third_party"/{re2,fmt,utf8proc} "$new/source/third_party/"
    cp "$new/source/include/duckdb.h" "$new/include/"
    mv "$new/unpacked/package/$library" "$new/lib/"
    mv "$new/unpacked/package/LICENSE" "$new/LICENSE"
    rm -rf "$new/unpacked"
    publish "$new" "$deps/duckdb" "$made_from"
    rm -rf "$deps/downloads"
    say "DuckDB is in deps/duckdb"
}

provide_vega_datasets() {
    ! is_ready "$deps/vega-datasets" "$pin_vega_datasets" || return 0
    local new=$deps/vega-datasets.new
    rm -rf "$new"
    fetch "$pin_vega_datasets" "$new/unpacked" package/data package/README.md
    mv "$new/unpacked/package/data" "$new/unpacked/package/README.md" "$new/"
    rm -rf "$new/unpacked"
    publish "$new" "$deps/vega-datasets" "$pin_vega_datasets"
    rm -rf "$deps/downloads"
    say "the example tables are in deps/vega-datasets"
}

pins_of_python() { echo "$(<"$root/tests/interop/requirements.txt")"; }

# Made in its final place, since a virtual environment does not survive being moved; its stamp comes last.
provide_python() {
    local made_from
    made_from=$(pins_of_python)
    ! is_ready "$deps/venv" "$made_from" || return 0
    say "installing Python libraries for the tests: ${made_from//$'\n'/ }"
    rm -rf "$deps/venv"
    mkdir -p "$deps"
    quietly python3 -m venv "$deps/venv"
    quietly "$deps/venv/bin/python" -m pip install --disable-pip-version-check --only-binary :all: \
        -r "$root/tests/interop/requirements.txt"
    echo "$made_from" >"$deps/venv/.made-from"
}

provide_node() {
    local made_from
    made_from=$(<"$root/tests/interop/package-lock.json")
    ! is_ready "$deps/node" "$made_from" || return 0
    say "installing JavaScript libraries for the tests"
    local new=$deps/node.new
    rm -rf "$new"
    mkdir -p "$new"
    cp "$root/tests/interop/package.json" "$root/tests/interop/package-lock.json" "$new/"
    (cd "$new" && quietly npm ci --omit=dev --ignore-scripts --no-audit --no-fund)
    publish "$new" "$deps/node" "$made_from"
}

# What builds and tests the browser's part; beside its sources, where Node looks for it.
provide_web() {
    local made_from
    made_from=$(<"$root/web/package-lock.json")
    ! is_ready "$root/web/node_modules" "$made_from" || return 0
    say "installing JavaScript libraries for the browser's part"
    (cd "$root/web" && quietly npm ci --ignore-scripts --no-audit --no-fund)
    echo "$made_from" >"$root/web/node_modules/.made-from"
}
provide_browser() { :; }

provide_build() { provide_duckdb; }
provide_run() { provide_vega_datasets; }
provide_test() {
    provide_python
    provide_node
}
provide_bench() {
    provide_python
    provide_daff
}

# A peer of `diff`. qsv is looked for on the PATH: building it takes a Rust compiler and long.
provide_daff() {
    local made_from=daff==1.4.2
    ! is_ready "$deps/daff" "$made_from" || return 0
    say "installing $made_from to compare with"
    local new=$deps/daff.new
    rm -rf "$new"
    quietly "$deps/venv/bin/python" -m pip install --disable-pip-version-check --only-binary :all: --no-deps --target "$new" "$made_from"
    publish "$new" "$deps/daff" "$made_from"
}
provide_fuzz() { :; }
provide_lint() { :; }
provide_coverage() { :; }

# ---- WebAssembly ----------------------------------------------------------------------------------------------------

# emscripten with clang 15: see scripts/wasm/tool.
provide_wasm_toolchain() {
    local made_from name tool new=$deps/wasm/bin.new
    made_from=$(<"$root/scripts/wasm/tool")
    ! is_ready "$deps/wasm/bin" "$made_from" || return 0
    mkdir -p "$deps/wasm/llvm"
    for tool in /usr/lib/llvm-15/bin/*; do
        name=$(basename "$tool")
        ln -sf "$tool" "$deps/wasm/llvm/$name"
        ln -sf "$tool" "$deps/wasm/llvm/$name-14"
    done
    rm -rf "$new"
    mkdir -p "$new"
    for name in emcc em++ emar emranlib emnm; do cp "$root/scripts/wasm/tool" "$new/$name"; done
    publish "$new" "$deps/wasm/bin" "$made_from"
}

provide_wasm_libraries() {
    local made_from new=$deps/wasm/libraries.new
    made_from=$pins_wasm_libraries$(cat "$root/cmake/wasm_libraries/CMakeLists.txt" "$root/scripts/wasm/libraries.sh" | cksum)
    ! is_ready "$deps/wasm/libraries" "$made_from" || return 0
    say "compiling the C libraries for WebAssembly"
    rm -rf "$new"
    mkdir -p "$new"
    quietly "$root/scripts/wasm/libraries.sh" "$new"
    publish "$new" "$deps/wasm/libraries" "$made_from"
}

provide_wasm_engine() {
    local made_from new=$deps/wasm/duckdb.new
    made_from=$("$root/scripts/wasm/engine.sh" --key)
    ! is_ready "$deps/wasm/duckdb" "$made_from" || return 0
    if ! "$root/scripts/wasm/engine.sh" --cached; then
        say "compiling DuckDB for WebAssembly: once, about 36 CPU minutes"
        fetch "$pin_duckdb_header" "$deps/wasm/duckdb-sources"
        quietly "$root/scripts/wasm/engine.sh" --build "$deps/wasm/duckdb-sources/package"
        rm -rf "$deps/wasm/duckdb-sources" "$deps/downloads"
    fi
    rm -rf "$new"
    quietly "$root/scripts/wasm/engine.sh" "$new"
    publish "$new" "$deps/wasm/duckdb" "$made_from"
}

provide_wasm() {
    provide_duckdb
    provide_wasm_toolchain
    provide_wasm_libraries
    provide_wasm_engine
}

# ---------------------------------------------------------------------------------------------------------------------

[ "$#" -gt 0 ] || set -- build
for component in "$@"; do
    case $component in
    build | run | test | bench | fuzz | lint | coverage | wasm | web | browser) ;;
    *)
        say "unknown component $component; there are: build run test bench fuzz lint coverage wasm web browser"
        exit 2
        ;;
    esac
done

look "$@"
if [ "${#missing[@]}" -gt 0 ]; then
    install_packages
    look "$@"
    [ "${#missing[@]}" -eq 0 ] || fail "still missing after the installation: ${missing[*]}"
fi
for component in "$@"; do "provide_$component"; done
