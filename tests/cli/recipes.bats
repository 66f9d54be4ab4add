#!/usr/bin/env bats
# Recipes: steps of a history, kept, and run on other tables.
load support

# The table orders with six commands, and the recipe clean of them.
cleaned() {
    orders
    tarn apply -q orders set --column city --set 'expr=trim(city)'
    tarn apply -q orders filter --set 'where=amount > 0 AND city IS NOT NULL'
    tarn apply -q orders set --column amount --set 'expr=round(amount * 2, 1)'
    tarn apply -q orders rename --column city --set to=town
    tarn apply -q orders set --column town --set "expr=upper(town) || ' city'"
    tarn apply -q orders drop --column note
    tarn recipe save -q clean orders
}

next() {
    printf 'id,city,amount,note\n1, Bonn ,3,x\n2,Ulm,-4,y\n3,,5,z\n' >next.csv
    tarn import -q next.csv
}

@test "save and show: the commands since the import, as JSON" {
    cleaned
    tarn recipe show clean | jq -e '.tarn_recipe == 1 and .made.table == "orders" and .made.from == 1 and .made.to == 7'
    tarn recipe show clean | jq -e '[.steps[].command] == ["set", "filter", "set", "rename", "set", "drop"]'
    tarn recipe show clean | jq -e '.steps[0].parameters == {"column": "city", "expr": "trim(city)"}'
    tarn recipe list --json | jq -e '.[0] | .name == "clean" and .steps == 6 and .asks == 0'
    run tarn recipe list
    has "set, filter, set, rename, set, drop"
}

@test "run: one version and one step to undo, the same rows as by hand" {
    cleaned
    tarn import -q orders.csv --name again
    tarn recipe run clean again --json | jq -e '.changed and .before == 1 and .version == 2 and .rows == 3'
    [ "$(tarn export again - --format csv)" = "$(tarn export orders - --format csv)" ]
    tarn audit again --json | jq -e 'map(select(.event == "recipe")) | length == 1 and (.[0] | .parameters.recipe == "clean" and (.parameters.steps | length == 6))'
    run tarn log again
    has "recipe recipe=clean steps=set, filter, set, rename, set, drop"
    tarn undo -q again
    tarn show again --json | jq -e 'length == 5'
    tarn redo -q again
    tarn recipe save -q copy again
    diff <(tarn recipe show copy | jq .steps) <(tarn recipe show clean | jq .steps)
    tarn verify >/dev/null
}

@test "run --each-step: a version for each" {
    cleaned
    tarn import -q orders.csv --name again
    tarn recipe run clean again --each-step --json | jq -e '.before == 1 and .version == 7'
    [ "$(tarn export again - --format csv)" = "$(tarn export orders - --format csv)" ]
    tarn undo -q again
    tarn schema again --json | jq -e '.columns | map(.name) == ["id", "town", "amount", "note"]'
    run --separate-stderr tarn recipe run clean again --each-step --one-step
    fails 2 "do not go together"
}

@test "run: what each step has to say is said, with its number" {
    printf 'd,n,x\n01/02/2003,1,q\n13/02/2003,2x,Q\n' >t.csv
    printf '%s' '{"tarn_recipe": 1, "steps": [{"command": "standardize-date", "parameters": {"column": "d"}},
        {"command": "trim", "parameters": {"column": "x"}}, {"command": "rename", "parameters": {"column": "x", "to": "y"}},
        {"command": "cast", "parameters": {"column": "n", "type": "integer", "policy": "null"}}]}' >clean.json
    tarn init -q
    tarn import -q t.csv
    tarn recipe import -q clean.json
    for how in --one-step --each-step; do
        run tarn recipe run clean t $how
        has "ran clean: changed 4 cells in 4 steps"
        [ "${lines[1]}" = '  step 1: standardize-date: changed 2 cells in 2 rows; "d" was read as day, month, year, as its values tell' ]
        [ "${lines[2]}" = "  step 2: trim: changed nothing" ]
        [ "${lines[3]}" = "  step 3: rename: renamed column x to y" ]
        [ "${lines[4]}" = '  step 4: cast: changed 2 cells in 2 rows; 1 value of "n" that does not fit integer became null' ]
        tarn checkout -q t@1
        tarn recipe run clean t $how --json | jq -e '.steps | map(.step) == [1, 2, 3, 4] and map(.changed) == [true, false, true, true]
            and (.[3] | .command == "cast" and .cells_changed == 2 and (.message | endswith("became null"))) and .[1].message == null'
        tarn checkout -q t@1
    done
    run tarn recipe run clean t -q
    [ -z "$output" ]
}

