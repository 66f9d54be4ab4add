#!/usr/bin/env bats
# A table brought into shape by commands on its rows and columns: what a person does with a file from elsewhere.
load support

sales() {
    cat >sales.csv <<'CSV'
Order,Customer,Region/City,Amount,Paid,Items
1001,Ada Lovelace,North/Oslo,120.50,2026-01-05,pen;ink
1002,Bob  Stone,,80,2026-01-06,paper
1003,Clara Ruiz,South/Rome,n/a,,pen
1003,Clara Ruiz,South/Rome,n/a,,pen
1004,Ada Lovelace,,40.25,2026-02-01,ink;pen;glue
1005,Dai Wu,West/Porto,19,2026-02-03,
CSV
    cat >regions.csv <<'CSV'
name,manager
north ,Nils
SOUTH,Sofia
East,Emil
CSV
    tarn init -q
    tarn import -q sales.csv regions.csv >/dev/null
}

names() {
    tarn schema sales --json | jq -r '.columns | map(.name) | join(",")'
}

@test "from a file as it came to a table to work with" {
    sales
    run tarn apply sales remove-duplicates
    has "removed 1 row"
    tarn apply -q sales fill-down -c Region/City
    run tarn apply sales split-column -c Region/City --set delimiter=/ --set name=Region --set name=City
    has "split column Region/City"
    [ "$(names)" = "Order,Customer,Region,City,Amount,Paid,Items" ]
    run --separate-stderr tarn apply sales cast -c Amount --set type=decimal\(10,2\)
    fails 1 'row id 2: "n/a"' "policy=null"
    tarn apply -q sales cast -c Amount --set 'type=decimal(10,2)' --set policy=null
    run tarn apply sales join --set table=regions --set on=Region=name --set clean=true
    has "the table now has 5 rows; 1 row without a partner"
    tarn apply -q sales sort -c Amount --set direction=desc
    [ "$(tarn sql 'SELECT "Order", manager FROM sales' --format csv | tr '\n' ' ')" = "Order,manager 1001,Nils 1002,Nils 1004,Sofia 1005, 1003,Sofia " ]
    tarn apply -q sales add-column --set name=Month --set 'expr=strftime(Paid, '"'%Y-%m'"')'
    tarn apply -q sales pivot -c Month --set value=Amount --set group=Region
    [ "$(tarn sql 'SELECT * FROM sales' --format csv | tr '\n' ' ')" = "Region,2026-01,2026-02,null North,200.50,, South,,40.25, West,,19.00, " ]
    tarn undo -q sales 8
    [ "$(names)" = "Order,Customer,Region/City,Amount,Paid,Items" ]
    tarn redo -q sales 8
    [ "$(names)" = "Region,2026-01,2026-02,null" ]
    tarn verify -q
}

@test "previews show rows that go, that come, and the table that would be" {
    sales
    before=$(fingerprint)
    run tarn apply sales remove-duplicates --preview
    has 1003
    has "would remove 1 row; sales is as it was"
    run tarn apply sales delete --set 'where=Amount = '"'n/a'" --preview 1
    has "would remove 2 rows (1 row shown)"
    tarn apply sales split-column -c Items --set 'delimiter=;' --set to=rows --preview 3 --json |
        jq -e '.shown == "result" and .rows_after == 9 and .complete == false and (.rows | length == 3) and .rows[1].Items == "ink"'
    tarn apply sales insert --set 'values={"Order": 1}' --preview --json | jq -e '.shown == "added" and .rows[0].Order == 1'
    tarn apply sales fill-down -c Region/City --preview --json | jq -e '.cells | length == 2 and .[0].after == "North/Oslo"'
    [ "$(fingerprint)" = "$before" ]
}

@test "cells: a paste from a spreadsheet, and a list" {
    sales
    run tarn apply sales edit-many -c Amount --set row=0 --set $'block=1,5\t2026-03-01\n2,5\t2026-03-02'
    has "changed 4 cells in 2 rows"
    tarn apply sales edit-many --set 'cells=[{"row": 5, "column": "items", "value": "a \"b\""}]' --json | jq -e '.cells_changed == 1'
    [ "$(value 'SELECT Items FROM sales WHERE "Order" = 1005')" = '"a ""b"""' ]
    run tarn apply sales clear -c Items --set rows=0-2
    has "changed 3 cells in 3 rows"
    run --separate-stderr tarn apply sales edit-many -c Paid --set row=0 --set block=soon
    fails 1 soon Paid
}

@test "tables below each other" {
    sales
    printf 'Order,Amount,Note\n2001,7,new\n' >more.csv
    tarn import -q more.csv >/dev/null
    run tarn apply sales stack --set table=more
    has "the table now has 7 rows; the columns differ: Customer only in this table"
    has "Note only in more"
    [ "$(value 'SELECT count(*) FROM sales')" = 7 ]
    run --separate-stderr tarn apply sales stack --set table=nosuch
    fails 1 nosuch
}
