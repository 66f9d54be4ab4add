#!/usr/bin/env bats
# Several processes, signals, pipes, terminals.
load support

# Start an import that has the workspace open for writing and waits for its input: $writer is its process, file
# descriptor 7 its input.
start_writer() {
    mkfifo input
    env --default-signal=INT "$TARN" import - --name slow --format csv <input >writer.out 2>writer.err &
    writer=$!
    exec 7>input
    echo n >&7
    local i
    # Looking at the lock's text: whoever tried to write would now and then be quicker than the writer, and refuse it.
    for ((i = 0; i < 20000; i++)); do
        if grep -qs "process $writer " .tarn/lock; then return 0; fi
        kill -0 "$writer" || break
    done
    echo "the writer does not show: $(cat writer.err)" >&2
    return 1
}

# It ends with the signal's exit code, having said one line.
interrupt_writer() {
    local code=0
    kill -INT "$writer"
    wait "$writer" || code=$?
    exec 7>&-
    [ "$code" -eq 130 ] && [ "$(wc -l <writer.err)" -eq 1 ]
}

@test "while one process writes, others read, and a second writer is refused" {
    orders
    start_writer
    tarn show orders --json | jq -e 'length == 5'
    tarn tables --json | jq -e 'map(.name) == ["orders"]'
    [ "$(value 'SELECT count(*) FROM orders')" = 5 ]
    tarn schema orders >/dev/null
    tarn log orders >/dev/null
    tarn info >/dev/null
    tarn export -q orders out.csv
    [ "$(wc -l <out.csv)" -eq 7 ]
    tarn apply orders filter --set 'where=id = 1' --preview >/dev/null || true
    for command in "import orders.csv --name x" "undo orders" "drop orders" "rename orders x" "gc"; do
        # shellcheck disable=SC2086 # words
        run --separate-stderr tarn $command
        fails 1 "another process" writing
    done
    run --separate-stderr tarn undo orders --json
    [ "$(jq -r .error.code <<<"$stderr")" = TARN_E_LOCKED ]
    seq 1 10 >&7
    exec 7>&-
    wait "$writer"
    [ "$(value 'SELECT sum(n) FROM slow')" = 55 ]
}

@test "a writer that is killed leaves the last committed state, and no lock" {
    orders
    start_writer
    kill -9 "$writer"
    wait "$writer" || true
    exec 7>&-
    tarn tables --json | jq -e 'map(.name) == ["orders"]'
    tarn verify
    tarn apply -q orders filter --set 'where=id = 1'
}

@test "Ctrl-C while importing: nothing changed, exit code 130" {
    orders
    before=$(fingerprint)
    start_writer
    interrupt_writer
    tarn tables --json | jq -e 'map(.name) == ["orders"]'
    tarn verify -q
    [ "$(fingerprint)" = "$before" ]
}

@test "Ctrl-C while importing several files: said once, and the rest is not tried" {
    orders
    mkfifo input
    env --default-signal=INT "$TARN" import input orders.csv --append --name orders >writer.out 2>writer.err &
    writer=$!
    exec 7>input
    interrupt_writer
    [ ! -s writer.out ]
    [ "$(value 'SELECT count(*) FROM orders')" = 5 ]
}

# Until a process waits for the reader of its full pipe, where the system tells; it has to end all the same.
until_blocked() {
    local i place
    for ((i = 0; i < 2000; i++)); do
        place=$(cat "/proc/$1/wchan" 2>/dev/null) || return 0
        [[ $place != *poll* && $place != *pipe_write* ]] || return 0
    done
}

@test "Ctrl-C and SIGTERM while a query streams" {
    tarn init -q
    for signal in INT:130:csv TERM:143:csv INT:130:table INT:130:json; do
        IFS=: read -r signal expected format <<<"$signal"
        rm -f output
        mkfifo output
        env --default-signal=INT "$TARN" sql 'SELECT range AS n FROM range(100000000000)' --format "$format" >output 2>err &
        query=$!
        exec 8<output
        read -r line <&8
        until_blocked "$query"
        kill "-$signal" "$query"
        code=0
        wait "$query" || code=$?
        exec 8<&-
        [ "$code" -eq "$expected" ]
    done
}

@test "a reader that stops early ends the program quietly" {
    tarn init -q
    for format in table csv ndjson; do
        run --separate-stderr bash -c '"$TARN" sql "SELECT range AS n FROM range(100000000000)" --format "$1" | head -2' _ "$format"
        [ -z "$stderr" ]
        [ "${#lines[@]}" -eq 2 ]
    done
    numbers 200000 >n.csv
    tarn import -q n.csv
    set -o pipefail
    code=0
    tarn show n -n 200000 2>err | head -1 || code=$?
    set +o pipefail
    [ "$code" -eq 141 ]
    [ ! -s err ]
}

