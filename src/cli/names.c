#include "names.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>

char **cli_names(const cli *cli, const char *option, size_t *count) {
    char **names = NULL;
    *count = 0;
    for (size_t i = 0; i < cli_count(cli, option); i++) {
        const char *text = cli_value_at(cli, option, i);
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
            names = cli_resize(names, *count + 1, sizeof(*names));
            names[(*count)++] = name.data;
        } while (*text++ == ',');
    }
    return names;
}

void cli_names_free(char **names, size_t count) {
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}
