// Column names from outside, made fit for a table.
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
    char line[1024];
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

void tarn_listing_add(tarn_listing *listing, const char *format, ...) {
    enum { SHOWN = 5 };
    char text[200];
    va_list arguments;
    if (listing->count++ >= SHOWN)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t size = tarn_utf8_valid_prefix(text, strlen(text)); /* a name may have been cut inside a character */
    size_t comma = listing->used > 0 ? 2 : 0;
    if (listing->used + comma + size + 1 > sizeof listing->text)
        return;
    memcpy(listing->text + listing->used, ", ", comma);
    memcpy(listing->text + listing->used + comma, text, size);
    listing->used += comma + size;
    listing->shown++;
}

const char *tarn_listing_text(const tarn_listing *listing, char *out, size_t size) {
    if (listing->count > listing->shown)
        snprintf(out, size, "%.*s and %zu more", (int)listing->used, listing->text, listing->count - listing->shown);
    else
        snprintf(out, size, "%.*s", (int)listing->used, listing->text);
    return out;
}

typedef struct fitting {
    tarn_name_set names;
    tarn_listing nameless, unfit, spaced, taken;
} fitting;

/* Without the spaces around it; heap. */
static char *trim(const char *name) {
    size_t begin = strspn(name, " \t\r\n"), end = strlen(name);
    while (end > begin && strchr(" \t\r\n", name[end - 1]) != NULL)
        end--;
    return tarn_strndup(name + begin, end - begin);
}

static void note_change(fitting *f, int64_t index, const char *given, const char *trimmed, bool is_fit,
                        const char *made) {
    if (trimmed[0] == '\0') {
        tarn_listing_add(&f->nameless, "%s", made);
        return;
    }
    tarn_listing *list = !is_fit                       ? &f->unfit
                         : strcmp(made, trimmed) != 0  ? &f->taken
                         : strcmp(trimmed, given) != 0 ? &f->spaced
                                                       : NULL;
    if (list != NULL)
        tarn_listing_add(list, "\"%.60s\" (column %lld) is now %.60s", given, (long long)index + 1, made);
}

static tarn_status fit_name(fitting *f, int64_t index, const char *name, char **out, tarn_error *error) {
    char fallback[32];
    tarn_error why;
    const char *given = name != NULL ? name : "";
    char *trimmed = trim(given);
    if (trimmed == NULL)
        return tarn_fail_memory(error);
    bool is_fit = tarn_check_column_name(trimmed, &why) == TARN_OK;
    snprintf(fallback, sizeof fallback, "column_%lld", (long long)index + 1);
    tarn_status status = tarn_name_set_make(&f->names, is_fit ? trimmed : fallback, out, error);
    if (status == TARN_OK)
        note_change(f, index, given, trimmed, is_fit, *out);
    free(trimmed);
    return status;
}

static tarn_status note_list(tarn_notes *notes, const char *what, const tarn_listing *list, tarn_error *error) {
    char text[700];
    return list->count == 0 ? TARN_OK
                            : tarn_notes_add(notes, error, "%s: %s", what, tarn_listing_text(list, text, sizeof text));
}

static tarn_status note_names(const fitting *f, tarn_notes *notes, tarn_error *error) {
    TARN_TRY(note_list(notes, "columns without a name are called by their places", &f->nameless, error));
    TARN_TRY(note_list(notes, "names that cannot be a column's were changed", &f->unfit, error));
    TARN_TRY(note_list(notes, "names have no spaces around them", &f->spaced, error));
    return note_list(notes, "names that are there already were changed", &f->taken, error);
}

tarn_status tarn_fit_names(const struct ArrowSchema *schema, struct ArrowSchema *out, tarn_notes *notes,
                           tarn_error *error) {
    struct ArrowSchema made = {0};
    fitting f = {0};
    tarn_status status = tarn_schema_make_nested(&made, "+s", "", schema->n_children, error);
    for (int64_t i = 0; i < schema->n_children && status == TARN_OK; i++) {
        char *name = NULL;
        status = fit_name(&f, i, schema->children[i]->name, &name, error);
        if (status == TARN_OK)
            status = tarn_schema_copy(schema->children[i], name, made.children[i], error);
        free(name);
    }
    if (status == TARN_OK)
        status = note_names(&f, notes, error);
    tarn_name_set_clear(&f.names);
    if (status == TARN_OK)
        *out = made;
    else
        tarn_schema_release(&made);
    return status;
}
