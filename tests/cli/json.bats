#!/usr/bin/env bats
# JSON and NDJSON in and out: records, types, places of faults; nested values in other formats.

load support

@test "nested values are JSON in CSV and can be read back" {
    tarn init -q
    echo '[{"id":1,"addr":{"city":"Oslo","zip":"00150"},"tags":["x","a, \"b\""]},{"id":2,"addr":null,"tags":[]}]' > t.json
    tarn -q import t.json
    run tarn export t - --format csv
    [ "$status" -eq 0 ]
    [ "${lines[1]}" = '1,"{""city"":""Oslo"",""zip"":""00150""}","[""x"",""a, \""b\""""]"' ]
    [ "${lines[2]}" = '2,,[]' ]
}
