#include "io/names.h"

#include "arrow/array.h"
#include "base/buffer.h"
#include "base/text.h"
#include "io/name_set.h"
#include "store/store.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

tarn_status tarn_notes_add(tarn_notes *notes, tarn_error *error, const char *format, ...) {
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    /* A name may have been cut inside a character. */
    char *copy = tarn_strndup(line, tarn_utf8_valid_prefix(line, strlen(line)));
    if (copy == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_grow(&notes->lines, &notes->capacity, notes->count + 1, sizeof *notes->lines, error);
    if (status == TARN_OK)
        notes->lines[notes->count++] = copy;
    else
        free(copy);
    return status;
}

void tarn_notes_clear(tarn_notes *notes) {
    for (size_t i = 0; i < notes->count; i++)
        free(notes->lines[i]);
    free(notes->lines);
    *notes = (tarn_notes){0};
}

static tarn_status fit_name(tarn_name_set *set, int64_t index, const char *given, char **out, tarn_notes *notes,
                            tarn_error *error) {
    char fallback[32];
    tarn_error why;
    const char *wanted = given;
    if (given == NULL || tarn_check_column_name(given, &why) != TARN_OK) {
        snprintf(fallback, sizeof fallback, "column_%lld", (long long)index + 1);
        wanted = fallback;
    }
    TARN_TRY(tarn_name_set_make(set, wanted, out, error));
    if (given == NULL || given[0] == '\0')
        return tarn_notes_add(notes, error, "column %lld has no name: called %s", (long long)index + 1, *out);
    if (strcmp(*out, given) != 0)
        return tarn_notes_add(notes, error, "column %lld is called %s, as the name \"%s\" %s", (long long)index + 1,
                              *out, given, wanted == fallback ? "cannot be a column's" : "is taken");
    return TARN_OK;
}

tarn_status tarn_fit_names(const struct ArrowSchema *schema, struct ArrowSchema *out, tarn_notes *notes,
                           tarn_error *error) {
    struct ArrowSchema made = {0};
    tarn_name_set set = {0};
    tarn_status status = tarn_schema_make_nested(&made, "+s", "", schema->n_children, error);
    for (int64_t i = 0; i < schema->n_children && status == TARN_OK; i++) {
        char *name = NULL;
        status = fit_name(&set, i, schema->children[i]->name, &name, notes, error);
        if (status == TARN_OK)
            status = tarn_schema_copy(schema->children[i], name, made.children[i], error);
        free(name);
    }
    tarn_name_set_clear(&set);
    if (status == TARN_OK)
        *out = made;
    else
        tarn_schema_release(&made);
    return status;
}
