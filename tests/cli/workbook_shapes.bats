#!/usr/bin/env bats
# What stands around a table in a workbook is judged as it is in a CSV file, and said with its rows.
load support

# ROWS in JSON, a line each, as NAME.xlsx and NAME.ods
sheet() {
    local name=$1 title=$2
    shift 2
    tee "$name.rows" | python3 "$BATS_TEST_DIRNAME/make_sheet.py" "$name.xlsx" "$title" "$@"
    python3 "$BATS_TEST_DIRNAME/make_sheet.py" "$name.ods" "$title" "$@" <"$name.rows"
}

ten_rows() {
    for i in 1 2 3 4 5 6 7 8 9 10; do echo "[$i, \"name $i\", $i.5]"; done
}

@test "notes below the table are left out, and their rows said" {
    tarn init -q
    { echo '["id", "name", "amount"]' && ten_rows && printf '[]\n["Source: the office"]\n["Preliminary figures"]\n'; } | sheet notes Sheet1
    for kind in xlsx ods; do
        run tarn import "notes.$kind" --name "$kind"
        [ "$status" -eq 0 ]
        has "10 rows × 3 columns"
        has "id BIGINT, name VARCHAR, amount DOUBLE"
        has "rows 13 to 14 below the table left out as notes; keep them by --skip-footer 0"
        run tarn import "notes.$kind" --name "all_$kind" --skip-footer 0
        has "12 rows"
        has "id VARCHAR"
        [[ "$output" != *"left out as notes"* ]]
    done
}

@test "a row of totals is kept and said, and left out when asked" {
    tarn init -q
    { echo '["name", "amount"]' && ten_rows | cut -d, -f2- | sed 's/^ /[/' && echo '["Total", 60]'; } | sheet totals Sheet1
    for kind in xlsx ods; do
        run tarn import "totals.$kind" --name "$kind"
        has "11 rows"
        has 'row 12 ("Total") looks like totals and was kept as a row; leave it out by --skip-footer 1'
        run tarn import "totals.$kind" --name "less_$kind" --skip-footer 1
        has "10 rows"
        has "row 12 at the end left out"
    done
}

@test "a table in the middle of a sheet, below a merged title" {
    tarn init -q
    { printf '["Report 2024"]\n[]\n[null, "city", "n"]\n' && for i in 1 2 3 4 5; do echo "[null, \"c$i\", $i]"; done
        printf '[null, "Sum:", 15]\n[]\n["Source: x y z"]\n'; } | sheet report 'Q1 sales' A1:C1
    for kind in xlsx ods; do
        run tarn import "report.$kind" --name "$kind"
        has "6 rows × 2 columns"
        has "city VARCHAR, n BIGINT"
        has "row 1 above the names (row 3) left out"
        has "row 11 below the table left out as notes"
        has 'row 9 ("Sum") looks like totals and was kept as a row; leave it out by --skip-footer 2'
    done
}

@test "rows are skipped at both ends, and the header is counted from behind them" {
    tarn init -q
    { printf '["junk", "a", 1]\n["more", "b", 2]\n["id", "x", "y"]\n' && ten_rows && printf '["end", 9, 9]\n["end", 9, 9]\n'; } | sheet skip Sheet1
    for kind in xlsx ods; do
        run tarn import "skip.$kind" --name "$kind" --skip 2 --skip-footer 2
        has "10 rows × 3 columns"
        has "id BIGINT, x VARCHAR, y DOUBLE"
        has "rows 14 to 15 at the end left out"
        run tarn import "skip.$kind" --name "given_$kind" --skip 2 --header-row 1 --skip-footer 2
        has "id BIGINT, x VARCHAR, y DOUBLE"
        run tarn import "skip.$kind" --name "none_$kind" --skip 3 --header-row 0 --skip-footer 2
        has "column_1 BIGINT, column_2 VARCHAR, column_3 DOUBLE"
        run --separate-stderr tarn import "skip.$kind" --name "nothing_$kind" --skip 100
        fails 1 '"Sheet1" is empty'
    done
}

@test "why a column became text is told with cells as places" {
    tarn init -q
    { echo '["id", "amount"]' && ten_rows | sed 's/"[^"]*", //' && printf '[11, "n/a"]\n[12, "-"]\n'; } | sheet odd Sheet1
    { echo '["id", "day"]' && for i in 1 2 3 4 5; do echo "[$i, {\"date\": \"2024-01-0$i\"}]"; done && echo '[6, 45000]'; } | sheet days "It's new"
    { echo '["code", "n"]' && ten_rows | cut -d, -f1,3 && echo '["007", 1]'; } | sheet codes Sheet1
    for kind in xlsx ods; do
        run tarn import "odd.$kind" --name "odd_$kind"
        has 'amount: 2 of 12 are no numbers: "n/a" (Sheet1!B12), "-" (Sheet1!B13)'
        run tarn import "odd.$kind" --name "null_$kind" --null n/a --null -
        has "amount DOUBLE"
        run tarn import "days.$kind" --name "days_$kind"
        has "day: 1 of 6 is no date: \"45000\" ('It''s new'!B7)"
        run tarn import "codes.$kind" --name "codes_$kind"
        has "code VARCHAR"
        [[ "$output" != *"became text"* ]]
    done
}

@test "a row of units is left out, and rows of names are put together" {
    tarn init -q
    { printf '["id", "mass", "length"]\n[null, "kg", "m"]\n' && for i in 1 2 3 4 5; do echo "[$i, $i.5, $i.25]"; done; } | sheet units Sheet1
    { printf '["region", "2023", null, "2024"]\n[null, "Sales", "Cost", "Sales", "Cost"]\n'
        for i in 1 2 3 4 5; do echo "[\"r$i\", 1, 2, 3, 4]"; done; } | sheet heads Sheet1 B1:C1 D1:E1
    for kind in xlsx ods; do
        run tarn import "units.$kind" --name "units_$kind"
        has "id BIGINT, mass DOUBLE, length DOUBLE"
        has "row 2 below the names holds units, not values, and was left out: kg, m"
        run tarn import "heads.$kind" --name "heads_$kind"
        has "region VARCHAR, 2023 / Sales BIGINT, 2023 / Cost BIGINT, 2024 / Sales BIGINT, 2024 / Cost BIGINT"
        has "the names were made of rows 1 to 2"
    done
}

@test "a title above values without names" {
    tarn init -q
    printf '["Some title of it"]\n[1, 2, 3]\n[4, 5, 6]\n[7, 8, 9]\n' | sheet nameless Sheet1
    for kind in xlsx ods; do
        run tarn import "nameless.$kind" --name "$kind"
        has "3 rows × 3 columns"
        has "column_1 BIGINT, column_2 BIGINT, column_3 BIGINT"
        has "row 1 above the values left out"
    done
}

@test "a number of more digits than a double has keeps them" {
    tarn init -q
    { echo '["id", "n"]' && for i in 1 2 3; do echo "[{\"digits\": \"900719925474099$i\"}, $i]"; done; } | sheet digits Sheet1
    for kind in xlsx ods; do
        tarn import -q "digits.$kind" --name "$kind"
        [ "$(tarn export "$kind" - --format csv)" = "id,n
9007199254740991,1
9007199254740992,2
9007199254740993,3" ]
    done
}
