#!/usr/bin/env bats
# Finding rows that are probably the same, and making one of them.
load support

people() {
    cat >people.csv <<'CSV'
id,name,city,phone,born
1,Jon Smith,Oslo,,1990-01-02
2,John Smith,Oslo,555-1234,1990-01-02
3,"Smith, John",Oslo,555-1234,
4,Katherine Jones,Bergen,555-9999,1985-05-05
5,Catherine Jones,Bergen,,1985-05-05
6,Catherine Jones,Bergen,,1985-05-05
7,Bob,Paris,1,2000-01-01
8,,Paris,,
CSV
    [ -d .tarn ] || tarn init -q
    tarn import -q people.csv
}

@test "pairs are listed with ids, values and similarities, in groups" {
    people
    run tarn match people -c name -c city
    [ "$status" -eq 0 ]
    has "John Smith"
    has "0:1  0.99 (name 0.97, city 1.00)"
    has "2 groups of 5 rows that are at least 0.85 alike, among 8 rows"
    has "1 row has no value in name and was compared with no other"
    tarn match people -c name -c city --json | jq -e '.groups == 2 and .rows == 5 and .pairs == 3 and .table_rows == 8 and .block == "none"
        and .threshold == 0.85 and (.list[0].rows | map(.row)) == [3, 4, 5]
        and .list[0].pairs[0] == {"rows": [4, 5], "similarity": 1, "similarities": [1, 1]}
        and .list[1].rows[0].values == ["Jon Smith", "Oslo"] and .list[1].pairs[0].similarities[0] == 0.9733'
    tarn match people -c name -c city -n 1 --json | jq -e '.groups == 2 and (.list | length) == 1'
    run tarn match people -c name -c city -n 1
    has "1 shown, -n shows more"
}

@test "ways to compare, weights, thresholds and blocks" {
    people
    tarn match people -c name --compare words --json | jq -e '[.list[].rows | map(.row)] == [[0, 1, 2], [4, 5]]'
    tarn match people -c name --compare exact --json | jq -e '.groups == 1 and .pairs == 1'
    tarn match people -c name -c born --weight 1 --weight 9 --threshold 0.99 --json | jq -e '[.list[].rows | map(.row)] == [[3, 4, 5], [0, 1]]'
    tarn match people -c name -c city --threshold 1 --json | jq -e '.groups == 1'
    tarn match people -c id --threshold 0.8 --json | jq -e '.columns[0].compare == "number" and .list[0].pairs[0].similarity == 0.875'
    tarn match people -c name --block metaphone --json | jq -e '.block == "metaphone" and .groups == 2 and .compared < 28'
    tarn match people -c name --block first-letter --json | jq -e '[.list[].rows | map(.row)] == [[4, 5], [0, 1]]'
    tarn match people -c name --block fingerprint --threshold 0.5 --json | jq -e '[.list[].rows | map(.row)] == [[4, 5], [1, 2]]'
    tarn match people -c name --block ngram --json | jq -e '.groups == 2 and .rows == 5'
    tarn match people -c city --on phone --block fingerprint --json | jq -e '[.list[].rows | map(.row)] == [[1, 2]] and .on == "phone" and (.note | startswith("4 rows"))'
}

@test "chosen pairs become one row, in one undoable step" {
    people
    run tarn apply people merge --set pairs=0:1,1:2 --preview
    has "would remove 2 rows; 1 group becomes one row, filling 1 empty cell; people is as it was"
    run tarn apply people merge --set pairs=0:1,1:2
    has "merge: removed 2 rows; 1 group becomes one row, filling 1 empty cell"
    [ "$(value 'SELECT name || phone FROM people WHERE id = 1')" = "Jon Smith555-1234" ]
    [ "$(value 'SELECT count(*) FROM people')" = 6 ]
    run tarn audit
    has "merge pairs=0:1,1:2 block=auto threshold=0.85 keep=first fill=true result=0:1:2"
    tarn undo -q people
    [ "$(value 'SELECT count(phone) FROM people')" = 4 ]
    tarn apply -q people merge --set pairs=0:1:2 --set keep=last --set fill=false
    [ "$(value 'SELECT string_agg(id::VARCHAR, $$-$$ ORDER BY id) || $$ $$ || count(born) FROM people')" = "3-4-5-6-7-8 4" ]
    tarn undo -q people
    tarn apply -q people merge --set pairs=0:2:1 --set keep=most-complete
    [ "$(value 'SELECT string_agg(id::VARCHAR, $$-$$ ORDER BY id) FROM people')" = "2-4-5-6-7-8" ]
    tarn audit --verify
}

@test "all that are alike become one row, also by a recipe on another table" {
    people
    tarn apply people merge -c name -c city --json | jq -e '.rows == 5 and .rows_changed == 3 and .cells_changed == 1'
    run tarn apply people merge -c name -c city
    has "nothing changed"
    tarn recipe save -q dedupe people
    cp people.csv others.csv
    tarn import -q others.csv
    tarn recipe run -q dedupe others
    [ "$(value 'SELECT count(*) FROM others')" = 5 ]
    tarn undo -q people
    tarn apply -q people merge --set pairs=0:1
    tarn undo -q others
    tarn recipe save -q chosen people
    tarn recipe run -q chosen others
    [ "$(value 'SELECT count(*) FROM others')" = 7 ]
    run --separate-stderr tarn recipe run chosen others
    fails 1 "there is no row 1 in the table"
}

@test "what cannot be matched or merged" {
    people
    run --separate-stderr tarn match people
    fails 2 --column
    run --separate-stderr tarn match people -c nosuch
    fails 1 nosuch
    run --separate-stderr tarn match people -c name -c name
    fails 1 "named twice"
    run --separate-stderr tarn match people -c name --threshold 2
    fails 1 "from 0.01 to 1"
    run --separate-stderr tarn match people -c name --compare number
    fails 1 "is no number"
    run --separate-stderr tarn match people -c name -c city -c born --weight 1 --weight 2
    fails 1 "not 2 times for 3"
    run --separate-stderr tarn match people -c name --block soundex
    [ "$status" -ne 0 ]
    for pairs in "" 1 0:a 0-1 "0:1;2:3" 0:1, 0: ; do
        run --separate-stderr tarn apply people merge --set "pairs=$pairs"
        fails 1 "pairs must be row ids"
    done
    run --separate-stderr tarn apply people merge --set pairs=0:0
    fails 1 "with itself"
    run --separate-stderr tarn apply people merge --set pairs=0:99
    fails 1 "there is no row 99"
    run --separate-stderr tarn apply people merge --set pairs=0:1 -c name
    fails 1 "either pairs or columns"
    run --separate-stderr tarn apply people merge
    fails 1 "merge needs either pairs"
}

@test "a long chain of rows is shown in part, with what tells its rows apart" {
    tarn init -q
    for i in $(seq 1 60); do echo "the same long beginning $i"; done | sed '1i name' >chain.csv
    tarn import -q chain.csv
    run tarn match chain --column name
    [ "$status" -eq 0 ]
    has "and 50 rows more"
    has "a group of 60 rows hangs together by chains of pairs"
    run tarn match chain --column name --compare exact
    [ "$status" -eq 0 ]
    lacks "hangs together"
}
