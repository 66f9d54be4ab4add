// Options that take lists of names.
#include "names.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>

void cli_names_split(const char *text, char ***names, size_t *count) {
    do {
        cli_text name = {0};
        bool quoted = *text == '"';
        text += quoted;
        for (; *text && (quoted || *text != ','); text++) {
            if (quoted && *text == '"' && *++text != '"')
                break;
            cli_text_add(&name, text, 1);
        }
        text += strcspn(text, ",");
        cli_text_add(&name, "", 0);
        *names = cli_resize(*names, *count + 1, sizeof(**names));
        (*names)[(*count)++] = name.data;
    } while (*text++ == ',');
}

char **cli_names(const cli *cli, const char *option, size_t *count) {
    char **names = NULL;
    *count = 0;
    for (size_t i = 0; i < cli_count(cli, option); i++)
        cli_names_split(cli_value_at(cli, option, i), &names, count);
    return names;
}

void cli_names_free(char **names, size_t count) {
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

void cli_pairs_free(tarn_parameter *pairs, size_t count) {
    for (size_t i = 0; pairs && i < count; i++)
        free((void *)pairs[i].name);
    free(pairs);
}

tarn_parameter *cli_pairs(cli *cli, const char *option, const char *form, size_t *count) {
    size_t given = cli_count(cli, option);
    tarn_parameter *pairs = cli_allocate(given + 1, sizeof(*pairs));
    for (*count = 0; *count < given; ++*count) {
        const char *text = cli_value_at(cli, option, *count), *equals = strchr(text, '=');
        if (!equals || equals == text) {
            cli_usage(cli, "--%s needs %s, not '%s'", option, form, text);
            cli_pairs_free(pairs, *count);
            *count = 0;
            return NULL;
        }
        pairs[*count] = (tarn_parameter){cli_copy_part(text, (size_t)(equals - text)), equals + 1};
    }
    return pairs;
}
