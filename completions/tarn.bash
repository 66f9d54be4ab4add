# Completion of tarn for bash, printed by 'tarn completion bash'.

_tarn_subcommands=(init import tables schema show sql commands apply cluster match undo redo checkout log diff audit recipe export rename drop migrate freeze thaw gc verify info serve token help completion version)

# The options of a command.
_tarn_options() {
    case $1 in
    import) _tarn_words --name -n --table --format --header-row --header-rows --skip --skip-footer --comment --delimiter -d --widths --quote --escape --decimal --sheet --all-sheets --encoding --records --all-text --type --null --values --replace --append ;;
    tables) _tarn_words --all -a ;;
    show) _tarn_words --rows -n --offset --columns -c --where -w --sort --ids --full ;;
    sql) _tarn_words --file -f --format --output -o --force --no-clobber --delimiter -d --no-header --bom --line-ending --decimal --quote-all --encoding --replace-unencodable --null --safe-for-spreadsheets --into --replace --append --rows -n --all --full ;;
    commands) _tarn_words --markdown ;;
    apply) _tarn_words --column -c --set -s --from --secret-file --key-map --if-version --preview ;;
    cluster) _tarn_words --column -c --method --threshold --rows -n ;;
    match) _tarn_words --column -c --weight --compare --block --on --threshold --rows -n ;;
    log) _tarn_words --rows -n --timeline ;;
    diff) _tarn_words --key -k --summary --stat --rows -n --offset --only --column --leave-out --map --ignore-case --ignore-space --tolerance --format --layout --output -o --force --no-clobber --exit-code --full --blind --secret-file --no-pager ;;
    audit) _tarn_words --rows -n --detail --verify --expect --tip --keep --csv --text --html --output -o --force --no-clobber ;;
    recipe) _tarn_words --map -m --set -s --one-step --each-step --check --name -n --replace ;;
    export) _tarn_words --format --force --no-clobber --delimiter -d --no-header --bom --line-ending --decimal --quote-all --encoding --replace-unencodable --null --safe-for-spreadsheets --compression ;;
    drop) _tarn_words --undo ;;
    migrate) _tarn_words --delete ;;
    gc) _tarn_words --keep-last --keep-days --dry-run ;;
    verify) _tarn_words --repair ;;
    serve) _tarn_words --port -p --bind --root --tokens --files --tls-cert --tls-key --read-only --open --host --allow-origin --log --slow --max-upload --insecure ;;
    token) _tarn_words --tokens --role --tables ;;
    help) _tarn_words --man --markdown --requests ;;
    esac
    _tarn_words --directory -C --json --quiet -q --threads --memory-limit --user --help -h --version -V
}

# True for an option that takes the next word: command, option.
_tarn_takes_value() {
    case $1:$2 in
    *:--directory | *:-C | *:--threads | *:--memory-limit | *:--user) return 0 ;;
    import:--name | import:-n | import:--table | import:--format | import:--header-row | import:--header-rows | import:--skip | import:--skip-footer | import:--comment | import:--delimiter | import:-d | import:--widths | import:--quote | import:--escape | import:--decimal | import:--sheet | import:--encoding | import:--records | import:--type | import:--null) return 0 ;;
    show:--rows | show:-n | show:--offset | show:--columns | show:-c | show:--where | show:-w | show:--sort) return 0 ;;
    sql:--file | sql:-f | sql:--format | sql:--output | sql:-o | sql:--delimiter | sql:-d | sql:--line-ending | sql:--decimal | sql:--encoding | sql:--null | sql:--into | sql:--rows | sql:-n) return 0 ;;
    apply:--column | apply:-c | apply:--set | apply:-s | apply:--from | apply:--secret-file | apply:--key-map | apply:--if-version) return 0 ;;
    cluster:--column | cluster:-c | cluster:--method | cluster:--threshold | cluster:--rows | cluster:-n) return 0 ;;
    match:--column | match:-c | match:--weight | match:--compare | match:--block | match:--on | match:--threshold | match:--rows | match:-n) return 0 ;;
    log:--rows | log:-n) return 0 ;;
    diff:--key | diff:-k | diff:--rows | diff:-n | diff:--offset | diff:--only | diff:--column | diff:--leave-out | diff:--map | diff:--tolerance | diff:--format | diff:--layout | diff:--output | diff:-o | diff:--secret-file) return 0 ;;
    audit:--rows | audit:-n | audit:--detail | audit:--expect | audit:--keep | audit:--output | audit:-o) return 0 ;;
    recipe:--map | recipe:-m | recipe:--set | recipe:-s | recipe:--name | recipe:-n) return 0 ;;
    export:--format | export:--delimiter | export:-d | export:--line-ending | export:--decimal | export:--encoding | export:--null | export:--compression) return 0 ;;
    gc:--keep-last | gc:--keep-days) return 0 ;;
    serve:--port | serve:-p | serve:--bind | serve:--root | serve:--tokens | serve:--files | serve:--tls-cert | serve:--tls-key | serve:--host | serve:--allow-origin | serve:--log | serve:--slow | serve:--max-upload) return 0 ;;
    token:--tokens | token:--role | token:--tables) return 0 ;;
    help:--requests) return 0 ;;
    esac
    return 1
}

