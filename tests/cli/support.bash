# Shared by the tests of the program. TARN is the path to it.

bats_require_minimum_version 1.5.0

setup() {
    : "${TARN:?is the path to the program}"
    FOLDER=$(mktemp -d)
    export HOME=$FOLDER TZ=UTC
    export LC_ALL=C.UTF-8 # so that ${#line} counts characters, whatever the machine's language
    unset COLUMNS TARN_WORKSPACE NO_COLOR
    cd "$FOLDER" || exit 1
}

teardown() {
    local pid
    for pid in $(jobs -p); do
        kill -9 "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    cd / && rm -rf "$FOLDER"
}

tarn() {
    "$TARN" "$@"
}

# A workspace with the table orders: 5 rows with a null, an empty text, spaces and a number.
orders() {
    cat >orders.csv <<'CSV'
id,city,amount,note
1,Paris,10.5,first
2, Rome,-2000,"two
lines"
3,,7,NULL
4,Łódź,0.25,"a ""quoted"" one"
5,東京,1234567,last 
CSV
    [ -d .tarn ] || tarn init -q
    tarn import -q orders.csv
}

# The same with five versions. 2: a city trimmed; 3: a note edited; 4: a column renamed; 5: a row less.
versions() {
    orders
    tarn apply -q orders set --column city --set 'expr=trim(city)'
    tarn apply -q orders edit --column note --set row=3 --set value=x
    tarn apply -q orders rename --column amount --set to=total
    tarn apply -q orders filter --set 'where=id <> 5'
}

# One column n from 0 on, as CSV.
numbers() {
    echo n
    seq 0 $(($1 - 1))
}

# What the workspace is made of, byte by byte.
fingerprint() {
    find .tarn -type f -not -name '*lock*' -not -path '*/leases/*' -print0 | sort -z | xargs -0 sha256sum | sha256sum
}

# The value of a query that has one.
value() {
    tarn sql "$1" --format csv | tail -n +2
}

# fails CODE TEXT… : the last `run --separate-stderr` ended so, with one line of message that has all of the texts.
fails() {
    local code=$1 text
    shift
    if [ "$status" -ne "$code" ]; then
        echo "exit code $status, not $code: $stderr" >&2
        return 1
    fi
    if [ "$(printf '%s\n' "$stderr" | wc -l)" -ne 1 ] || [ -z "$stderr" ]; then
        echo "not one line: $stderr" >&2
        return 1
    fi
    for text in "$@"; do
        if [[ $stderr != *"$text"* ]]; then
            echo "no '$text' in: $stderr" >&2
            return 1
        fi
    done
}

has() {
    if [[ $output != *"$1"* ]]; then
        echo "no '$1' in: $output" >&2
        return 1
    fi
}

lacks() {
    if [[ $output == *"$1"* ]]; then
        echo "there is '$1' in: $output" >&2
        return 1
    fi
}
