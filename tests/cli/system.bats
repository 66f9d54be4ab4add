#!/usr/bin/env bats
# What is around the program: descriptors, links, limits of the system, files that change under it.
load support

# ---- standard descriptors --------------------------------------------------------------------------------------------

@test "started without standard descriptors, nothing gets into files that is not theirs" {
    orders
    for redirection in '<&- >&-' '<&- >&- 2>&-' '>&-' '>&- 2>&-'; do
        eval 'tarn apply orders edit -c city --set row=0 --set value=Oslo '"$redirection"' 2>err' || true
        eval 'tarn apply orders edit -c city --set row=77 --set value=Oslo '"$redirection"' 2>err' || true
        tarn verify -q
        [ "$(value 'SELECT city FROM orders WHERE id = 1')" = Oslo ]
        tarn undo -q orders
    done
}

@test "a standard input that is closed is no file" {
    orders
    run --separate-stderr bash -c '"$TARN" import - --name q --format csv <&-'
    fails 1 "standard input"
    run tarn schema q
    [ "$status" -eq 1 ]
}

@test "what cannot be written to a closed standard output is said" {
    orders
    run --separate-stderr bash -c '"$TARN" show orders >&-'
    fails 1 "standard output"
    run --separate-stderr bash -c '"$TARN" export orders - --format csv >/dev/full'
    fails 1 "cannot write to standard output"
    run --separate-stderr bash -c '"$TARN" sql "FROM orders" >/dev/full'
    fails 1 "cannot write to standard output"
    tarn apply -q orders edit -c city --set row=0 --set value=Oslo <&- >&-
}

@test "a change whose message cannot be written is done, and ends so" {
    for where in '>&-' '>/dev/full'; do
        rm -rf .tarn orders.csv
        run --separate-stderr bash -c '"$TARN" init '"$where"
        [ "$status" -eq 0 ]
        orders
        run --separate-stderr bash -c '"$TARN" apply orders edit -c city --set row=0 --set value=Oslo '"$where"
        [ "$status" -eq 0 ]
        [[ $stderr == "tarn: done, but what was done could not be told on standard output: "* ]]
        [ "$(value 'SELECT city FROM orders WHERE id = 1')" = Oslo ]
        run --separate-stderr bash -c '"$TARN" export orders out.csv --force '"$where"
        [ "$status" -eq 0 ]
        [ -s out.csv ]
        run --separate-stderr bash -c '"$TARN" apply orders edit -c nosuch --set row=0 --set value=Oslo '"$where"
        [ "$status" -ne 0 ]
    done
    run --separate-stderr bash -c '"$TARN" undo orders | sleep 0; exit ${PIPESTATUS[0]}'
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    run --separate-stderr bash -c '"$TARN" apply orders nosuch | true; exit ${PIPESTATUS[0]}'
    fails 1 "nosuch"
}

# ---- workspaces that somebody else made ------------------------------------------------------------------------------

@test "nothing of a workspace is reached through links" {
    mkdir -p victim/sub
    echo precious >victim/doc
    echo x >victim/sub/x
    orders
    cp -r .tarn good
    before=$(find victim -type f -exec sha256sum {} + | sort)
    for link in tmp leases index segments journal lock workspace.json journal/00000001.jsonl segments/00000001.seg recipes \
        journal/00000002.jsonl segments/00000002.seg index/00000001.idx leases/1-1-1 tmp/spill-0123456789abcdef; do
        for to in victim victim/doc victim/new; do
            rm -rf .tarn
            cp -r good .tarn
            rm -rf ".tarn/$link"
            ln -s "$PWD/$to" ".tarn/$link"
            for command in "show orders" "apply orders edit -c city --set row=0 --set value=x" gc "verify --repair" \
                "recipe save r orders" "audit --keep 1"; do
                eval "timeout 60 '$TARN' -q $command" >out 2>err || [ $? -eq 1 ]
            done
            [ "$(find victim -type f -exec sha256sum {} + | sort)" = "$before" ]
        done
    done
}

