#!/usr/bin/env bash
# docs.sh PROGRAM: write what the program says of itself into the man page, the completions, docs/commands.md, the ends of
# docs/cli.md and docs/requests.md, docs/openapi.json and the types of web/engine.
set -euo pipefail
program=$1
cd "$(dirname "$0")/.."
"$program" completion bash >completions/tarn.bash
"$program" completion zsh >completions/_tarn
"$program" help --man >docs/tarn.1
"$program" commands --markdown >docs/commands.md
"$program" help --requests openapi >docs/openapi.json
"$program" help --requests typescript >web/engine/src/requests.ts
page=$(mktemp)
trap 'rm -f "$page"' EXIT
# What stands before the mark is written by people.
renew() {
    local document=$1
    shift
    sed '/^<!-- printed by/q' "$document" >"$page"
    "$program" "$@" >>"$page"
    cat "$page" >"$document"
}
renew docs/cli.md help --markdown
renew docs/requests.md help --requests markdown
