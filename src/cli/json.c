// Printing JSON answers (answer/answer.h makes them).
#include "json.h"

#include "human.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void json_write(json_t *value, FILE *out, bool indented) {
    char *text =
        value
            ? json_dumps(value, JSON_ENCODE_ANY | (indented ? JSON_INDENT(2) : JSON_COMPACT) | JSON_REAL_PRECISION(15))
            : NULL;
    if (!text)
        text = cli_copy("null"); /* only when memory ran out; cli_copy then ends the program */
    fprintf(out, "%s\n", text);
    free(text);
    json_decref(value);
}

void json_print(json_t *value) {
    json_write(value, stdout, isatty(STDOUT_FILENO));
}
