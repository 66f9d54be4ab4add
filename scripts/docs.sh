#!/usr/bin/env bash
# docs.sh PROGRAM: write what the program says of itself into the man page, the completions, docs/commands.md
# and the end of docs/cli.md.
set -euo pipefail
program=$1
cd "$(dirname "$0")/.."
"$program" completion bash >completions/tarn.bash
"$program" completion zsh >completions/_tarn
"$program" help --man >docs/tarn.1
"$program" commands --markdown >docs/commands.md
page=$(mktemp)
trap 'rm -f "$page"' EXIT
sed '/^<!-- printed by/q' docs/cli.md >"$page"
"$program" help --markdown >>"$page"
cat "$page" >docs/cli.md
