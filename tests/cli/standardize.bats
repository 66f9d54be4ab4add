#!/usr/bin/env bats
# Finding different spellings, and making them one.
load support

cities() {
    cat >cities.csv <<'CSV'
id,city
1,New York
2,new york
3,New York
4,"York, New"
5,Paris
6,
7,París
8,Rome
CSV
    [ -d .tarn ] || tarn init -q
    tarn import -q cities.csv
}

@test "clusters are listed with counts and a suggestion" {
    cities
    run tarn cluster cities city
    [ "$status" -eq 0 ]
    has '2 × "New York"'
    has "2 clusters in 6 different texts"
    tarn cluster cities --column city --json | jq -e '.clusters == 2 and .values == 6 and .list[0].suggestion == "New York" and .list[0].rows == 4
        and (.list[0].values | map(.rows)) == [2, 1, 1] and .list[1].suggestion == "Paris"'
    run tarn cluster cities --column city -n 1
    has "1 shown"
    for method in ngram metaphone levenshtein jaro-winkler; do
        tarn cluster cities --column city --method "$method" --json | jq -e '.list | map(.suggestion) | index("New York") != null'
    done
    tarn cluster cities --column city --method levenshtein --threshold 1 --json | jq -e '.clusters == 2'
}

@test "standardize gives each cluster one spelling, in one undoable step" {
    cities
    run tarn apply cities standardize --column city --preview
    has "New York"
    tarn apply cities standardize --column city --json | jq -e '.cells_changed == 3 and .rows_changed == 3 and .version == 2'
    [ "$(value 'SELECT string_agg(coalesce(city, $$-$$), $$|$$ ORDER BY id) FROM cities')" = "New York|New York|New York|New York|Paris|-|Paris|Rome" ]
    run tarn apply cities standardize --column city
    has "nothing changed"
    tarn undo -q cities
    tarn apply -q cities standardize --column city --set 'map={"Rome": "Roma", "Paris": ""}'
    [ "$(value 'SELECT count(*) FROM cities WHERE city IN ($$Roma$$, $$$$)')" = 2 ]
}

@test "what cannot be clustered" {
    cities
    run --separate-stderr tarn cluster cities --column id
    fails 1 '"id" is not text'
    run --separate-stderr tarn cluster cities --column nosuch
    fails 1 nosuch
    run --separate-stderr tarn cluster cities
    fails 2 "tarn cluster TABLE COLUMN"
    run --separate-stderr tarn cluster cities city --column city
    fails 2 "given twice"
    run --separate-stderr tarn cluster cities --column city --method soundex
    [ "$status" -ne 0 ]
    run --separate-stderr tarn cluster cities --column city --method levenshtein --threshold 2.5
    fails 1 "from 1 to 10"
    run --separate-stderr tarn apply cities standardize --column id
    fails 1 id
    run --separate-stderr tarn apply cities standardize --column city --set 'map=[1]'
    fails 1 "JSON object"
}

@test "standardize-date leads to number=excel where a value may be a spreadsheet's day" {
    tarn init -q
    printf 'd\n45292\n45293\n' >d.csv
    tarn import -q d.csv --name d --all-text
    run tarn apply d standardize-date d
    [ "$status" -ne 0 ]
    has "say number=excel"
    run tarn apply d standardize-date d number=excel
    [ "$status" -eq 0 ]
    printf 'd\n123456\n' >e.csv
    tarn import -q e.csv --name e --all-text
    run tarn apply e standardize-date d
    lacks "number=excel"
}
