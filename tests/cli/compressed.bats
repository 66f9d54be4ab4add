#!/usr/bin/env bats
# Files compressed as a whole: read as what is in them, and bounded.
load support

# squeeze HOW: standard input to standard output, by what every machine with the tests has.
squeeze() {
    case $1 in
    gz) gzip -c ;;
    zst) zstd -qc ;;
    esac
}

nothing_left() {
    [ -z "$(find .tarn -name '*decompressed*')" ]
}

@test "every format, by content, the table's name without both endings" {
    tarn init -q
    for how in gz zst; do
        printf 'id,city\n1,Rome\n2,Oslo\n' | squeeze $how >"places.csv.$how"
        printf '{"id":1,"city":"Rome"}\n{"id":2,"city":"Oslo"}\n' | squeeze $how >"lines.ndjson.$how"
        printf '[{"id":1,"city":"Rome"},{"id":2,"city":"Oslo"}]' | squeeze $how >"array.json.$how"
        printf 'id\tcity\n1\tRome\n2\tOslo\n' | squeeze $how >"tabs.tsv.$how"
        cp "places.csv.$how" nameless
        tarn import -q "places.csv.$how" "lines.ndjson.$how" "array.json.$how" "tabs.tsv.$how" nameless
        for table in places lines array tabs nameless; do
            [ "$(tarn export $table - --format csv)" = $'id,city\n1,Rome\n2,Oslo' ]
            tarn drop -q $table
        done
        tarn import -q - --name input <"places.csv.$how"
        tarn export input inside.parquet --force
        squeeze $how <inside.parquet >"inside.parquet.$how"
        tarn import -q "inside.parquet.$how" --name inside
        [ "$(tarn export inside - --format csv)" = $'id,city\n1,Rome\n2,Oslo' ]
        tarn drop -q input
        tarn drop -q inside
    done
    nothing_left
}

@test "members and frames that follow each other are one text" {
    tarn init -q
    for how in gz zst; do
        { printf 'n\n1\n' | squeeze $how; printf '2\n3\n' | squeeze $how; } >"several.csv.$how"
        tarn import -q "several.csv.$how" --name "several_$how"
        [ "$(tarn export "several_$how" - --format csv)" = $'n\n1\n2\n3' ]
    done
    { printf 'n\n1\n' | gzip; head -c 1000 /dev/zero; } >padded.gz # as on a tape
    tarn import -q padded.gz
}

@test "cut off, damaged or compressed twice: said so, and nothing is left" {
    tarn init -q
    before=$(fingerprint)
    for how in gz zst; do
        seq 100000 | squeeze $how >"whole.$how"
        head -c 5000 "whole.$how" >"cut.csv.$how"
        run --separate-stderr tarn import "cut.csv.$how"
        fails 1 "cut.csv.$how" "cut off"
        { head -c 3000 "whole.$how"; printf 'xxxxxxxxxxxxxxxx'; tail -c +3017 "whole.$how"; } >"bad.csv.$how"
        run --separate-stderr tarn import "bad.csv.$how"
        fails 1 "bad.csv.$how" "damaged"
        squeeze $how <"whole.$how" >"twice.$how"
        run --separate-stderr tarn import "twice.$how"
        fails 1 "twice.$how" "compressed twice"
        printf '' | squeeze $how >"empty.csv.$how"
        run --separate-stderr tarn import "empty.csv.$how"
        fails 1 "empty.csv.$how" "is empty"
    done
    [ "$(fingerprint)" = "$before" ]
    nothing_left
}

@test "what expands beyond measure is refused" {
    tarn init -q
    python3 - <<'PY'
import gzip, zlib
block = b"\n" * (1 << 20)
c = zlib.compressobj(9, zlib.DEFLATED, 31)
with open("bomb.csv.gz", "wb") as f:
    for _ in range(700):
        f.write(c.compress(block))
    f.write(c.flush())
PY
    run --separate-stderr tarn import bomb.csv.gz
    fails 1 bomb.csv.gz "much for its size"
    nothing_left
}

@test "an archive of one table is read, whatever lies beside it" {
    tarn init -q
    pack() { python3 -c 'import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    for name in sys.argv[2:]: archive.write(name)' "$@"; }
    printf 'id,city\n1,Paris\n2,Rome\n' >Cities.csv
    mkdir __MACOSX sub
    echo x >__MACOSX/._Cities.csv
    cp Cities.csv sub/more.tsv
    echo "free to use" >LICENSE.md
    pack Cities.zip __MACOSX/._Cities.csv Cities.csv
    run tarn import Cities.zip
    [ "$status" -eq 0 ]
    has "Cities from Cities.zip"
    has "csv · UTF-8 · delimiter , · names in line 1"
    has "2 rows × 2 columns"
    lacks "warning"
    pack 'beside.csv.zip' LICENSE.md Cities.csv
    run tarn import beside.csv.zip
    has "beside from"
    has "read from the archive: cities.csv; left out: license.md"
    tarn import -q --format csv Cities.zip --name asked
    tarn export -q Cities book.xlsx && pack book.zip book.xlsx
    run tarn import book.zip
    has "xlsx"
    has "2 rows × 2 columns"
    tarn import -q - --name piped <Cities.zip
    [ "$(value 'SELECT count(*) FROM piped')" = 2 ]
    before=$(fingerprint)
    pack several.zip Cities.csv sub/more.tsv
    run --separate-stderr tarn import several.zip
    fails 1 "several.zip is an archive of several files that may be tables" "unpack it" "cities.csv" "sub/more.tsv"
    cp LICENSE.md other.md && pack none.zip LICENSE.md other.md
    run --separate-stderr tarn import none.zip
    fails 1 "none.zip is an archive without a file that is named as tables are" "license.md, other.md"
    head -c 60 Cities.zip >cut.zip
    run --separate-stderr tarn import cut.zip
    fails 1 cut.zip
    [ "$(fingerprint)" = "$before" ]
    [ -z "$(ls .tarn/tmp)" ]
}

@test "binary data is refused before all of it is decompressed" {
    tarn init -q
    head -c 100000000 /dev/zero | gzip -1 >zeros.csv.gz
    run tarn import zeros.csv.gz
    [ "$status" -ne 0 ]
    has "it is binary data"
    # What is cut off far behind its beginning is never looked at.
    head -c 100000 zeros.csv.gz >cut.csv.gz
    run tarn import cut.csv.gz
    has "it is binary data"
    [ -z "$(ls .tarn/tmp)" ]
}
