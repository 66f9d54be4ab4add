#!/usr/bin/env bats
# The command line itself: options, help, misspelt words, exit codes.
load support

@test "without a command: the list of commands, and wrong usage" {
    run --separate-stderr tarn
    [ "$status" -eq 2 ]
    [[ $stderr == *"usage: tarn"* ]]
    run tarn --help
    [ "$status" -eq 0 ]
    has "import      make tables from files"
    run tarn help
    [ "$status" -eq 0 ]
    has "import      make tables from files"
}

@test "version, as a command and as an option" {
    run tarn version
    [ "$status" -eq 0 ]
    [[ $output =~ ^tarn\ [0-9]+\.[0-9]+\.[0-9]+\ \(DuckDB\ [0-9.]+\)$ ]]
    [ "$(tarn --version)" = "$output" ]
    [ "$(tarn -V)" = "$output" ]
    tarn version --json | jq -e '.version and .engine'
}

@test "every command has help in three ways, with its options and those of all" {
    for command in $(tarn help | sed -n '/^commands/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
        run tarn help "$command"
        [ "$status" -eq 0 ]
        has "usage: tarn $command"
        has "--memory-limit SIZE"
        [ "$(tarn "$command" --help)" = "$output" ]
        [ "$(tarn "$command" -h)" = "$output" ]
    done
}

@test "a misspelt command: what was meant" {
    run --separate-stderr tarn imprt x.csv
    fails 2 "tarn: 'imprt' is no command of tarn; did you mean 'import'?"
    run --separate-stderr tarn tabels
    fails 2 "did you mean 'tables'?"
    run --separate-stderr tarn help shwo
    fails 2 "did you mean 'show'?"
    run --separate-stderr tarn completely-unknown
    fails 2 "is no command of tarn (see 'tarn help')"
}

@test "a misspelt option: what was meant" {
    run --separate-stderr tarn show orders --ofset 3
    fails 2 "tarn: show: unknown option --ofset; did you mean --offset?" "tarn help show"
    run --separate-stderr tarn tables --jsno
    fails 2 "did you mean --json?"
    run --separate-stderr tarn tables -z
    fails 2 "unknown option -z"
    run --separate-stderr tarn --header-row 3 import x.csv
    fails 2 "a command's own options come behind its name"
}

@test "options that are wrong in themselves" {
    run --separate-stderr tarn show orders -n
    fails 2 "--rows needs a value"
    run --separate-stderr tarn show orders -n ten
    fails 2 "--rows needs a whole number from 0 on, not 'ten'"
    run --separate-stderr tarn show orders --offset -1
    fails 2 "--offset needs a whole number from 0 on, not '-1'"
    run --separate-stderr tarn show orders --ids=yes
    fails 2 "--ids takes no value"
    run --separate-stderr tarn show orders -n 1 -n 2
    fails 2 "--rows was given twice"
    run --separate-stderr tarn import x.csv --format xls
    fails 2 "--format cannot be 'xls'; choose one of csv, tsv, json"
    run --separate-stderr tarn tables --memory-limit lots
    fails 2 "--memory-limit needs a size such as 2GB"
    run --separate-stderr tarn tables --threads 0
    fails 2 "--threads needs a whole number from 1 on"
    run --separate-stderr tarn tables --threads 100000
    fails 2 "--threads is at most 1024"
    run --separate-stderr tarn completion fish
    fails 2 "SHELL cannot be 'fish'; choose one of bash, zsh"
}

@test "too few and too many arguments" {
    run --separate-stderr tarn show
    fails 2 "TABLE is missing"
    run --separate-stderr tarn export orders
    fails 2 "FILE is missing"
    run --separate-stderr tarn sql SELECT 1
    fails 2 "too many arguments, from '1' on; put text with spaces in quotes"
    run --separate-stderr tarn undo orders 0
    fails 2 "N needs a whole number from 1 on, not '0'"
    run --separate-stderr tarn undo orders x
    fails 2 "N needs a whole number"
}

@test "messages about the command line are JSON with --json" {
    run --separate-stderr tarn show --json
    [ "$status" -eq 2 ]
    [ -z "$output" ]
    [ "$(jq -r .error.code <<<"$stderr")" = TARN_E_INVALID ]
    run --separate-stderr tarn --json nonsense
    [ "$status" -eq 2 ]
    jq -e .error.message <<<"$stderr"
}

@test "options stand anywhere, with = or a space, letters joined, -- ends them" {
    orders
    expected=$(tarn show orders --rows 2 --json)
    [ "$(tarn --json show orders --rows=2)" = "$expected" ]
    [ "$(tarn show --rows 2 orders --json)" = "$expected" ]
    [ "$(tarn show -n2 orders --json)" = "$expected" ]
    [ "$(tarn show -n=2 orders --json)" = "$expected" ]
    [ "$(tarn show -qn2 orders --json)" = "$expected" ]
    [ "$(tarn show -n 2 --json -- orders)" = "$expected" ]
    run --separate-stderr tarn show -- --json
    fails 1 "--json"
}

@test "completion, man page and reference are those that the program prints" {
    root=$BATS_TEST_DIRNAME/../..
    diff <(tarn completion bash) "$root/completions/tarn.bash"
    diff <(tarn completion zsh) "$root/completions/_tarn"
    diff <(tarn help --man) "$root/docs/tarn.1"
    diff <(tarn commands --markdown) "$root/docs/commands.md"
    diff <(tarn help --markdown) <(sed '1,/^<!-- printed by/d' "$root/docs/cli.md")
}

# complete WORD… : what bash offers for the last word.
complete_words() {
    COMP_WORDS=("$TARN" "$@")
    COMP_CWORD=$#
    COMPREPLY=()
    _tarn
    printf '%s\n' "${COMPREPLY[@]}"
}

@test "bash completes commands, options, values, tables and files" {
    orders
    tarn rename orders 'odd $(touch danger) name'
    tarn import -q orders.csv
    complete() { :; }
    source <(tarn completion bash)
    [ "$(complete_words im)" = import ]
    [ "$(complete_words show --off)" = --offset ]
    [ "$(complete_words import x --encoding utf-8)" = utf-8 ]
    [ "$(complete_words import x --format = pa)" = parquet ]
    [ "$(complete_words show ord)" = orders ]
    [ "$(complete_words -C "$FOLDER" show -n 3 ord)" = orders ]
    [ "$(complete_words show odd)" = 'odd\ \$\(touch\ danger\)\ name' ]
    [ "$(complete_words apply orders filt)" = filter ]
    [ "$(complete_words import ord)" = orders.csv ]
    [ "$(complete_words help ver | tr '\n' ' ')" = "verify version " ]
    [ ! -e danger ]
}

@test "the zsh script and the man page are well-formed" {
    if command -v zsh; then
        tarn completion zsh >_tarn
        zsh -n _tarn
        # As _arguments calls it: its own options stand before our word.
        sed -n '/^_tarn_ask() {/,/^}/p' _tarn >ask
        run zsh -f -c 'tarn() { print -l asked-for "$@" }; _call_program() { shift; eval "$@" }
            compadd() { print -r -- "$@ ${names[*]}" }; source ./ask; _tarn_ask -J group tables'
        [ "$output" = "-J group -a names asked-for completion tables" ]
    fi
    if command -v man; then
        tarn help --man >tarn.1
        [ -z "$(MANROFFSEQ='' man --warnings=all -E UTF-8 -l -Tutf8 -Z tarn.1 2>&1 >/dev/null)" ]
    fi
    tarn help --man | grep -q '^\.SH EXIT STATUS'
}
