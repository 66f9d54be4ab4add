#!/usr/bin/env bash
# Runs one test script with the Python of deps/venv; 77 means skipped, as CTest is told.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
python=${TARN_DEPS:-$root/deps}/venv/bin/python
if [ ! -x "$python" ]; then
    echo "skipped: $python is missing; scripts/setup.sh test makes it"
    exit 77
fi
exec "$python" "$@"
