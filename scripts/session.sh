#!/usr/bin/env bash
# A guided session on real tables, in a temporary folder: each command is printed before its output.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
program=${TARN:-$root/build/tarn}
data=$root/deps/vega-datasets/data
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
PATH=$(dirname "$program"):$PATH

say() { printf '\n# %s\n' "$*"; }

# Prints a command as it would be typed, then runs it.
run() {
    local word line=
    for word in "$@"; do
        case $word in
        *\'*) word="\"$word\"" ;;
        *[!A-Za-z0-9_./=@~:,-]*) word="'$word'" ;;
        esac
        line+="$word "
    done
    printf '\n$ %s\n' "${line% }"
    "$@"
}

# Two deliveries of the same: what pilots reported of birds.
head -n 8001 "$data/birdstrikes.csv" >strikes.csv
{
    head -n 1 "$data/birdstrikes.csv"
    tail -n 2000 "$data/birdstrikes.csv"
} >more.csv

say "A workspace is a folder; files become tables, whatever their format"
run tarn init
run tarn import strikes.csv
run tarn show strikes -n 3 --columns "Airport Name,Aircraft Airline Operator,Wildlife Species,Flight Date,Cost Total \$"

say "Look before you change: nothing is written by a preview"
run tarn apply strikes title-case "Airport Name" "Aircraft Airline Operator" --preview 3

say "Each command makes a version, and keeps what did not change"
run tarn apply strikes title-case "Airport Name" "Aircraft Airline Operator"
run tarn apply strikes replace "Airport Name" --find Arpt --replace Airport
run tarn apply strikes replace "Aircraft Airline Operator" --find '*'
run tarn apply strikes replace "Wildlife Species" --find '^Unknown bird.*' --replace Unknown --regex
run tarn apply strikes filter '"Speed IAS in knots" > 0'
run tarn apply strikes remove-duplicates
run tarn apply strikes drop "Cost Other" "Cost Repair"
run tarn apply strikes rename "Cost Total \$" --to cost
run tarn apply strikes add-column year --expr 'year("Flight Date")'
run tarn apply strikes edit year --row 0 --value 1991

say "That last one was wrong: back, whatever it was and however large the table"
run tarn undo strikes
run tarn log strikes
run tarn diff strikes@1 --stat

say "The same again for the next delivery: the history is a recipe"
run tarn recipe save clean strikes
run tarn import more.csv
run tarn recipe run clean more
run tarn apply strikes stack more

say "Ask anything in SQL, of any version"
run tarn sql 'SELECT "Wildlife Species" AS species, count(*) AS strikes, sum(cost) AS cost FROM strikes GROUP BY ALL ORDER BY cost DESC LIMIT 5'
run tarn sql 'SELECT (SELECT count(*) FROM strikes) AS now, (SELECT count(*) FROM "strikes@1") AS imported'

say "Take it anywhere, and show who did what"
run tarn export strikes strikes.parquet
run tarn audit strikes
run tarn audit --verify
run tarn verify

say "That was all. The program is $program; '$program help' lists its commands"