@test "a workspace's folder that is a link is said to be one" {
    orders
    mv .tarn elsewhere
    ln -s elsewhere .tarn
    run --separate-stderr tarn show orders
    fails 1 ".tarn" "link"
    run --separate-stderr tarn apply orders filter --set 'where=id = 1'
    fails 1 ".tarn" "link"
}

@test "a file with a second name is not written to" {
    orders
    cp -al .tarn twin
    run --separate-stderr tarn apply orders filter --set 'where=id = 1'
    fails 1 "another name"
    tarn show orders >/dev/null
    rm -r twin
    tarn apply -q orders filter --set 'where=id = 1'
}

@test "pipes in a workspace hang nobody" {
    orders
    cp -r .tarn good
    for name in journal/00000002.jsonl segments/00000002.seg lock workspace.json leases/1 tmp/spill-0123456789abcdef; do
        rm -rf .tarn
        cp -r good .tarn
        rm -f ".tarn/$name"
        mkfifo ".tarn/$name"
        for command in "show orders" "apply orders trim -c city" gc verify; do
            timeout -s KILL 60 "$TARN" -q $command >out 2>err || [ $? -eq 1 ]
        done
    done
}

@test "a workspace whose empty folders were lost is written to" {
    orders
    rmdir .tarn/tmp .tarn/leases
    tarn show orders >/dev/null
    tarn apply -q orders filter --set 'where=id = 1'
    tarn verify -q
}

# ---- temporary files -------------------------------------------------------------------------------------------------

@test "what a killed query spilled was private, and the next command removes it" {
    tarn init -q
    mkdir system
    tarn sql -q "SELECT range AS n, md5(range::VARCHAR) || 'secret' AS t FROM range(600000)" --into b
    umask 0
    TMPDIR=$PWD/system "$TARN" --memory-limit 60MB --threads 1 sql 'SELECT t FROM b, range(8) ORDER BY t DESC' \
        --format csv >/dev/null 2>err &
    query=$!
    for ((i = 0; i < 20000; i++)); do
        spilled=$(find .tarn/tmp system -type f -size +1000k 2>/dev/null | head -1)
        [ -z "$spilled" ] || break
        kill -0 $query 2>/dev/null || break
    done
    [ -n "$spilled" ]
    folder=.tarn/tmp/$(ls .tarn/tmp)
    [ "$(stat -c %a "$folder")" = 700 ]
    kill -9 $query
    wait $query 2>/dev/null || true
    [ -e "$folder" ]
    tarn show b -n 1 >/dev/null
    [ -z "$(ls .tarn/tmp)" ]
    [ -z "$(ls system)" ]
}

@test "a workspace that nobody may write to is read, and what is spilled lies in TMPDIR" {
    orders
    mkdir -m 777 system
    chmod 711 "$FOLDER"
    if [ "$(id -u)" -eq 0 ]; then
        command -v setpriv >/dev/null || skip "needs setpriv"
        as=(setpriv --reuid=65534 --regid=65534 --clear-groups env "HOME=$PWD/system" "TMPDIR=$PWD/system")
        chmod -R go+rX .tarn
    else
        as=(env "TMPDIR=$PWD/system")
        chmod -R a-w .tarn
    fi
    "${as[@]}" test -x "$TARN" || skip "others cannot run the program"
    for command in "show orders" "log orders" verify audit tables "audit --verify" "sql 'SELECT sum(amount) FROM orders'"; do
        eval "\"\${as[@]}\" '$TARN' -q $command" >out
    done
    [ -z "$(ls system)" ]
    run --separate-stderr "${as[@]}" "$TARN" apply orders filter --set 'where=id = 1'
    [ "$status" -eq 1 ]
    chmod -R u+w .tarn
}

# ---- limits of the system --------------------------------------------------------------------------------------------

@test "a file that may grow no further is an error, and leaves nothing" {
    tarn init -q
    numbers 200000 >n.csv
    run --separate-stderr bash -c 'ulimit -f 100; "$TARN" import -q n.csv'
    fails 1 "File too large"
    tarn verify -q
    [ -z "$(ls .tarn/tmp)" ]
    tarn import -q n.csv
    [ "$(value 'SELECT count(*) FROM n')" = 200000 ]
}

