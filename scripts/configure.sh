#!/usr/bin/env bash
# configure.sh BUILD [cmake options]: configures a build folder; says something only when that fails.
set -euo pipefail
build=$1
shift
root=$(cd "$(dirname "$0")/.." && pwd)
if ! messages=$(cmake -G Ninja -S "$root" -B "$build" "$@" 2>&1); then
    echo "$messages" >&2
    exit 1
fi
