#!/usr/bin/env bash
# coverage.sh BUILD: what the tests of an instrumented build reached, by file; fails when fewer than 85 % of the lines in src/
# were run. BUILD/coverage/index.html shows every line.
set -euo pipefail
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
floor=85
mkdir -p "$build/coverage"
gcovr --root . --filter src/ --object-directory "$build" -j "$(getconf _NPROCESSORS_ONLN)" \
    --exclude-unreachable-branches --html-details "$build/coverage/index.html" \
    --txt - --print-summary --fail-under-line "$floor" "$build"
