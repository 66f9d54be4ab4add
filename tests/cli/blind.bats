#!/usr/bin/env bats
# Comparing without showing values.
load support

# Two parties with a workspace each.
parties() {
    mkdir ours theirs
    printf 'id,town,n\n1,Paris,1\n2,Rome,2\n3,Oslo,3\n4,Bonn,\n4,Bonn,4\n,x,1\n' >ours/t.csv
    printf 'n,city,ref\n2.00,roma,2\n3.0,Oslo,3\n5.0,Wien,5\n,Lima,6\n' >theirs/t.csv
    for side in ours theirs; do
        tarn init -q $side
        (cd $side && tarn import -q t.csv)
    done
    export TARN_SECRET='a shared secret'
}

@test "two files of digests, or a table and a file: counts and columns" {
    parties
    (cd ours && tarn diff t --blind --key id --map town=city -o ../ours.arrow -q)
    (cd theirs && tarn diff t --blind --key ref -o ../theirs.arrow -q)
    tarn init -q
    run env -u TARN_SECRET "$TARN" diff ours.arrow theirs.arrow --blind
    has "2 rows added, 1 removed, 1 modified (1 cell), 3 not matched"
    has "city        1"
    has "several rows have the key: 2 in ours.arrow, 0 in theirs.arrow"
    has "the key is null: 1 in ours.arrow"
    tarn diff ours.arrow theirs.arrow --blind --json | jq -e '.rows == {"added":2,"removed":1,"modified":1} and .unmatched == 3
        and .before.table == "ours.arrow" and .before.rows == 6 and (.changes | length) == 4 and all(.changes[]; .row_before == null)'
    cd theirs
    tarn diff ../ours.arrow t --blind --key ref --json |
        jq -e '.rows == {"added":2,"removed":1,"modified":1} and ([.changes[].row_after] | sort) == [null,0,2,3]'
    run tarn diff ../ours.arrow t --blind --key ref
    has modified
    lacks roma
    cd ../ours
    tarn diff t ../theirs.arrow --blind --key id --map town=city --json |
        jq -e '.rows == {"added":2,"removed":1,"modified":1} and any(.changes[]; .change == "modified" and .row_before == 1 and .columns == ["city"])'
    run tarn diff t ../theirs.arrow --blind --key id --map town=city --exit-code
    [ "$status" -eq 1 ]
}

@test "no value, and no secret, is in the files" {
    parties
    cd ours
    tarn diff t --blind --key id -o d.arrow -q
    for word in Paris Rome Oslo Bonn "$TARN_SECRET"; do
        run grep -c "$word" d.arrow
        [ "$output" = 0 ]
        run grep -rc "$TARN_SECRET" .tarn
        lacks ":1"
    done
    # Equal values in different rows look different, and so does the same table under another secret.
    printf 'id,v\n1,same\n2,same\n3,same\n' >s.csv
    tarn import -q s.csv
    tarn diff s --blind --key id -o s.arrow -q
    tarn import -q s.arrow --table digests
    [ "$(value 'SELECT count(DISTINCT v) FROM digests')" = 3 ]
    printf 'another secret\n' >secret
    tarn diff s --blind --key id --secret-file secret -o other.arrow -q
    run --separate-stderr tarn diff s.arrow other.arrow --blind
    fails 1 "same secret"
    run --separate-stderr tarn diff s other.arrow --blind
    fails 1 "same secret"
    tarn diff s other.arrow --blind --secret-file secret --exit-code
    tarn diff s other.arrow --blind --secret-file - --exit-code <secret
    TARN_SECRET='another secret' tarn diff s other.arrow --blind --exit-code
}

@test "two tables of one workspace, blindly, as openly" {
    printf 'k,v,w\na,1,x\nb,2,y\nc,3,z\n' >a.csv
    printf 'k,v,w\nB ,2,y\nc,3,Z\nd,4,q\n' >b.csv
    tarn init -q
    tarn import -q a.csv b.csv
    for rules in "" "--ignore-case" "--ignore-case --ignore-space"; do
        # shellcheck disable=SC2086
        [ "$(tarn diff a b --key k --blind $rules --json | jq -c .rows)" = "$(tarn diff a b --key k $rules --json | jq -c .rows)" ]
    done
    tarn diff a a --key k --blind --exit-code
    run tarn diff a b --key k --blind
    lacks "2 → "
}

@test "what is wrong is said" {
    parties
    cd ours
    tarn diff t --blind --key id -o d.arrow -q
    run --separate-stderr env -u TARN_SECRET "$TARN" diff t d.arrow --blind
    fails 1 "--secret-file"
    run --separate-stderr env TARN_SECRET= "$TARN" diff t d.arrow --blind
    fails 1 "empty"
    run --separate-stderr tarn diff t --blind -o x.arrow
    fails 1 "--key"
    run --separate-stderr tarn diff t --blind --key nosuch -o x.arrow
    fails 1 nosuch
    run --separate-stderr tarn diff t nosuch.arrow --blind
    fails 1 nosuch.arrow
    run --separate-stderr tarn diff t --blind
    fails 2 "-o FILE.arrow"
    run --separate-stderr tarn diff t d.arrow --blind -o x.arrow
    fails 2 "d.arrow"
    run --separate-stderr tarn diff t d.arrow --blind --tolerance 1
    fails 2 "--tolerance"
    run --separate-stderr tarn diff t d.arrow --secret-file x
    fails 2 "--blind"
    run --separate-stderr tarn diff t d.arrow --blind --ignore-case
    fails 1 "different rules"
    tarn export -q t plain.arrow
    run --separate-stderr tarn diff t plain.arrow --blind
    fails 1 "no file of digests"
    head -c 700 d.arrow >torn.arrow
    run --separate-stderr tarn diff t torn.arrow --blind
    [ "$status" -eq 1 ]
    echo hello >text.arrow
    run --separate-stderr tarn diff t text.arrow --blind
    fails 1 "no file of digests"
}
