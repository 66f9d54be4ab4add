#!/usr/bin/env bats
# Taking over folders of the earlier layout.
load support

old_folder() {
    mkdir -p old/tables
    cat >old/metadata.json <<'JSON'
{"version": 2, "tables": [
  {"id": "t1", "name": "Orders", "rowCount": 2, "createdAt": "2025-01-01"},
  {"id": 7, "name": "people.csv", "rowCount": 3},
  {"id": "empty", "name": "nothing", "rowCount": 0}]}
JSON
    printf 'id,city\n007,"Paris, France"\n008,\n' >old/tables/t1.csv
    printf 'n\n1\n\n3\n' >old/tables/7.csv
    printf 'a,b\n' >old/tables/empty.csv
    printf 'timestamp,tableName,action,details\n2025-01-01T00:00:00Z,Orders,trim,"{""cells"": 2}"\n2025-01-02T00:00:00Z,gone,drop,\n' >old/audit_details.csv
}

@test "a whole folder: tables, audit details, and its new name" {
    tarn init -q
    old_folder
    run tarn migrate old/
    [ "$status" -eq 0 ]
    has "imported 3 tables, restored 2 audit events"
    has "the folder is old_migrated now"
    [ ! -e old ] && [ -e old_migrated/metadata.json ]
    tarn tables --json | jq -e 'map({name, rows}) == [{"name": "nothing", "rows": 0}, {"name": "Orders", "rows": 2}, {"name": "people", "rows": 3}]'
    [ "$(value 'SELECT id FROM Orders LIMIT 1')" = 007 ]
    run tarn migrate old
    [ "$status" -eq 0 ]
    has "nothing to do"
    tarn migrate old --json | jq -e '.already and .tables_imported == 0 and .folder == "old_migrated"'
    tarn verify -q
    [ "$(cat .tarn/journal/* | grep -c '"kind":"migrated"')" -eq 2 ]
}

@test "without audit details, and removed when complete" {
    tarn init -q
    old_folder
    rm old/audit_details.csv
    tarn migrate old --delete --json | jq -e '.complete and .tables_imported == 3 and .audit_events_restored == 0 and .folder == null'
    [ ! -e old ] && [ ! -e old_migrated ]
}

@test "what is wrong is reported, what is right stays" {
    tarn init -q
    old_folder
    sed -i 's/"rowCount": 3/"rowCount": 4/; s|"empty", "name"|"../../etc/passwd", "name"|' old/metadata.json
    sed -i 's/]}/, {"id": "lost", "name": "lost", "rowCount": 1}]}/' old/metadata.json
    run tarn migrate old --delete
    [ "$status" -eq 1 ]
    has "imported 1 table, restored 2 audit events"
    has 'table "people": rows found: 3, where the metadata tell of 4'
    has 'table "lost" was not imported'
    has "entry 3 has no usable id and name"
    has "old_backup_failed_migration"
    jq -e '.tables_imported == 1 and (.problems | length) == 3' old_backup_failed_migration/migration_report.json
    tarn tables --json | jq -e 'map(.name) == ["Orders", "people"]'
    run tarn migrate old
    [ "$status" -eq 0 ]
    has "nothing to do"
}

@test "a table whose name is taken says so, and what to do" {
    tarn init -q
    old_folder
    printf 'x\n1\n' >people.csv
    tarn import -q people.csv
    run tarn migrate old
    [ "$status" -eq 1 ]
    has 'the workspace has one of that name'
    lacks '--replace'
}

@test "a run that was interrupted is taken up where it ended" {
    tarn init -q
    old_folder
    tarn import -q old/tables/t1.csv --name Orders
    tarn migrate old --json | jq -e '.complete and .tables_imported == 3'
    tarn log Orders --json | jq -e 'length == 1'
}

@test "folders that are none: a message, and all as before" {
    tarn init -q
    mkdir plain
    before=$(fingerprint)
    run --separate-stderr tarn migrate plain
    fails 1 plain metadata.json
    run --separate-stderr tarn migrate nosuch
    fails 1 nosuch
    mkdir broken
    for text in '' '{' '[1' '{"tables": 5}' '"x"'; do
        printf '%s' "$text" >broken/metadata.json
        run --separate-stderr tarn migrate broken
        fails 1 broken/metadata.json
    done
    [ -d broken ] && [ "$(fingerprint)" = "$before" ]
}
