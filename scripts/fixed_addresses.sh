#!/usr/bin/env bash
# Runs a command without address space randomisation where that can be switched off: the thread sanitizer's map of memory
# does not fit the wide randomisation of newer Linux kernels.
set -eu
if command -v setarch >/dev/null && setarch "$(uname -m)" -R true 2>/dev/null; then
    exec setarch "$(uname -m)" -R "$@"
fi
exec "$@"