@test "a full disk below standard output is an error" {
    [ -e /dev/full ] || skip "no /dev/full here"
    orders
    for command in tables "show orders" "log orders" "sql FROM\ orders" help version "show orders --json"; do
        run --separate-stderr bash -c "$TARN $command >/dev/full"
        fails 1 "cannot write to standard output: No space left on device"
    done
    run --separate-stderr bash -c '"$TARN" sql "FROM orders" --format csv >/dev/full'
    fails 1 "No space left"
}

needs_terminal() {
    script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip "no script(1), or no terminals here"
}

# on_terminal COLUMNS COMMAND : its output, run on a terminal of that width.
on_terminal() {
    script -qec "stty cols $1 rows 50; $2" /dev/null </dev/null | tr -d '\r'
}

@test "colours only on a terminal that has them, and not with NO_COLOR" {
    needs_terminal
    orders
    export TERM=xterm
    [[ $(on_terminal 80 '"$TARN" show orders') == *$'\e['* ]]
    [[ $(NO_COLOR=1 on_terminal 80 '"$TARN" show orders') != *$'\e'* ]]
    [[ $(TERM=dumb on_terminal 80 '"$TARN" show orders') != *$'\e'* ]]
    [[ $(on_terminal 80 '"$TARN" show orders | cat') != *$'\e'* ]]
    [[ $(on_terminal 80 '"$TARN" show nosuch') == *$'\e[31mtarn:'* ]]
}

@test "on a terminal, rows are as wide as it is, and a query prints 40 of them" {
    needs_terminal
    orders
    export TERM=dumb
    output=$(on_terminal 24 '"$TARN" show orders')
    has "not shown"
    output=$(on_terminal 80 '"$TARN" sql "SELECT range AS n FROM range(1000)"')
    has "the first 40 rows; there are more"
    output=$(on_terminal 80 '"$TARN" sql "SELECT range AS n FROM range(1000)" --all')
    has "1,000 rows"
    output=$(on_terminal 80 '"$TARN" sql "FROM orders" --format parquet')
    has "not for terminals"
}

@test "long work shows how far it is, on a terminal only" {
    needs_terminal
    orders
    mkfifo input
    TERM=xterm script -fqec '"$TARN" import - --name slow --format csv <input' screen </dev/null >/dev/null &
    exec 7>input
    numbers 10 >&7
    for ((i = 0; i < 5000; i++)); do
        ! grep -q 'importing standard input: reading · 2[0-9] bytes' screen || break
    done
    exec 7>&-
    wait
    grep -q 'importing standard input: reading · 2[0-9] bytes' screen
    [[ $(tr -d '\r' <screen) == *$'\e[K\e[1mslow\e[0m from standard input'* ]]
    query='SELECT count(*) FROM range(1000000) WHERE md5(range::VARCHAR) LIKE $$abcdef%$$'
    export query
    output=$(TERM=dumb on_terminal 80 '"$TARN" sql "$query"')
    has "1 row"
    lacks "running the query"
}

@test "--quiet says nothing but what was asked for" {
    orders
    for command in "apply orders filter --set where=id<5" "undo orders" "redo orders" "export orders out.csv" \
        "import orders.csv --name other" "rename other more" "drop more" "gc" "verify" "init new"; do
        # shellcheck disable=SC2086 # words
        run tarn -q $command
        [ "$status" -eq 0 ]
        [ -z "$output" ]
    done
}

@test "a cancelled query ends, also within a call that would take hours" {
    tarn init -q
    ( exec "$TARN" sql "SELECT levenshtein(repeat('a', 3000000 + n::INT), repeat('b', 3000000)) FROM range(3) r(n)" 2>message ) &
    local asked=$! status=0
    until grep -qs libtarn_duckdb "/proc/$asked/maps"; do kill -0 "$asked"; done
    kill -INT "$asked"
    wait "$asked" || status=$?
    [ "$status" -eq 130 ]
    grep -q cancelled message
    tarn tables # and nothing is left that would be in the way
}

@test "a query stays below its memory limit, whatever a function would build" {
    tarn init -q
    local query
    for query in "SELECT len(range(1000000000))" "SELECT length(repeat(repeat('a', 1000000000), 4))" \
        "SELECT len(list_transform(range(100000000), lambda x: x + 1))" "SELECT length(string_agg(repeat('x', 1000000), '')) FROM range(5000)"; do
        run --separate-stderr tarn --memory-limit 300MB sql "$query"
        [ "$status" -eq 1 ]
        [[ $stderr == *memory* ]]
    done
}
