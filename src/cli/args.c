// Taking the command line apart.
#include "cli.h"

#include "human.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/** The words of the command line, while they are taken apart. */
typedef struct words {
    char **at;
    int count, next;
    bool options_ended; /**< "--" was seen */
} words;

static bool is_named(const cli_option *option, const char *name, size_t size) {
    return (strlen(option->name) == size && memcmp(option->name, name, size) == 0) ||
           (option->alias && strlen(option->alias) == size && memcmp(option->alias, name, size) == 0);
}

static const cli_option *find_in(const cli_option *options, const char *name, size_t size, char letter) {
    for (; options && options->name; options++)
        if (letter ? options->letter == letter : is_named(options, name, size))
            return options;
    return NULL;
}

/** By long name, or by letter when `letter` is not 0; a command's own options come before those that all have. */
static const cli_option *find_option(const cli *cli, const char *name, size_t size, char letter) {
    const cli_option *found = cli->command ? find_in(cli->command->options, name, size, letter) : NULL;
    return found ? found : find_in(cli_global_options, name, size, letter);
}

static const char *nearest_option(const cli *cli, const char *name) {
    const cli_option *lists[] = {cli->command ? cli->command->options : NULL, cli_global_options};
    const char *nearest = NULL;
    size_t least = SIZE_MAX, distance;
    for (size_t i = 0; i < 2; i++)
        for (const cli_option *option = lists[i]; option && option->name; option++)
            if (cli_is_near(name, option->name, &distance) && distance < least) {
                least = distance;
                nearest = option->name;
            }
    return nearest;
}

static int unknown_option(cli *cli, const char *name, const char *near) {
    if (!near)
        near = nearest_option(cli, name);
    if (near)
        return cli_usage(cli, "unknown option --%s; did you mean --%s?", name, near);
    if (!cli->command)
        return cli_usage(cli, "unknown option --%s; a command's own options come behind its name", name);
    return cli_usage(cli, "unknown option --%s", name);
}

static bool is_digits(const char *text) {
    return *text && strspn(text, "0123456789") == strlen(text);
}

static char *choices_text(const char *choices) {
    cli_text text = {0};
    for (; *choices; choices++)
        cli_text_add_string(&text, *choices == ' ' ? ", " : (char[]){*choices, 0});
    return text.data;
}

static int give(cli *cli, const cli_option *option, const char *value) {
    if (option->choices && value && !cli_is_listed(option->choices, value) && !cli_is_listed(option->choices, "…")) {
        char *choices = choices_text(option->choices);
        int code = cli_usage(cli, "--%s cannot be '%s'; choose one of %s", option->name, value, choices);
        free(choices);
        return code;
    }
    if (!option->repeats && option->value && cli_has(cli, option->name))
        return cli_usage(cli, "--%s was given twice", option->name);
    cli->given = cli_resize(cli->given, cli->given_count + 1, sizeof(*cli->given));
    cli->given[cli->given_count++] = (cli_given){option, value};
    return CLI_DONE;
}

/** An option with the text that was stuck to it (NULL: none); takes the next word where it needs one. */
static int take_option(cli *cli, words *words, const cli_option *option, const char *stuck) {
    if (!option->value) {
        if (stuck)
            return cli_usage(cli, "--%s takes no value", option->name);
        return give(cli, option, NULL);
    }
    bool may_be_absent = option->value[0] == '[';
    if (!stuck && words->next < words->count && (!may_be_absent || is_digits(words->at[words->next])))
        stuck = words->at[words->next++];
    if (!stuck && !may_be_absent)
        return cli_usage(cli, "--%s needs a value (%s)", option->name, option->value);
    return give(cli, option, stuck);
}

/** An option that is not in the list, by its heap name. */
static int take_other(cli *cli, words *words, char *name, const char *value) {
    const char *near = NULL;
    cli_other what =
        cli->command && cli->command->other_option ? cli->command->other_option(cli, name, &near) : CLI_OTHER_UNKNOWN;
    if (what == CLI_OTHER_FLAG && !value)
        value = "true";
    if (what == CLI_OTHER_VALUE && !value && words->next < words->count)
        value = words->at[words->next++];
    if (what == CLI_OTHER_UNKNOWN || !value) {
        int code = value || what == CLI_OTHER_UNKNOWN ? unknown_option(cli, name, near)
                                                      : cli_usage(cli, "--%s needs a value", name);
        free(name);
        return code;
    }
    cli->others = cli_resize(cli->others, cli->other_count + 1, sizeof(*cli->others));
    cli->others[cli->other_count++] = (tarn_parameter){name, value};
    return CLI_DONE;
}

static int take_long(cli *cli, words *words, const char *word) {
    size_t size = strcspn(word, "=");
    const cli_option *option = find_option(cli, word, size, 0);
    const char *stuck = word[size] ? word + size + 1 : NULL;
    return option ? take_option(cli, words, option, stuck) : take_other(cli, words, cli_copy_part(word, size), stuck);
}

