#include "io/names.h"

#include "arrow/array.h"
#include "base/buffer.h"
#include "base/text.h"
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

/* Keys of the names given so far, sorted, so that a table of thousands of columns stays quick. */
typedef struct key_set {
    char **keys;
    size_t count, capacity;
} key_set;

static bool find_key(const key_set *set, const char *key, size_t *place) {
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(set->keys[middle], key);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *place = low;
    return false;
}

/* Take a name if its key is free; `*taken` says so. */
static tarn_status claim(key_set *set, const char *name, bool *taken, tarn_error *error) {
    size_t place = 0;
    char *key = tarn_name_key(name);
    if (key == NULL)
        return tarn_fail_memory(error);
    *taken = !find_key(set, key, &place);
    tarn_status status = TARN_OK;
    if (*taken) {
        status = tarn_grow(&set->keys, &set->capacity, set->count + 1, sizeof *set->keys, error);
        if (status == TARN_OK) {
            memmove(set->keys + place + 1, set->keys + place, (set->count - place) * sizeof *set->keys);
            set->keys[place] = key;
            set->count++;
            key = NULL;
        }
    }
    free(key);
    return status;
}

static tarn_status make_unique(key_set *set, const char *wanted, char **out, tarn_error *error) {
    for (unsigned n = 1;; n++) {
        bool taken = false;
        char *name = n == 1 ? tarn_strdup(wanted) : tarn_format("%s_%u", wanted, n);
        if (name == NULL)
            return tarn_fail_memory(error);
        tarn_status status = claim(set, name, &taken, error);
        if (status == TARN_OK && taken) {
            *out = name;
            return TARN_OK;
        }
        free(name);
        TARN_TRY(status);
    }
}

static tarn_status fit_name(key_set *set, int64_t index, const char *given, char **out, tarn_notes *notes,
                            tarn_error *error) {
    char fallback[32];
    tarn_error why;
    const char *wanted = given;
    if (given == NULL || tarn_check_column_name(given, &why) != TARN_OK) {
        snprintf(fallback, sizeof fallback, "column_%lld", (long long)index + 1);
        wanted = fallback;
    }
    TARN_TRY(make_unique(set, wanted, out, error));
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
    key_set set = {0};
    tarn_status status = tarn_schema_make_nested(&made, "+s", "", schema->n_children, error);
    for (int64_t i = 0; i < schema->n_children && status == TARN_OK; i++) {
        char *name = NULL;
        status = fit_name(&set, i, schema->children[i]->name, &name, notes, error);
        if (status == TARN_OK)
            status = tarn_schema_copy(schema->children[i], name, made.children[i], error);
        free(name);
    }
    for (size_t i = 0; i < set.count; i++)
        free(set.keys[i]);
    free(set.keys);
    if (status == TARN_OK)
        *out = made;
    else
        tarn_schema_release(&made);
    return status;
}