@test "a path that is too long for a workspace is refused when it is made" {
    name=$(printf 'd%.0s' {1..200})
    for ((i = 0; i < 20; i++)); do
        mkdir "$name"
        cd "$name"
    done
    run --separate-stderr tarn init
    fails 1 "longer than"
    [ ! -e .tarn ]
}

@test "paths of workspaces may have line ends and spaces in them" {
    mkdir $'a b\nc'
    cd $'a b\nc'
    orders
    [ "$(value 'SELECT count(*) FROM orders')" = 5 ]
    tarn apply -q orders filter --set 'where=id = 1'
    tarn verify -q
}

@test "a segment cut off under its reader is an error that names it" {
    tarn init -q
    tarn sql -q "SELECT range AS n, 'text number ' || range AS t FROM range(1500000)" --into t
    cp -r .tarn keep
    for attempt in 1 2 3 4 5 6; do
        rm -rf .tarn
        cp -r keep .tarn
        "$TARN" export t o.csv --force >out 2>err &
        query=$!
        for ((i = 0; i < attempt * 60; i++)); do
            kill -0 $query 2>/dev/null || break
        done
        truncate -s 4096 .tarn/segments/00000001.seg
        code=0
        wait $query || code=$?
        if [ $code -ne 0 ]; then
            [ $code -eq 1 ]
            grep -q '00000001.seg' err
            [ "$(wc -l <err)" -eq 1 ]
        fi
        if [ $code -eq 0 ] || [ -e o.csv ]; then # it was quicker
            [ "$(wc -l <o.csv)" -eq 1500001 ]
        fi
        rm -f o.csv
        [ -z "$(ls ./*.tmp 2>/dev/null)" ]
    done
}

# ---- beside a writer -------------------------------------------------------------------------------------------------

# Read in every way, again and again, until the file `done` is there; what failed is left in errors.$1.
read_on() {
    local command
    while [ ! -e "done" ]; do
        for command in verify "log n" "audit --verify" audit "show n -n 3" "log n --timeline" "diff n --stat" "show n~1 -n 3"; do
            # shellcheck disable=SC2086 # words
            if ! tarn $command >"out.$1" 2>"err.$1"; then
                # what was removed on purpose may be gone
                grep -qE 'removed by gc|was removed|does not exist|has no version|only [0-9]+' "err.$1" ||
                    echo "$command: $(tail -c 300 "out.$1" "err.$1")" >>"errors.$1"
            fi
        done
    done
}

@test "readers notice nothing of a writer that tidies up" {
    tarn init -q
    numbers 2000 >n.csv
    tarn import -q n.csv
    tarn apply -q n set -c n --set expr=1
    read_on 1 &
    read_on 2 &
    read_on 3 &
    for ((i = 0; i < 6; i++)); do
        for command in "gc --keep-last 2" "freeze n" "audit --keep 4" "thaw n" "audit --keep 5"; do
            tarn apply -q n set -c n --set "expr=$i"
            # shellcheck disable=SC2086 # words
            tarn -q $command >/dev/null
        done
    done
    touch "done"
    wait
    if compgen -G 'errors.*'; then
        cat errors.*
        false
    fi
    tarn verify -q
}

@test "a journal of which a file is missing does not verify" {
    tarn init -q
    numbers 10 >n.csv
    tarn import -q n.csv
    for ((i = 0; i < 3; i++)); do
        tarn apply -q n edit -c n --set "row=$i" --set value=77
        tarn sql -q 'FROM n' --into "u$i"
        tarn drop -q "u$i"
        tarn gc -q
    done
    tarn audit --verify
    cp -r .tarn good
    files=(.tarn/journal/*.jsonl)
    [ "${#files[@]}" -ge 3 ]
    for file in "${files[@]}"; do
        rm "$file"
        run --separate-stderr tarn audit --verify
        [ "$status" -eq 1 ]
        [[ $stderr == *jsonl* ]]
        run tarn verify
        [ "$status" -eq 1 ]
        rm -rf .tarn
        cp -r good .tarn
    done
    tarn audit --verify
}
