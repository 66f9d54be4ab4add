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

cp "$data/movies.json" "$data/birdstrikes.csv" .

say "A workspace is a folder; files become tables, whatever their format"
run tarn init
run tarn import movies.json birdstrikes.csv
run tarn tables
run tarn schema movies
run tarn show movies -n 5 --columns "Title,Release Date,US Gross,IMDB Rating"

say "Ask anything in SQL"
run tarn sql 'SELECT "Major Genre" AS genre, count(*) AS films, round(avg("IMDB Rating"), 2) AS rating FROM movies GROUP BY ALL ORDER BY rating DESC LIMIT 5'

say "Every change makes a version, and keeps what did not change"
run tarn apply movies filter --set where='"IMDB Rating" IS NOT NULL'
run tarn apply movies lowercase --column "Major Genre"
run tarn apply movies standardize-date --column "Release Date" --preview 3
run tarn apply movies set --column "IMDB Rating" --set expr='round("IMDB Rating")'
run tarn apply movies edit --column Director --set row=0 --set value="Gillies MacKinnon"
run tarn apply movies rename --column "US Gross" --set to=gross
run tarn log movies
run tarn sql 'SELECT (SELECT count(*) FROM movies) AS now, (SELECT count(*) FROM "movies~5") AS before'

say "See what changed between any two versions"
run tarn diff movies@1 --stat

say "Step back and forth"
run tarn undo movies 3
run tarn redo movies
run tarn show movies -n 3 --ids --columns "Title,Major Genre,Director"
run tarn checkout movies@1
run tarn show movies -n 3 --columns "Title,US Gross"

say "Take it anywhere"
run tarn export birdstrikes birdstrikes.parquet
run tarn sql 'SELECT * FROM movies WHERE "US Gross" > 400000000' --format csv -o hits.csv
run ls -l birdstrikes.csv birdstrikes.parquet hits.csv
run tarn verify
run tarn audit --verify
run tarn info

say "That was all. The program is $program; '$program help' lists its commands"
