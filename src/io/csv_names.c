// The columns' names of delimited text.
#include "io/csv_reader.h"

#include "base/text.h"
#include "io/name_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW_NUMBER_NAME "_tarn_id" /* see src/store/names.c, which refuses it */

/* Control characters become spaces, runs of spaces that contained one become one, and the ends are trimmed. */
static void clean(char *name, size_t size) {
    size_t used = 0;
    bool control = false;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)name[i];
        if (c < 0x20 || c == 0x7F) {
            control = true;
            continue;
        }
        if (control && used > 0 && c != ' ' && name[used - 1] != ' ')
            name[used++] = ' ';
        control = false;
        name[used++] = (char)c;
    }
    while (used > 0 && name[used - 1] == ' ')
        used--;
    name[used] = '\0';
    size_t spaces = strspn(name, " ");
    memmove(name, name + spaces, used - spaces + 1);
}

/* The header's text of a column in UTF-8; NULL text when it has none. */
static tarn_status decode(const tarn_csv_reader *reader, size_t column, char **out, size_t *size, tarn_error *error) {
    const tarn_buffer *raw = column < reader->header.n_names ? &reader->header.names[column] : NULL;
    *out = NULL;
    *size = 0;
    if (raw == NULL)
        return TARN_OK;
    *out = malloc(tarn_text_utf8_bound(raw->size) + 1);
    if (*out == NULL)
        return tarn_fail_memory(error);
    *size = tarn_csv_decode(reader, raw->data, raw->size, *out);
    (*out)[*size] = '\0';
    return TARN_OK;
}

static tarn_status name_column(tarn_csv_reader *reader, size_t column, tarn_name_set *set, tarn_error *error) {
    tarn_csv_column *info = &reader->report.columns[column];
    bool joined = reader->extra_joined && column + 1 == reader->n_columns;
    char *text, generated[32];
    size_t size;
    TARN_TRY(decode(reader, column, &text, &size, error));
    char *base = tarn_strndup(text != NULL ? text : "", size);
    tarn_status status = base == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK) {
        clean(base, size);
        snprintf(generated, sizeof generated, joined ? "_extra" : "column_%zu", column + 1);
        bool reserved = strcmp(base, ROW_NUMBER_NAME) == 0;
        status = tarn_name_set_make(set, base[0] != '\0' && !reserved ? base : generated, &info->name, error);
    }
    if (status == TARN_OK && text != NULL && (size != strlen(info->name) || memcmp(text, info->name, size) != 0)) {
        info->raw = text;
        text = NULL;
    }
    free(text);
    free(base);
    return status;
}

tarn_status tarn_csv_name_columns(tarn_csv_reader *reader, tarn_error *error) {
    tarn_name_set set = {0};
    reader->report.n_columns = 0;
    reader->report.columns = calloc(reader->n_columns, sizeof *reader->report.columns);
    tarn_status status = reader->report.columns == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t i = 0; status == TARN_OK && i < reader->n_columns; i++) {
        reader->report.n_columns = i + 1;
        status = name_column(reader, i, &set, error);
    }
    tarn_name_set_clear(&set);
    return status;
}