@test "run --map: columns that are named otherwise, in SQL too" {
    cleaned
    printf 'id,"the ""Ort""",amount,note\n1, Bonn ,3,x\n2,Ulm,-4,y\n' >orte.csv
    tarn import -q orte.csv
    tarn recipe run clean orte --map 'city=the "Ort"' -q
    [ "$(value 'SELECT town FROM orte')" = "BONN city" ]
    tarn undo -q orte
    run --separate-stderr tarn recipe run clean orte --map 'city=the "Ort"' --map street=x
    fails 1 'mentions no column "street"'
    run --separate-stderr tarn recipe run clean orte --map city
    fails 2 "OLD=NEW"
}

@test "run --map: columns behind comments and spaces of every kind" {
    tarn init -q
    printf 'id,ort\n1,Bonn\n' >places.csv
    tarn import -q places.csv
    printf '{"tarn_recipe": 1, "steps": [{"command": "set", "parameters": {"column": "city", "expr": "-- x\\rupper(\\u00a0city)"}}]}' >shout.json
    tarn recipe import -q shout.json
    tarn recipe run shout places --map city=ort -q
    [ "$(value 'SELECT ort FROM places')" = BONN ]
}

@test "a step that does not fit is named before anything runs" {
    cleaned
    printf 'id,city,amount\n1,Bonn,3\n' >few.csv
    printf 'id,city,amount,note\n1,Bonn,x,y\n' >text.csv
    tarn import -q few.csv text.csv
    before=$(fingerprint)
    run --separate-stderr tarn recipe run clean few
    fails 1 "step 6 of 6: drop: " note
    run --separate-stderr tarn recipe run clean text --each-step
    fails 1 "step 2 of 6: filter: "
    run --separate-stderr tarn recipe run clean text --check
    fails 1 "step 2 of 6: filter: "
    [ "$(fingerprint)" = "$before" ]
    next
    run tarn recipe run clean next --check
    [ "$output" = "clean fits next" ]
    tarn log next --json | jq -e 'length == 1'
}

@test "a step that fails on a value leaves the table as it was, redo included" {
    orders
    printf '{"tarn_recipe": 1, "steps": [{"command": "drop", "parameters": {"column": "note"}}, {"command": "set", "parameters": {"column": "city", "expr": "CAST(city AS INTEGER)"}}]}' >bad.json
    tarn recipe import -q bad.json
    tarn apply -q orders filter --set 'where=id < 4'
    tarn undo -q orders
    for how in --one-step --each-step; do
        run --separate-stderr tarn recipe run bad orders $how
        fails 1 "step 2 of 2: set: " Paris
        tarn tables --json | jq -e '.[0] | .version == 1 and .can_redo and .columns == 4'
        [ "$how" = --each-step ] || [[ $stderr != *"as before"* ]]
    done
    fails 1 "orders is at version 1 as before" "version 3, which the steps before made, stays"
    tarn schema orders@3 --json | jq -e '.columns | length == 3'
    tarn redo -q orders
    tarn show orders --json | jq -e 'length == 3'
}

@test "what a recipe asks for is given each time" {
    orders
    printf '{"tarn_recipe": 1, "description": "asks", "steps": [{"command": "set", "parameters": {"column": "note"}, "ask": ["expr"]}, {"command": "set", "parameters": {"column": "city"}, "ask": ["expr"]}]}' |
        tarn recipe import - --name asking -q
    tarn recipe list --json | jq -e '.[0] | .asks == 2 and .description == "asks"'
    run --separate-stderr tarn recipe run asking orders
    fails 1 "step 1 (set) asks for expr" "--set expr="
    run --separate-stderr tarn recipe run asking orders --set 1.expr=1
    fails 1 "step 2 (set) asks for expr"
    run --separate-stderr tarn recipe run asking orders --set expr=1 --set other=2
    fails 1 'asks for "other"'
    tarn recipe run -q asking orders --set "1.expr='a'" --set "2.expr='b'"
    [ "$(value "SELECT count(*) FROM orders WHERE note = 'a' AND city = 'b'")" = 5 ]
}

