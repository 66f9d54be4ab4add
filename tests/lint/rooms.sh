#!/usr/bin/env bash
# Holds the layout to its rules:
#   - a module includes itself and what CMakeLists.txt lets it depend on, directly or through that, and nothing else;
#   - the program includes the public headers, its own, and those of answer (which is built on the public ones), no other module's;
#   - the program prints by cli_print (print.h), which lets no foreign text move a terminal's cursor;
#   - no message of the library names the command line alone: a page has none;
#   - only .ci/run knows of a folder beside the repository;
#   - C++ is nowhere but in src/engine/duckdb;
#   - no tracked file is larger than 1 MB.
set -euo pipefail
cd "$(dirname "$0")/../.."

failures=0
complain() {
    echo "$1" >&2
    failures=$((failures + 1))
}

# The list of tarn_module(NAME dependency …) lines is the one place that says who may know whom.
declare -A allowed
while read -r name dependencies; do
    closure=" $name "
    for dependency in $dependencies; do
        closure+="${allowed[$dependency]:-} "
    done
    allowed[$name]=$closure
done < <(sed -n 's/^tarn_module(\(.*\))$/\1/p' CMakeLists.txt)
[ "${#allowed[@]}" -gt 0 ] || complain "CMakeLists.txt: no tarn_module lines were found"

for folder in src/*/; do
    name=$(basename "$folder")
    shopt -s nullglob
    files=("$folder"*.c "$folder"*.h "$folder"*/*.{h,cpp,hpp})
    shopt -u nullglob
    [ "${#files[@]}" -gt 0 ] || continue
    if [ "$name" = cli ]; then
        reach=" answer "
    elif [ -n "${allowed[$name]:-}" ]; then
        reach=${allowed[$name]}
    else
        complain "src/$name is no module of CMakeLists.txt"
        continue
    fi
    while IFS=: read -r file line text; do
        included=${text#*\"}
        room=${included%%/*}
        if [ "$room" = "$included" ] || [ ! -d "src/$room" ]; then continue; fi
        [[ $reach == *" $room "* ]] || complain "$file:$line: $name may not include $included"
    done < <(grep -nHE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "${files[@]}" || true)
done

# What the library says may reach a page, which has no command line: TARN_ASKER has both ways to say it.
while IFS= read -r file; do
    complain "$file: a message names the command line: TARN_ASKER(line, page) of base/asker.h says it for both"
done < <(find src -name '*.[ch]' ! -path 'src/cli/*' -exec perl -0777 -ne '
    s/TARN_ASKER\(\s*(?:(?:"(?:[^"\\]|\\.)*"|\w+)[\s\\]*)+,//g;
    print "$ARGV\n" if /"(?:[^"\\\n]|\\.)*\btarn (?:-C|init|import|export|show|sql|apply|undo|redo|log|diff|match|cluster|verify|gc|drop|rename|schema|audit)\b/;
' {} +)

# What prints the program's own words only, or data that was asked for as data.
own_words='src/cli/(print|help|manual|completion|cmd_commands|grid|json|progress|text)[.]c'
while IFS= read -r line; do
    complain "$line: print by cli_print"
done < <(grep -nHE '(^|[^a-z_])(f|v|vf)?printf\(' src/cli/*.c | grep -vE "^$own_words:" || true)

if git rev-parse --git-dir >/dev/null 2>&1; then
    outside='[.][.]/shared' # does not match its own spelling
    while read -r file; do
        [ "$file" = .ci/run ] || complain "$file names a folder outside the repository"
    done < <(git grep -lE "$outside" || true)
    while read -r file; do
        [[ $file == src/engine/duckdb/* ]] || complain "$file is C++, which has its place in src/engine/duckdb"
    done < <(git ls-files '*.cpp' '*.hpp' '*.cc')
    while IFS= read -r -d '' file; do
        [ -f "$file" ] || continue
        size=$(wc -c <"$file")
        [ "$size" -le 1048576 ] || complain "$file: $size bytes; tracked files stay under 1 MB"
    done < <(git ls-files -z)
fi

if [ "$failures" -gt 0 ]; then
    echo "$failures violations of the layout" >&2
    exit 1
fi
echo "the layout's rules hold"