# The value of an option: command:option.
_tarn_value() {
    case $1 in
    import:--format) _tarn_words csv tsv json ndjson parquet arrow xlsx ods ;;
    import:--encoding) _tarn_words utf-8 utf-16le windows-1252 shift_jis gb18030 ;;
    sql:-f | sql:--file) _tarn_files -f ;;
    sql:--format) _tarn_words table csv tsv json ndjson parquet arrow arrow-stream xlsx sav dta ;;
    sql:-o | sql:--output) _tarn_files -f ;;
    sql:--line-ending) _tarn_words lf crlf ;;
    sql:--encoding) _tarn_words utf-8 utf-16le windows-1252 shift_jis gb18030 ;;
    sql:--into) _tarn_ask tables ;;
    apply:--from) _tarn_files -f ;;
    apply:--secret-file) _tarn_files -f ;;
    apply:--key-map) _tarn_files -f ;;
    cluster:--method) _tarn_words fingerprint ngram metaphone metaphone-words levenshtein levenshtein-digits jaro-winkler jaro-winkler-digits ;;
    match:--compare) _tarn_words auto jaro-winkler levenshtein ngram words exact number ;;
    match:--block) _tarn_words auto none first-letter fingerprint metaphone ngram ;;
    diff:--format) _tarn_words table csv tsv json ndjson parquet arrow arrow-stream xlsx sav dta ;;
    diff:--layout) _tarn_words side-by-side changes ;;
    diff:-o | diff:--output) _tarn_files -f ;;
    diff:--secret-file) _tarn_files -f ;;
    audit:-o | audit:--output) _tarn_files -f ;;
    export:--format) _tarn_words csv tsv json ndjson parquet arrow arrow-stream xlsx sav dta ;;
    export:--line-ending) _tarn_words lf crlf ;;
    export:--encoding) _tarn_words utf-8 utf-16le windows-1252 shift_jis gb18030 ;;
    export:--compression) _tarn_words zstd snappy lz4 none ;;
    serve:--root) _tarn_files -d ;;
    serve:--tokens) _tarn_files -f ;;
    serve:--files) _tarn_files -d ;;
    serve:--tls-cert) _tarn_files -f ;;
    serve:--tls-key) _tarn_files -f ;;
    serve:--log) _tarn_words json common none ;;
    token:--tokens) _tarn_files -f ;;
    token:--role) _tarn_words reader writer owner ;;
    help:--requests) _tarn_words json openapi typescript markdown ;;
    *:-C | *:--directory) _tarn_files -d ;;
    esac
}

# An argument: command:position.
_tarn_argument() {
    case $1 in
    init:1) _tarn_files -d ;;
    import:*) _tarn_files -f ;;
    schema:1) _tarn_ask tables ;;
    show:1) _tarn_ask tables ;;
    commands:1) _tarn_ask commands ;;
    apply:1) _tarn_ask tables ;;
    apply:2) _tarn_ask commands ;;
    cluster:1) _tarn_ask tables ;;
    match:1) _tarn_ask tables ;;
    undo:1) _tarn_ask tables ;;
    redo:1) _tarn_ask tables ;;
    checkout:1) _tarn_ask tables ;;
    log:1) _tarn_ask tables ;;
    diff:1) _tarn_ask tables ;;
    diff:2) _tarn_ask tables ;;
    audit:1) _tarn_ask tables ;;
    recipe:1) _tarn_words save run list show edit drop import export ;;
    recipe:3) _tarn_ask tables ;;
    export:1) _tarn_ask tables ;;
    export:*) _tarn_files -f ;;
    rename:1) _tarn_ask tables ;;
    drop:1) _tarn_ask tables ;;
    migrate:1) _tarn_files -d ;;
    freeze:1) _tarn_ask tables ;;
    thaw:1) _tarn_ask tables ;;
    serve:1) _tarn_files -d ;;
    token:1) _tarn_words add list remove ;;
    help:1) _tarn_words "${_tarn_subcommands[@]}" ;;
    completion:1) _tarn_words bash zsh tables commands ;;
    esac
}

# Offer the lines that begin with the current word, quoted for the shell.
_tarn_lines() {
    local line
    while IFS= read -r line; do
        [[ $line == "$_tarn_current"* ]] && COMPREPLY+=("$(printf '%q' "$line")")
    done
}

_tarn_words() {
    _tarn_lines < <(printf '%s\n' "$@")
}

_tarn_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen "$1" -- "$_tarn_current")
}

_tarn_ask() {
    _tarn_lines < <("${COMP_WORDS[0]}" "${_tarn_where[@]}" completion "$1" 2>/dev/null)
}

_tarn() {
    local _tarn_current=${COMP_WORDS[COMP_CWORD]} previous='' command='' word i position=0
    local -a _tarn_where=()
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == -?* ]]; then
            _tarn_takes_value "$command" "$word" || continue
            ((i + 1 < COMP_CWORD)) && [[ ${COMP_WORDS[i + 1]} == = ]] && ((i++))
            ((++i < COMP_CWORD)) || previous=$word
            [[ $word == -C || $word == --directory ]] && _tarn_where=(-C "${COMP_WORDS[i]}")
        elif [[ -z $command ]]; then
            command=$word
        else
            position=$((position + 1))
        fi
    done
    [[ $_tarn_current == = ]] && _tarn_current=''
    if [[ -n $previous ]]; then
        _tarn_value "$command:$previous"
    elif [[ $_tarn_current == -* ]]; then
        _tarn_options "$command"
    elif [[ -z $command ]]; then
        _tarn_words "${_tarn_subcommands[@]}"
    else
        _tarn_argument "$command:$((position + 1))"
    fi
}

complete -F _tarn tarn