@test "ranges of history" {
    cleaned
    tarn recipe save -q part orders@2..@4
    tarn recipe show part | jq -e '[.steps[].command] == ["filter", "set"]'
    tarn recipe save -q upto orders@3
    tarn recipe show upto | jq -e '[.steps[].command] == ["set", "filter"]'
    tarn recipe save -q rest orders@5..
    tarn recipe show rest | jq -e '[.steps[].command] == ["set", "drop"]'
    for range in orders@4..@2 orders@1 orders@1..@99 nosuch orders@7..; do
        run --separate-stderr tarn recipe save none "$range"
        [ "$status" -eq 1 ]
    done
    tarn import -q orders.csv --name orders --replace
    tarn apply -q orders drop --column id
    tarn recipe save -q new orders
    tarn recipe show new | jq -e '[.steps[].command] == ["drop"]'
    run --separate-stderr tarn recipe save none orders@6..
    fails 1 "version 8" import
    tarn sql -q "SELECT 'Oslo' AS city" --into orders --replace
    tarn recipe save -q newest orders
    tarn recipe show newest | jq -e '[.steps[].command] == ["drop", "query"]'
    tarn sql -q "SELECT 'Oslo' AS city" --into made
    tarn apply -q made rename --column city --set to=town
    tarn recipe save -q newest made --replace
    tarn recipe show newest | jq -e '[.steps[].command] == ["rename"]'
}

@test "names: taken, misspelt, impossible; drop" {
    cleaned
    run --separate-stderr tarn recipe save CLEAN orders
    fails 1 "already"
    tarn recipe save -q clean orders@2 --replace
    tarn recipe show clean | jq -e '.steps | length == 1'
    [ "$(ls .tarn/recipes)" = clean.2.json ]
    run --separate-stderr tarn recipe show clena
    fails 1 'did you mean "clean"?'
    run --separate-stderr tarn recipe save ../x orders
    fails 1 "cannot name a recipe"
    tarn recipe drop -q clean
    run --separate-stderr tarn recipe drop clean
    fails 1 "no recipe"
    run tarn recipe list
    has "no recipes"
}

@test "a file that was cut off while it was written does not count" {
    cleaned
    head -c 100 .tarn/recipes/clean.1.json >.tarn/recipes/clean.2.json
    tarn recipe show clean | jq -e '.steps | length == 6'
    tarn recipe save -q clean orders@2 --replace
    tarn recipe show clean | jq -e '.steps | length == 1'
}

@test "edit, export, import" {
    cleaned
    EDITOR="sed -i 's/upper(town)/lower(town)/'" tarn recipe edit clean
    tarn recipe show clean | jq -e '.steps[4].parameters.expr | startswith("lower")'
    EDITOR=true run tarn recipe edit clean
    [ "$output" = "nothing changed in clean" ]
    TMPDIR=$FOLDER EDITOR="sed -i s/rename/renam/" run --separate-stderr tarn recipe edit clean
    fails 1 "step 4" "did you mean rename" "$FOLDER"
    EDITOR=false run --separate-stderr tarn recipe edit clean
    fails 1 "editor failed"
    rm -f /tmp/tarn-recipe-none
    tarn recipe export -q clean mine.json
    tarn recipe import -q mine.json
    diff <(tarn recipe show mine) <(tarn recipe show clean)
    run --separate-stderr tarn recipe import mine.json
    fails 1 already
    run --separate-stderr tarn recipe import -
    fails 2 "--name"
}

@test "what is no recipe is refused, with the reason" {
    orders
    while IFS=$'\t' read -r json why; do
        printf '%s' "$json" >bad.json
        run --separate-stderr tarn recipe import bad.json
        fails 1 "$why"
    done <<'BAD'
{	not JSON
[]	this is no recipe
{"tarn_recipe": 2, "steps": []}	newer Tarn
{"tarn_recipe": 1, "steps": []}	no "steps"
{"tarn_recipe": 1, "steps": [{"parameters": {}}]}	step 1 of the recipe has no "command"
{"tarn_recipe": 1, "steps": [{"command": "sett"}]}	there is no command "sett"
{"tarn_recipe": 1, "steps": [{"command": "set", "parameters": []}]}	not an object
{"tarn_recipe": 1, "steps": [{"command": "set", "parameters": {"column": "a", "x": 1}}]}	no parameter "x"
{"tarn_recipe": 1, "steps": [{"command": "set", "parameters": {"column": "a", "expr": {}}}]}	expr must be text
{"tarn_recipe": 1, "steps": [{"command": "set", "parameters": {"column": "a"}}]}	needs the parameter "expr"
{"tarn_recipe": 1, "steps": [{"command": "set", "ask": ["nix"]}]}	does not have
{"tarn_recipe": 1, "description": 1, "steps": [{"command": "drop", "ask": ["column"]}]}	"description"
BAD
    run tarn recipe list
    has "no recipes"
}

@test "wrong usage" {
    orders
    run --separate-stderr tarn recipe
    fails 2 ACTION
    run --separate-stderr tarn recipe cook x
    fails 2 "cannot be 'cook'"
    run --separate-stderr tarn recipe save x
    fails 2 "needs NAME and TABLE"
    run --separate-stderr tarn recipe list --replace
    fails 2 "--replace"
}
