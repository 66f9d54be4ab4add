// The completion scripts for bash and zsh.
#include "help.h"

#include <string.h>

/** The bytes of a list of choices without the "…" that says that others are possible. */
static int closed_size(const char *choices) {
    const char *open = strstr(choices, " …");
    return (int)(open ? (size_t)(open - choices) : strlen(choices));
}

/* ---- bash ---- */

/** The shell code that fills COMPREPLY for a word of this kind. */
static const char *bash_reply(cli_kind kind) {
    switch (kind) {
    case CLI_KIND_FILE:
        return "_tarn_files -f";
    case CLI_KIND_DIRECTORY:
        return "_tarn_files -d";
    case CLI_KIND_TABLE:
    case CLI_KIND_VERSION:
        return "_tarn_ask tables";
    case CLI_KIND_COMMAND:
        return "_tarn_ask commands";
    case CLI_KIND_SUBCOMMAND:
        return "_tarn_words \"${_tarn_subcommands[@]}\"";
    default:
        return ":";
    }
}

static void bash_choices_or_kind(const char *choices, cli_kind kind) {
    if (choices)
        printf("_tarn_words %.*s ;;\n", closed_size(choices), choices);
    else
        printf("%s ;;\n", bash_reply(kind));
}

/** `    import:-n|import:--name) … ;;` for each option that takes a value. */
static void bash_option_values(const char *command, const cli_option *options) {
    for (; options && options->name; options++) {
        bool has_offers = options->choices || options->kind != CLI_KIND_TEXT;
        if (!options->value || !has_offers)
            continue;
        fputs("    ", stdout);
        if (options->letter)
            printf("%s:-%c | ", command, options->letter);
        if (options->alias)
            printf("%s:--%s | ", command, options->alias);
        printf("%s:--%s) ", command, options->name);
        bash_choices_or_kind(options->choices, options->kind);
    }
}

/** The names of options, or only of those that take a value: `first` before the first, `between` before the others. */
static void bash_option_names(const cli_option *options, bool with_value, const char *first, const char *between) {
    for (; options && options->name; options++) {
        if (with_value && (!options->value || options->value[0] == '['))
            continue;
        printf("%s--%s", first, options->name);
        first = between;
        if (options->letter)
            printf("%s-%c", between, options->letter);
        if (options->alias)
            printf("%s--%s", between, options->alias);
    }
}

/** The last argument of a command of which one repeats stands for all the places from its own on. */
static bool takes_rest(const cli_command *command, const cli_argument *argument) {
    bool repeats = argument->repeats || (argument > command->arguments && argument[-1].repeats);
    return repeats && !argument[1].name;
}

static void bash_arguments(const cli_command *command) {
    int position = 1;
    for (const cli_argument *argument = command->arguments; argument && argument->name; argument++, position++) {
        if (!argument->choices && argument->kind == CLI_KIND_TEXT)
            continue;
        if (takes_rest(command, argument))
            printf("    %s:*) ", command->name);
        else
            printf("    %s:%d) ", command->name, position);
        bash_choices_or_kind(argument->choices, argument->kind);
    }
}

static bool any_takes_value(const cli_option *options) {
    for (; options && options->name; options++)
        if (options->value && options->value[0] != '[')
            return true;
    return false;
}

static void bash_tables(void) {
    fputs("_tarn_subcommands=(", stdout);
    for (const cli_command *const *command = cli_commands; *command; command++)
        printf("%s%s", command == cli_commands ? "" : " ", (*command)->name);
    fputs(")\n\n# The options of a command.\n_tarn_options() {\n    case $1 in\n", stdout);
    for (const cli_command *const *command = cli_commands; *command; command++) {
        if (!(*command)->options)
            continue;
        printf("    %s) _tarn_words", (*command)->name);
        bash_option_names((*command)->options, false, " ", " ");
        fputs(" ;;\n", stdout);
    }
    fputs("    esac\n    _tarn_words", stdout);
    bash_option_names(cli_global_options, false, " ", " ");
    fputs("\n}\n\n# True for an option that takes the next word: command, option.\n"
          "_tarn_takes_value() {\n    case $1:$2 in\n",
          stdout);
    bash_option_names(cli_global_options, true, "    *:", " | *:");
    fputs(") return 0 ;;\n", stdout);
    for (const cli_command *const *command = cli_commands; *command; command++) {
        if (!any_takes_value((*command)->options))
            continue;
        char first[64], between[64];
        snprintf(first, sizeof(first), "    %s:", (*command)->name);
        snprintf(between, sizeof(between), " | %s:", (*command)->name);
        bash_option_names((*command)->options, true, first, between);
        fputs(") return 0 ;;\n", stdout);
    }
    fputs("    esac\n    return 1\n}\n\n", stdout);
}

