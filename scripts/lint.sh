#!/usr/bin/env bash
# lint.sh BUILD [JOBS]: everything that is checked without running the product. BUILD is a folder configured for clang; its
# compile_commands.json says what is compiled and how.
set -euo pipefail
build=$1
jobs=${2:-2}
cd "$(dirname "$0")/.."
failed=()

check() {
    local what=$1
    shift
    echo "lint: $what"
    "$@" || failed+=("$what")
}

format() { git ls-files -z '*.c' '*.h' '*.cpp' '*.hpp' | xargs -0 -r clang-format --dry-run -Werror; }

# tests/lint/analyzer.h renames what src/base/error.c defines, which is therefore read without it. The counts of suppressed
# warnings in system headers are noise. The analyzer is nineteen twentieths of the time: it follows 20,000 steps of a
# function, not its 225,000, which takes a fifth.
tidy() {
    local log=$build/clang-tidy.log ok=true
    local bounded=(-extra-arg=-Xclang -extra-arg=-analyzer-config -extra-arg=-Xclang -extra-arg=max-nodes=20000)
    run-clang-tidy -quiet -j "$jobs" -p "$build" "${bounded[@]}" -extra-arg=-include \
        -extra-arg="$PWD/tests/lint/analyzer.h" "$PWD/(src|examples)/(?!base/error\.c).*\.c$" >"$log" 2>&1 || ok=false
    run-clang-tidy -quiet -p "$build" "${bounded[@]}" "$PWD/src/base/error\.c$" >>"$log" 2>&1 || ok=false
    if $ok; then return 0; fi
    sed 's/\x1b\[[0-9;]*m//g' "$log" | grep -vE '^(clang-tidy|[0-9]+ warnings? generated|$)|warnings? treated as errors' || true
    return 1
}

# The engine's and the page's TypeScript, with what Svelte warns of.
types() {
    node web/node_modules/typescript/bin/tsc -p web/engine &&
        node web/node_modules/svelte-check/bin/svelte-check --tsconfig web/app/tsconfig.json --fail-on-warnings --threshold warning --output human
}

scripts() { git ls-files -z '*.sh' .ci/run | xargs -0 -r shellcheck -x; }

check "formatting" format
check "the layout's rules" tests/lint/rooms.sh
if [ -e web/node_modules/.made-from ]; then check "types of web/" types; fi
if command -v shellcheck >/dev/null; then check "shell scripts" scripts; fi
check "clang-tidy" tidy
if [ "${#failed[@]}" -gt 0 ]; then
    echo "lint: failed: ${failed[*]}" >&2
    exit 1
fi
echo "lint: clean"
