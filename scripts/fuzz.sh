#!/usr/bin/env bash
# fuzz.sh BUILD SECONDS [JOBS]: runs every fuzzer of a build for so long, several at a time. New inputs are kept in
# BUILD/fuzz/corpus; what breaks something is left in BUILD/fuzz/findings and fails the run.
set -euo pipefail
build=$(cd "$1" && pwd)
seconds=$2
jobs=${3:-2}
root=$(cd "$(dirname "$0")/.." && pwd)
findings=$build/fuzz/findings
mkdir -p "$findings"

# A hang is a finding after ten seconds; an allocation beyond the limit is one at once.
fuzz_one() {
    local name seeds corpus dictionary=()
    name=$(basename "$1")
    corpus=$build/fuzz/corpus/$name
    seeds=$root/tests/fuzz/corpus/$name
    mkdir -p "$corpus"
    [ -d "$seeds" ] || seeds=
    [ ! -e "$root/tests/fuzz/$name.dict" ] || dictionary=("-dict=$root/tests/fuzz/$name.dict")
    if UBSAN_OPTIONS=print_stacktrace=1 LSAN_OPTIONS="suppressions=$root/tests/sanitizers/leak.txt:print_suppressions=0" \
        "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=512 -print_final_stats=1 \
        "-artifact_prefix=$findings/$name-" ${dictionary[@]+"${dictionary[@]}"} \
        "$corpus" ${seeds:+"$seeds"} >"$build/fuzz/$name.log" 2>&1; then
        echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$build/fuzz/$name.log") inputs in $seconds s, nothing found"
    else
        tail -n 60 "$build/fuzz/$name.log"
        echo "$name: failed; the input is in $findings"
        return 1
    fi
}
export -f fuzz_one
export build seconds root findings

shopt -s nullglob
fuzzers=()
for candidate in "$build"/fuzz/fuzz_*; do
    if [ -f "$candidate" ] && [ -x "$candidate" ]; then fuzzers+=("$candidate"); fi
done
if [ "${#fuzzers[@]}" -eq 0 ]; then
    echo "no fuzzers in $build/fuzz" >&2
    exit 1
fi
# shellcheck disable=SC2016 # the inner shell expands it
printf '%s\0' "${fuzzers[@]}" | xargs -0 -n 1 -P "$jobs" bash -c 'fuzz_one "$1"' fuzz