/** The functions that do not depend on the commands. Names of tables are data: nothing here may expand them. */
static const char bash_functions[] =
    "# Offer the lines that begin with the current word, quoted for the shell.\n"
    "_tarn_lines() {\n"
    "    local line\n"
    "    while IFS= read -r line; do\n"
    "        [[ $line == \"$_tarn_current\"* ]] && COMPREPLY+=(\"$(printf '%q' \"$line\")\")\n"
    "    done\n"
    "}\n\n"
    "_tarn_words() {\n"
    "    _tarn_lines < <(printf '%s\\n' \"$@\")\n"
    "}\n\n"
    "_tarn_files() {\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$_tarn_current\")\n"
    "}\n\n"
    "_tarn_ask() {\n"
    "    _tarn_lines < <(\"${COMP_WORDS[0]}\" \"${_tarn_where[@]}\" completion \"$1\" 2>/dev/null)\n"
    "}\n\n"
    "_tarn() {\n"
    "    local _tarn_current=${COMP_WORDS[COMP_CWORD]} previous='' command='' word i position=0\n"
    "    local -a _tarn_where=()\n"
    "    COMPREPLY=()\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        word=${COMP_WORDS[i]}\n"
    "        if [[ $word == -?* ]]; then\n"
    "            _tarn_takes_value \"$command\" \"$word\" || continue\n"
    "            ((i + 1 < COMP_CWORD)) && [[ ${COMP_WORDS[i + 1]} == = ]] && ((i++))\n"
    "            ((++i < COMP_CWORD)) || previous=$word\n"
    "            [[ $word == -C || $word == --directory ]] && _tarn_where=(-C \"${COMP_WORDS[i]}\")\n"
    "        elif [[ -z $command ]]; then\n"
    "            command=$word\n"
    "        else\n"
    "            position=$((position + 1))\n"
    "        fi\n"
    "    done\n"
    "    [[ $_tarn_current == = ]] && _tarn_current=''\n"
    "    if [[ -n $previous ]]; then\n"
    "        _tarn_value \"$command:$previous\"\n"
    "    elif [[ $_tarn_current == -* ]]; then\n"
    "        _tarn_options \"$command\"\n"
    "    elif [[ -z $command ]]; then\n"
    "        _tarn_words \"${_tarn_subcommands[@]}\"\n"
    "    else\n"
    "        _tarn_argument \"$command:$((position + 1))\"\n"
    "    fi\n"
    "}\n\n"
    "complete -F _tarn tarn\n";

int completion_print_bash(void) {
    fputs("# Completion of tarn for bash, printed by 'tarn completion bash'.\n\n", stdout);
    bash_tables();
    fputs("# The value of an option: command:option.\n_tarn_value() {\n    case $1 in\n", stdout);
    for (const cli_command *const *command = cli_commands; *command; command++)
        bash_option_values((*command)->name, (*command)->options);
    bash_option_values("*", cli_global_options);
    fputs("    esac\n}\n\n# An argument: command:position.\n_tarn_argument() {\n    case $1 in\n", stdout);
    for (const cli_command *const *command = cli_commands; *command; command++)
        bash_arguments(*command);
    fputs("    esac\n}\n\n", stdout);
    fputs(bash_functions, stdout);
    return CLI_DONE;
}

/* ---- zsh ---- */

/** Text inside single quotes, with what _arguments takes for its own syntax escaped. */
static void zsh_text(const char *text) {
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", stdout);
        else if (strchr("[]:\\", *text))
            printf("\\%c", *text);
        else
            putchar(*text);
    }
}

