#include "io/csv_reader.h"

#include "base/hash.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_NAME 255

/* Names taken so far: an open table of name keys by hash. */
typedef struct name_set {
    char **keys; /* owned */
    size_t slots;
} name_set;

static tarn_status set_init(name_set *set, size_t names, tarn_error *error) {
    set->slots = 16;
    while (set->slots < names * 4)
        set->slots *= 2;
    set->keys = calloc(set->slots, sizeof *set->keys);
    return set->keys != NULL ? TARN_OK : tarn_fail_memory(error);
}

static void set_free(name_set *set) {
    for (size_t i = 0; set->keys != NULL && i < set->slots; i++)
        free(set->keys[i]);
    free(set->keys);
}

static tarn_status set_add(name_set *set, const char *name, bool *added, tarn_error *error) {
    char *key = tarn_name_key(name);
    if (key == NULL)
        return tarn_fail_memory(error);
    size_t slot = (size_t)tarn_hash64_of(key, strlen(key)) & (set->slots - 1);
    while (set->keys[slot] != NULL && strcmp(set->keys[slot], key) != 0)
        slot = (slot + 1) & (set->slots - 1);
    *added = set->keys[slot] == NULL;
    if (*added)
        set->keys[slot] = key;
    else
        free(key);
    return TARN_OK;
}

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

/* At most `most` bytes, without cutting a character. */
static void cut(char *name, size_t most) {
    size_t size = strlen(name);
    if (size <= most)
        return;
    while (most > 0 && ((unsigned char)name[most] & 0xC0) == 0x80)
        most--;
    while (most > 0 && name[most - 1] == ' ')
        most--;
    name[most] = '\0';
}

/* `base`, or `base`_2, `base`_3 …: the first that is not taken. */
static tarn_status make_unique(name_set *set, const char *base, char **out, tarn_error *error) {
    bool added = false;
    char stem[LONGEST_NAME + 1];
    snprintf(stem, sizeof stem, "%s", base);
    for (unsigned n = 1; !added; n++) {
        char suffix[16] = "";
        if (n > 1)
            snprintf(suffix, sizeof suffix, "_%u", n);
        cut(stem, LONGEST_NAME - strlen(suffix));
        char *name = tarn_format("%s%s", stem, suffix);
        if (name == NULL)
            return tarn_fail_memory(error);
        tarn_status status = set_add(set, name, &added, error);
        if (status == TARN_OK && added)
            *out = name;
        else
            free(name);
        TARN_TRY(status);
    }
    return TARN_OK;
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
    *size = tarn_text_to_utf8(reader->encoding, raw->data, raw->size, *out);
    (*out)[*size] = '\0';
    return TARN_OK;
}

static tarn_status name_column(tarn_csv_reader *reader, size_t column, name_set *set, tarn_error *error) {
    tarn_csv_column *info = &reader->report.columns[column];
    bool joined = reader->extra_joined && column + 1 == reader->n_columns;
    char *text, generated[32];
    size_t size;
    TARN_TRY(decode(reader, column, &text, &size, error));
    char *base = tarn_strndup(text != NULL ? text : "", size);
    tarn_status status = base == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK) {
        clean(base, size);
        cut(base, LONGEST_NAME);
        snprintf(generated, sizeof generated, joined ? "_extra" : "column_%zu", column + 1);
        status = make_unique(set, base[0] != '\0' ? base : generated, &info->name, error);
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
    name_set set = {0};
    reader->report.n_columns = 0;
    reader->report.columns = calloc(reader->n_columns, sizeof *reader->report.columns);
    tarn_status status = reader->report.columns == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = set_init(&set, reader->n_columns, error);
    for (size_t i = 0; status == TARN_OK && i < reader->n_columns; i++) {
        reader->report.n_columns = i + 1;
        status = name_column(reader, i, &set, error);
    }
    set_free(&set);
    return status;
}
