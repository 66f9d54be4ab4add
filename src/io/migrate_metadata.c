// The list of tables in a `metadata.json` of the earlier layout.
#include "io/migrate_metadata.h"

#include "base/buffer.h"
#include "base/text.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES ((uint64_t)256 << 20)

static tarn_status read_file(tarn_fs *fs, const char *path, tarn_buffer *out, tarn_error *error) {
    tarn_file *file;
    uint64_t size;
    size_t got = 0;
    TARN_TRY(tarn_fs_open(fs, path, TARN_OPEN_READ, &file, error));
    tarn_status status = tarn_file_size(file, &size, error);
    if (status == TARN_OK && size > MOST_BYTES)
        status = tarn_fail(error, TARN_E_FORMAT, "%s is too large to be a list of tables", path);
    if (status == TARN_OK)
        status = tarn_buffer_resize(out, (size_t)size, error);
    if (status == TARN_OK && size > 0)
        status = tarn_file_read(file, 0, out->data, (size_t)size, &got, error);
    out->size = got;
    tarn_file_close(file);
    return status;
}

/* Ids were numbers in some versions and texts in others. */
static char *text_of(const json_t *value) {
    if (json_is_integer(value))
        return tarn_format("%" JSON_INTEGER_FORMAT, json_integer_value(value));
    return json_is_string(value) ? tarn_strdup(json_string_value(value)) : NULL;
}

/* An id is part of a file's name and must not lead anywhere else. */
static bool is_file_name(const char *id) {
    return id[0] != '\0' && id[0] != '.' && strpbrk(id, "/\\") == NULL;
}

static tarn_status read_entry(const json_t *entry, size_t number, const char *key, tarn_old_tables *out,
                              tarn_notes *problems, tarn_error *error) {
    const json_t *id = json_object_get(entry, "id"), *rows = json_object_get(entry, "rowCount");
    tarn_old_table table = {.id = id != NULL    ? text_of(id)
                                  : key != NULL ? tarn_strdup(key)
                                                : NULL,
                            .name = text_of(json_object_get(entry, "name")),
                            .rows = json_is_integer(rows) ? (int64_t)json_integer_value(rows) : -1};
    if (table.id != NULL && table.name != NULL && table.name[0] != '\0' && is_file_name(table.id)) {
        out->list[out->count++] = table;
        return TARN_OK;
    }
    free(table.id);
    free(table.name);
    return tarn_notes_add(problems, error, "metadata.json: entry %zu has no usable id and name", number);
}

static tarn_status read_tables(const json_t *root, const char *path, tarn_old_tables *out, tarn_notes *problems,
                               tarn_error *error) {
    const json_t *tables = json_is_array(root) ? root : json_object_get(root, "tables");
    bool is_list = json_is_array(tables);
    if (!is_list && !json_is_object(tables))
        return tarn_fail(error, TARN_E_FORMAT, "%s has no list \"tables\"", path);
    size_t count = is_list ? json_array_size(tables) : json_object_size(tables), number = 0;
    out->list = calloc(count + 1, sizeof *out->list);
    if (out->list == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; is_list && i < count; i++)
        TARN_TRY(read_entry(json_array_get(tables, i), i + 1, NULL, out, problems, error));
    const char *key;
    json_t *entry;
    if (!is_list) {
        json_object_foreach((json_t *)tables, key, entry) {
            TARN_TRY(read_entry(entry, ++number, key, out, problems, error));
        }
    }
    return TARN_OK;
}

tarn_status tarn_old_tables_read(tarn_fs *fs, const char *path, tarn_old_tables *out, tarn_notes *problems,
                                 tarn_error *error) {
    tarn_buffer text = {0};
    json_error_t where;
    json_t *root = NULL;
    tarn_old_tables tables = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(read_file(fs, path, &text, error));
    root = text.size > 0 ? json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, &where) : NULL;
    if (root == NULL) {
        status = text.size == 0 ? tarn_fail(error, TARN_E_FORMAT, "%s is empty", path)
                                : tarn_fail(error, TARN_E_FORMAT, "%s: line %d: %s", path, where.line, where.text);
        goto cleanup;
    }
    TARN_CHECK(read_tables(root, path, &tables, problems, error));
    *out = tables;
    tables = (tarn_old_tables){0};
cleanup:
    tarn_old_tables_clear(&tables);
    json_decref(root);
    tarn_buffer_free(&text);
    return status;
}

void tarn_old_tables_clear(tarn_old_tables *tables) {
    for (size_t i = 0; i < tables->count; i++) {
        free(tables->list[i].id);
        free(tables->list[i].name);
    }
    free(tables->list);
    *tables = (tarn_old_tables){0};
}