/** "-n20", "-n 20", "-qn20". */
static int take_short(cli *cli, words *words, const char *letters) {
    for (; *letters; letters++) {
        const cli_option *option = find_option(cli, NULL, 0, *letters);
        if (!option)
            return cli_usage(cli, "unknown option -%c", *letters);
        const char *rest = letters[1] ? letters + 1 : NULL;
        if (option->value)
            return take_option(cli, words, option, rest && *rest == '=' ? rest + 1 : rest);
        int code = give(cli, option, NULL);
        if (code)
            return code;
    }
    return CLI_DONE;
}

static int take_command(cli *cli, const char *word) {
    cli->command = cli_command_find(word);
    return cli->command ? CLI_DONE : cli_command_unknown(cli, word);
}

static int take_word(cli *cli, words *words) {
    const char *word = words->at[words->next++];
    if (!words->options_ended && word[0] == '-' && word[1]) {
        if (strcmp(word, "--") == 0) {
            words->options_ended = true;
            return CLI_DONE;
        }
        return word[1] == '-' ? take_long(cli, words, word + 2) : take_short(cli, words, word + 1);
    }
    if (!cli->command)
        return take_command(cli, word);
    cli->arguments = cli_resize(cli->arguments, cli->argument_count + 1, sizeof(*cli->arguments));
    cli->arguments[cli->argument_count++] = word;
    return CLI_DONE;
}

/** Too few or too many arguments. */
static int check_arguments(cli *cli) {
    size_t allowed = 0;
    bool endless = false;
    for (const cli_argument *argument = cli->command->arguments; argument && argument->name; argument++) {
        if (!argument->optional && cli->argument_count <= allowed)
            return cli_usage(cli, "%s is missing", argument->name);
        const char *value = cli_argument_at(cli, allowed);
        if (argument->choices && value && !cli_is_listed(argument->choices, value)) {
            char *choices = choices_text(argument->choices);
            int code = cli_usage(cli, "%s cannot be '%s'; choose one of %s", argument->name, value, choices);
            free(choices);
            return code;
        }
        endless = endless || argument->repeats;
        allowed++;
    }
    if (!endless && cli->argument_count > allowed)
        return cli_usage(cli, "too many arguments, from '%s' on; put text with spaces in quotes",
                         cli->arguments[allowed]);
    return CLI_DONE;
}

static int check_global_options(cli *cli) {
    int64_t threads = 1;
    if (!cli_number(cli, "threads", 1, &threads))
        return CLI_WRONG_USAGE;
    if (threads > 1024)
        return cli_usage(cli, "--threads is at most 1024");
    const char *memory = cli_value(cli, "memory-limit");
    uint64_t bytes;
    if (memory && !human_parse_size(memory, &bytes))
        return cli_usage(cli, "--memory-limit needs a size such as 2GB or 512MiB, not '%s'", memory);
    return CLI_DONE;
}

/** Messages about the command line itself are JSON too when it asks for that anywhere. */
static bool wants_json(int argc, char **argv) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--json") == 0)
            return true;
    return false;
}

int cli_parse(cli *cli, int argc, char **argv) {
    words words = {argv, argc, 1, false};
    cli->json = wants_json(argc, argv);
    while (words.next < words.count) {
        int code = take_word(cli, &words);
        if (code)
            return code;
    }
    cli->json = cli_has(cli, "json");
    cli->quiet = cli_has(cli, "quiet");
    if (!cli->command || cli_has(cli, "help") || cli_has(cli, "version"))
        return CLI_DONE;
    int code = check_global_options(cli);
    return code ? code : check_arguments(cli);
}

const char *cli_argument_at(const cli *cli, size_t i) {
    return i < cli->argument_count ? cli->arguments[i] : NULL;
}

bool cli_has(const cli *cli, const char *option) {
    return cli_count(cli, option) > 0;
}

const char *cli_value(const cli *cli, const char *option) {
    size_t count = cli_count(cli, option);
    return count ? cli_value_at(cli, option, count - 1) : NULL;
}

size_t cli_count(const cli *cli, const char *option) {
    size_t count = 0;
    for (size_t i = 0; i < cli->given_count; i++)
        count += strcmp(cli->given[i].option->name, option) == 0;
    return count;
}

const char *cli_value_at(const cli *cli, const char *option, size_t i) {
    for (size_t n = 0; n < cli->given_count; n++)
        if (strcmp(cli->given[n].option->name, option) == 0 && i-- == 0)
            return cli->given[n].value;
    return NULL;
}

bool cli_parse_number(cli *cli, const char *what, const char *text, int64_t least, int64_t *out) {
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end == text || *end || errno || number < least || strchr(" \t+", *text)) {
        cli_usage(cli, "%s needs a whole number from %lld on, not '%s'", what, (long long)least, text);
        return false;
    }
    *out = number;
    return true;
}

bool cli_number(cli *cli, const char *option, int64_t least, int64_t *out) {
    const char *text = cli_value(cli, option);
    if (!text)
        return true;
    char *what = cli_format("--%s", option);
    bool good = cli_parse_number(cli, what, text, least, out);
    free(what);
    return good;
}
