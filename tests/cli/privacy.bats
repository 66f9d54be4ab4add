#!/usr/bin/env bats
# Hiding what is personal, secrets that are kept nowhere, and key maps.
load support

persons() {
    cat >persons.csv <<'CSV'
id,name,phone,born,salary
1,Ann Lee,+49 171-555,1990-01-02,100.50
2,Bob Ray,4111 1111 1111 1234,1985-12-31,7
3,Ann Lee,,,
4,"",,1990-01-02,-5
CSV
    [ -d .tarn ] || tarn init -q
    tarn import -q persons.csv
}

@test "a key map says which value became which, to its owner only" {
    persons
    umask 022
    run tarn apply persons fake-name -c name --set secret=topsecretsauce --key-map names.csv
    [ "$status" -eq 0 ]
    has "names.csv"
    [ "$(stat -c %a names.csv)" = 600 ]
    [ "$(head -n 2 names.csv | tail -n 1)" = 'name,"",""' ]
    [ "$(wc -l <names.csv)" -eq 4 ]
    name=$(value 'SELECT name FROM persons WHERE id = 1')
    grep -qx "name,Ann Lee,$name" names.csv
    run tarn audit
    has "secret=***"
    has "key map written to names.csv"
    [ "$(ls)" = "$(printf 'names.csv\npersons.csv')" ]
    run grep -rl topsecretsauce .tarn
    [ "$status" -eq 1 ]
}

@test "every command that hides has a key map, in every format" {
    persons
    for command in "hash -c name -c phone --set secret=s" "scramble -c phone --set secret=s" "mask -c phone" "last4 -c phone" \
        "redact -c salary -c name" "zero -c salary" "year-only -c born" "jitter-date -c born --set days=9 --set seed=s"; do
        rm -f map.json
        # shellcheck disable=SC2086
        tarn apply persons $command --key-map map.json --json | jq -e '.key_map.path == "map.json" and .key_map.values > 0 and .change.changed'
        jq -e 'length > 0 and all(.[]; (keys == ["column", "original", "replacement"]) and .original != null)' map.json
        tarn undo -q persons
    done
    tarn commands --json | jq -e '[.[] | select(.key_map).name] == ["fake-name", "hash", "jitter-date", "last4", "mask", "redact", "scramble", "year-only", "zero"]'
    tarn apply -q persons hash -c name -c name --set secret=s --key-map map.parquet
    [ "$(stat -c %a map.parquet)" = 600 ]
    tarn import -q map.parquet
    [ "$(value 'SELECT count(*) FROM map WHERE "column" = $$name$$ AND length(replacement) IN (0, 64)')" = 3 ]
}

@test "a key map is refused before anything is done" {
    persons
    echo kept >there.csv
    run --separate-stderr tarn apply persons hash -c name --set secret=s --key-map there.csv
    fails 1 "there.csv is there already"
    [ "$(cat there.csv)" = kept ]
    run --separate-stderr tarn apply persons trim -c name --key-map new.csv
    fails 1 "trim has no key map"
    run --separate-stderr tarn apply persons hash -c name --set secret=s --key-map -
    fails 1 "not to standard output"
    run --separate-stderr tarn apply persons hash -c name --set secret=s --key-map nosuch/new.csv
    fails 1 "folder does not exist"
    run --separate-stderr tarn apply persons hash -c name --set secret=s --key-map new.what
    fails 1 "not a format to write"
    run --separate-stderr tarn apply persons hash -c name --set secret=s --key-map new.csv --preview
    fails 2 "leave out --preview"
    run --separate-stderr tarn apply persons hash -c name --set secret= --key-map new.csv
    fails 1 "secret is empty"
    [ ! -e new.csv ]
    tarn tables --json | jq -e '.[0].version == 1'
}

@test "a secret from a file or standard input is the same as one that is said, and is kept nowhere" {
    persons
    printf 'topsecretsauce\n' >secret.txt
    tarn apply -q persons hash -c name --set secret=topsecretsauce
    said=$(value 'SELECT name FROM persons WHERE id = 1')
    tarn undo -q persons
    tarn apply -q persons hash -c name --secret-file secret.txt
    [ "$(value 'SELECT name FROM persons WHERE id = 1')" = "$said" ]
    tarn undo -q persons
    printf 'topsecretsauce' | tarn apply -q persons hash -c name --secret-file -
    [ "$(value 'SELECT name FROM persons WHERE id = 1')" = "$said" ]
    tarn apply -q persons cast -c born --set type=date
    tarn apply -q persons jitter-date -c born --set days=5 --secret-file secret.txt
    ! grep -rq topsecretsauce .tarn
    run --separate-stderr tarn apply persons hash -c name --secret-file nowhere.txt
    fails 2 "nowhere.txt"
    : >empty.txt
    run --separate-stderr tarn apply persons hash -c name --secret-file empty.txt
    fails 2 "empty.txt is empty"
}
