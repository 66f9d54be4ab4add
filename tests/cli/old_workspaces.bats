#!/usr/bin/env bats
# Workspaces that earlier versions of Tarn wrote.
load support

# What it holds: people (id, name), 2,000 rows, frozen, and nothing noted of its values.
without_zones() {
    mkdir -p .tarn/leases .tarn/recipes .tarn/tmp
    cp -R "$BATS_TEST_DIRNAME/data/workspace_without_zones/." .tarn/
    chmod -R u+w .tarn
    ! grep -q TARNZON1 .tarn/segments/*
}

@test "batches without zones are sound, read, changed and written again with zones" {
    without_zones
    tarn verify
    [ "$(tarn sql 'SELECT count(*), min(id), max(id) FROM people WHERE id >= 1990' --json | jq -c '.[0] | [.[]]')" = '[10,1990,1999]' ]
    tarn apply people filter -q --where 'id >= 1000'
    [ "$(tarn sql 'SELECT count(*), min(id) FROM people' --json | jq -c '.[0] | [.[]]')" = '[1000,1000]' ]
    tarn undo people -q
    tarn thaw people -q
    tarn freeze people -q
    grep -q TARNZON1 .tarn/segments/*
    tarn verify
    [ "$(tarn sql 'SELECT count(*), min(id), max(id) FROM people WHERE id >= 1990' --json | jq -c '.[0] | [.[]]')" = '[10,1990,1999]' ]
}
