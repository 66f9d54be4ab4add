#!/usr/bin/env bash
# Holds what is printed from the declarations of requests to what is checked in: docs/requests.md, docs/openapi.json and the
# types of web/engine. TARN is the program.
set -euo pipefail
cd "$(dirname "$0")/../.."
failures=0
same() {
    local file=$1
    shift
    if ! diff -u "$file" <("$@") >/dev/null; then
        echo "$file is not what the declarations say: make docs renews it" >&2
        failures=$((failures + 1))
    fi
}
# shellcheck disable=SC2317 # same calls it
written() { sed '/^<!-- printed by/q' "$1" && "$TARN" help --requests markdown; }
same docs/openapi.json "$TARN" help --requests openapi
same web/engine/src/requests.ts "$TARN" help --requests typescript
same docs/requests.md written docs/requests.md
exit $((failures > 0))