static void zsh_action(const char *choices, cli_kind kind) {
    if (choices) {
        printf("(%.*s)", closed_size(choices), choices);
        return;
    }
    switch (kind) {
    case CLI_KIND_FILE:
        fputs("_files", stdout);
        break;
    case CLI_KIND_DIRECTORY:
        fputs("_files -/", stdout);
        break;
    case CLI_KIND_TABLE:
    case CLI_KIND_VERSION:
        fputs("_tarn_ask tables", stdout);
        break;
    case CLI_KIND_COMMAND:
        fputs("_tarn_ask commands", stdout);
        break;
    case CLI_KIND_SUBCOMMAND:
        fputs("_tarn_subcommands", stdout);
        break;
    default:
        break;
    }
}

/** `'*--name=[help]:VALUE:action'`, once per spelling. */
static void zsh_option(const char *dashes, const char *name, const cli_option *option, const char *indent) {
    printf("%s'%s%s%s", indent, option->repeats ? "*" : "", dashes, name);
    bool optional = option->value && option->value[0] == '[';
    if (option->value)
        fputs(dashes[1] ? (optional ? "=-" : "=") : "+", stdout);
    putchar('[');
    zsh_text(option->help);
    putchar(']');
    if (option->value) {
        fputs(optional ? "::" : ":", stdout);
        zsh_text(option->value);
        putchar(':');
        zsh_action(option->choices, option->kind);
    }
    fputs("' \\\n", stdout);
}

static void zsh_options(const cli_option *options, const char *indent) {
    for (; options && options->name; options++) {
        char letter[2] = {options->letter, 0};
        if (options->letter)
            zsh_option("-", letter, options, indent);
        zsh_option("--", options->name, options, indent);
        if (options->alias)
            zsh_option("--", options->alias, options, indent);
    }
}

static void zsh_command(const cli_command *command) {
    printf("        %s)\n            _arguments -s -S $common \\\n", command->name);
    zsh_options(command->options, "                ");
    for (const cli_argument *argument = command->arguments; argument && argument->name; argument++) {
        printf("                '%s", takes_rest(command, argument) ? "*:" : argument->optional ? "::" : ":");
        zsh_text(argument->name);
        putchar(':');
        zsh_action(argument->choices, argument->kind);
        fputs("' \\\n", stdout);
    }
    fputs("            ;;\n", stdout);
}

int completion_print_zsh(void) {
    fputs("#compdef tarn\n# Completion of tarn for zsh, printed by 'tarn completion zsh'.\n\n"
          "_tarn_ask() {\n    local -a names\n"
          "    names=(${(f)\"$(_call_program names tarn ${opt_args[-C]:+-C ${(q)opt_args[-C]}} completion "
          "${@[-1]} 2>/dev/null)\"})\n"
          "    compadd \"${@[1,-2]}\" -a names # _arguments puts its options before our word\n}\n\n_tarn_subcommands() "
          "{\n    local -a commands\n    commands=(\n",
          stdout);
    for (const cli_command *const *command = cli_commands; *command; command++) {
        printf("        '%s:", (*command)->name);
        zsh_text((*command)->summary);
        fputs("'\n", stdout);
    }
    fputs("    )\n    _describe command commands\n}\n\n_tarn() {\n    local curcontext=$curcontext state line\n"
          "    typeset -A opt_args\n    local -a common\n    common=(\n",
          stdout);
    for (const cli_option *option = cli_global_options; option->name; option++) {
        char letter[2] = {option->letter, 0};
        if (option->letter)
            zsh_option("-", letter, option, "        ");
        zsh_option("--", option->name, option, "        ");
    }
    fputs("    )\n    _arguments -C -s -S $common '1:command:_tarn_subcommands' '*::argument:->arguments'\n"
          "    case $state in\n    arguments)\n        case $line[1] in\n",
          stdout);
    for (const cli_command *const *command = cli_commands; *command; command++)
        zsh_command(*command);
    fputs("        esac\n        ;;\n    esac\n}\n\n_tarn \"$@\"\n", stdout);
    return CLI_DONE;
}
