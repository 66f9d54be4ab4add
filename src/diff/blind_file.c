/*
 * Digests as an Arrow file: a column of 16 bytes, the rows' keys, rising, then one of 8 bytes for each column of the
 * table. The schema's metadata tell under "tarn.blind" what they were made with.
 */
#include "diff/blind.h"

#include "arrow/ipc.h"
#include "base/asker.h"
#include "base/buffer.h"
#include "base/text.h"
#include "engine/stream.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define METADATA "tarn.blind"
#define FORMAT 1

/* ---- what they were made with ---- */

static json_t *names_json(char *const *names, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(names[i]));
    return list;
}

static tarn_status describe(const tarn_blind_about *about, char **out, tarn_error *error) {
    json_t *object =
        json_pack("{s:i,s:o,s:b,s:b,s:I,s:I,s:s}", "format", FORMAT, "keys", names_json(about->keys, about->key_count),
                  "ignore_case", about->ignore_case, "ignore_space", about->ignore_space, "rows",
                  (json_int_t)about->rows, "null_keys", (json_int_t)about->null_keys, "check", about->check);
    *out = object == NULL ? NULL : json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static bool read_keys(const json_t *list, tarn_blind_about *out) {
    size_t count = json_array_size(list);
    out->keys = calloc(count + 1, sizeof *out->keys);
    for (; out->keys != NULL && out->key_count < count; out->key_count++) {
        const char *name = json_string_value(json_array_get(list, out->key_count));
        out->keys[out->key_count] = name != NULL ? tarn_strdup(name) : NULL;
        if (out->keys[out->key_count] == NULL)
            return false;
    }
    return count > 0 && out->keys != NULL;
}

static bool read_description(const char *text, size_t size, tarn_blind_about *out, int *format) {
    json_t *object = json_loadb(text, size, 0, NULL);
    const char *check = json_string_value(json_object_get(object, "check"));
    *format = (int)json_integer_value(json_object_get(object, "format"));
    bool good = *format == FORMAT && check != NULL && strlen(check) == sizeof out->check - 1 &&
                read_keys(json_object_get(object, "keys"), out);
    if (good) {
        memcpy(out->check, check, sizeof out->check);
        out->ignore_case = json_is_true(json_object_get(object, "ignore_case"));
        out->ignore_space = json_is_true(json_object_get(object, "ignore_space"));
        out->rows = json_integer_value(json_object_get(object, "rows"));
        out->null_keys = json_integer_value(json_object_get(object, "null_keys"));
        good = out->null_keys >= 0 && out->rows >= out->null_keys;
    }
    json_decref(object);
    return good;
}

/* ---- reading ---- */

typedef struct file_source {
    tarn_blind_source base;
    tarn_ipc_reader *reader;
    struct ArrowArray batch;
    const uint8_t **cells;
    uint8_t last[TARN_BLIND_KEY_BYTES];
    int64_t seen;
} file_source;

static void close_file(tarn_blind_source *source) {
    file_source *f = (file_source *)source;
    tarn_array_release(&f->batch);
    tarn_ipc_reader_free(f->reader);
    tarn_blind_about_clear(&f->base.about);
    free(f->cells);
    free(f);
}

static tarn_status strange(const file_source *f, const char *what, tarn_error *error) {
    return tarn_fail(error, TARN_E_INVALID,
                     "%s is no file of digests (%s)" TARN_ASKER(": tarn diff TABLE --blind -o FILE makes one", ""),
                     f->base.about.name, what);
}

static const uint8_t *values_of(const struct ArrowArray *array, int64_t width) {
    return array->length == 0 ? NULL : (const uint8_t *)array->buffers[1] + array->offset * width;
}

static tarn_status check_rows(file_source *f, const uint8_t *keys, tarn_error *error) {
    if (f->batch.length > 0 && f->batch.children[0]->null_count != 0)
        return strange(f, "a key is null", error);
    for (int64_t i = 0; i < f->batch.length; i++) {
        const uint8_t *key = keys + i * TARN_BLIND_KEY_BYTES;
        if (f->seen++ > 0 && memcmp(f->last, key, sizeof f->last) > 0)
            return strange(f, "its rows are not sorted", error);
        memcpy(f->last, key, sizeof f->last);
    }
    if (f->seen > f->base.about.rows - f->base.about.null_keys)
        return strange(f, "it has more rows than it says", error);
    return TARN_OK;
}

static tarn_status next_rows(tarn_blind_source *source, tarn_blind_rows *out, tarn_error *error) {
    file_source *f = (file_source *)source;
    do {
        tarn_array_release(&f->batch);
        f->batch = (struct ArrowArray){0};
        TARN_TRY(tarn_ipc_next(f->reader, &f->batch, error));
    } while (f->batch.release != NULL && f->batch.length == 0);
    *out = (tarn_blind_rows){0};
    if (f->batch.release == NULL)
        return f->seen == f->base.about.rows - f->base.about.null_keys
                   ? TARN_OK
                   : strange(f, "it has fewer rows than it says", error);
    out->count = f->batch.length;
    out->keys = values_of(f->batch.children[0], TARN_BLIND_KEY_BYTES);
    for (size_t i = 0; i < f->base.about.column_count; i++)
        f->cells[i] = values_of(f->batch.children[i + 1], TARN_BLIND_CELL_BYTES);
    out->cells = f->cells;
    return check_rows(f, out->keys, error);
}

static tarn_status read_columns(file_source *f, const struct ArrowSchema *schema, tarn_error *error) {
    tarn_blind_about *about = &f->base.about;
    if (schema->n_children < 1 || strcmp(schema->children[0]->format, "w:16") != 0)
        return strange(f, "its first column are no keys", error);
    about->columns = calloc((size_t)schema->n_children, sizeof *about->columns);
    f->cells = calloc((size_t)schema->n_children, sizeof *f->cells);
    if (about->columns == NULL || f->cells == NULL)
        return tarn_fail_memory(error);
    for (int64_t i = 1; i < schema->n_children; i++) {
        if (strcmp(schema->children[i]->format, "w:8") != 0)
            return strange(f, "a column is of another type", error);
        about->columns[about->column_count] = tarn_strdup(schema->children[i]->name);
        if (about->columns[about->column_count] == NULL)
            return tarn_fail_memory(error);
        about->column_count++;
    }
    return TARN_OK;
}

static tarn_status read_about(file_source *f, tarn_error *error) {
    const struct ArrowSchema *schema = tarn_ipc_schema(f->reader);
    const char *text;
    size_t size;
    int format;
    if (!tarn_schema_metadata_get(schema, METADATA, &text, &size))
        return strange(f, "it does not say what it was made with", error);
    if (!read_description(text, size, &f->base.about, &format))
        return format > FORMAT
                   ? tarn_fail(error, TARN_E_NEWER, "%s was written by a newer Tarn: update Tarn", f->base.about.name)
                   : strange(f, "what it says it was made with makes no sense", error);
    return read_columns(f, schema, error);
}

static tarn_status open_reader(file_source *f, tarn_fs *fs, const char *path, tarn_error *error) {
    tarn_file *file = NULL;
    tarn_ipc_read_options options = {0};
    TARN_TRY(tarn_fs_open(fs, path, TARN_OPEN_READ, &file, error));
    tarn_status status = tarn_ipc_open_file(file, &options, &f->reader, error);
    tarn_file_close(file);
    if (status == TARN_OK || status == TARN_E_IO || status == TARN_E_MEMORY)
        return status;
    return strange(f, "it is no Arrow file", error);
}

tarn_status tarn_blind_file(tarn_fs *fs, const char *path, tarn_blind_source **out, tarn_error *error) {
    file_source *f = calloc(1, sizeof *f);
    if (f == NULL)
        return tarn_fail_memory(error);
    f->base = (tarn_blind_source){.next = next_rows, .close = close_file};
    f->base.about.name = tarn_strdup(path);
    tarn_status status = f->base.about.name == NULL ? tarn_fail_memory(error) : open_reader(f, fs, path, error);
    if (status == TARN_OK)
        status = read_about(f, error);
    if (status == TARN_OK)
        *out = &f->base;
    else
        close_file(&f->base);
    return status;
}

/* ---- writing ---- */

typedef struct digest_stream {
    tarn_stream_base base;
    tarn_blind_source *source;
    struct ArrowSchema schema;
} digest_stream;

static tarn_status make_schema(const tarn_blind_about *about, struct ArrowSchema *out, tarn_error *error) {
    struct ArrowSchema schema;
    char *text = NULL;
    tarn_status status;
    TARN_TRY(tarn_schema_make_nested(&schema, "+s", "", (int64_t)about->column_count + 1, error));
    TARN_CHECK(tarn_schema_make(schema.children[0], "w:16", "key", error));
    for (size_t i = 0; i < about->column_count; i++)
        TARN_CHECK(tarn_schema_make(schema.children[i + 1], "w:8", about->columns[i], error));
    TARN_CHECK(describe(about, &text, error));
    TARN_CHECK(tarn_schema_metadata_set(&schema, METADATA, text, error));
    *out = schema;
    schema = (struct ArrowSchema){0};
cleanup:
    free(text);
    tarn_schema_release(&schema);
    return status;
}

static tarn_status copy_values(const uint8_t *values, int64_t count, int64_t width, struct ArrowArray *out,
                               tarn_error *error) {
    void *copy = tarn_aligned_alloc((size_t)(count * width) + 1);
    if (copy == NULL)
        return tarn_fail_memory(error);
    memcpy(copy, values, (size_t)(count * width));
    void *buffers[2] = {NULL, copy};
    return tarn_array_make(out, count, 0, buffers, 2, NULL, 0, error);
}

static tarn_status make_batch(const digest_stream *own, const tarn_blind_rows *rows, struct ArrowArray *out,
                              tarn_error *error) {
    int64_t count = own->schema.n_children;
    struct ArrowArray *children = calloc((size_t)count, sizeof *children);
    void *no_validity[1] = {NULL};
    tarn_status status = children == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = copy_values(rows->keys, rows->count, TARN_BLIND_KEY_BYTES, &children[0], error);
    for (int64_t i = 1; i < count && status == TARN_OK; i++)
        status = copy_values(rows->cells[i - 1], rows->count, TARN_BLIND_CELL_BYTES, &children[i], error);
    if (status == TARN_OK)
        status = tarn_array_make(out, rows->count, 0, no_validity, 1, children, count, error);
    for (int64_t i = 0; status != TARN_OK && children != NULL && i < count; i++)
        tarn_array_release(&children[i]);
    free(children);
    return status;
}

static int stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    digest_stream *own = stream->private_data;
    return tarn_stream_errno(tarn_schema_copy(&own->schema, NULL, out, &own->base.error));
}

static int stream_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    digest_stream *own = stream->private_data;
    tarn_blind_rows rows;
    *out = (struct ArrowArray){0};
    tarn_status status = own->source->next(own->source, &rows, &own->base.error);
    if (status == TARN_OK && rows.count > 0)
        status = make_batch(own, &rows, out, &own->base.error);
    return tarn_stream_errno(status);
}

static void stream_release(struct ArrowArrayStream *stream) {
    digest_stream *own = stream->private_data;
    own->source->close(own->source);
    tarn_schema_release(&own->schema);
    free(own);
    stream->release = NULL;
}

tarn_status tarn_blind_stream(tarn_blind_source *source, struct ArrowArrayStream *out, tarn_error *error) {
    digest_stream *own = calloc(1, sizeof *own);
    tarn_status status = own == NULL ? tarn_fail_memory(error) : make_schema(&source->about, &own->schema, error);
    if (status != TARN_OK) {
        source->close(source);
        free(own);
        return status;
    }
    own->source = source;
    *out = (struct ArrowArrayStream){.get_schema = stream_schema,
                                     .get_next = stream_next,
                                     .get_last_error = tarn_stream_last_error,
                                     .release = stream_release,
                                     .private_data = own};
    return TARN_OK;
}
