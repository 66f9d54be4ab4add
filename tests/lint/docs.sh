#!/usr/bin/env bash
# What the program says of itself and what docs/ says are the same.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
if [ ! -e "$root/docs/cli.md" ]; then
    echo "docs/cli.md is missing: make docs"
    exit 1
fi
"${TARN:?names the program}" help --markdown | diff -u "$root/docs/cli.md" - || {
    echo "docs/cli.md is out of date: make docs"
    exit 1
}
