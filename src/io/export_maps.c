/* Looks for maps that have a key twice. */
#include "io/export_maps.h"

#include "arrow/array.h"
#include "arrow/builder.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static bool has_map(const struct ArrowSchema *schema) {
    if (strcmp(schema->format, "+m") == 0)
        return true;
    for (int64_t i = 0; i < schema->n_children; i++)
        if (has_map(schema->children[i]))
            return true;
    return false;
}

/* ---- one value -----------------------------------------------------------------------------------------------------
 */

typedef struct key {
    size_t begin, size; /* in the text */
    const tarn_buffer *text;
} key;

typedef struct search {
    tarn_buffer text;
    key *keys;
    size_t capacity;
    bool found;
    key twice;
} search;

static int compare_keys(const void *a, const void *b) {
    const key *x = a, *y = b;
    int order = memcmp(x->text->data + x->begin, y->text->data + y->begin, x->size < y->size ? x->size : y->size);
    return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

/* Entries `first` to `end` of a map's struct of keys and values. */
static tarn_status look_at_keys(search *s, const struct ArrowSchema *entries_schema, const struct ArrowArray *entries,
                                int64_t first, int64_t end, tarn_error *error) {
    size_t count = 0;
    s->text.size = 0;
    for (int64_t i = first; end - first > 1 && i < end; i++) {
        bool is_null;
        size_t begin = s->text.size;
        TARN_TRY(tarn_array_print(entries_schema->children[0], entries->children[0], entries->offset + i, &s->text,
                                  &is_null, error));
        TARN_TRY(tarn_grow(&s->keys, &s->capacity, count + 1, sizeof *s->keys, error));
        s->keys[count++] = (key){begin, s->text.size - begin, &s->text};
    }
    if (s->text.size > 0)
        qsort(s->keys, count, sizeof *s->keys, compare_keys);
    for (size_t i = 1; i < count && s->text.size > 0; i++) {
        if (compare_keys(&s->keys[i - 1], &s->keys[i]) == 0) {
            s->found = true;
            s->twice = s->keys[i];
            return TARN_OK;
        }
    }
    return TARN_OK;
}

static tarn_status look_at(search *s, const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i,
                           tarn_error *error);

static tarn_status look_at_elements(search *s, const struct ArrowSchema *schema, const struct ArrowArray *array,
                                    int64_t first, int64_t end, tarn_error *error) {
    for (int64_t i = first; i < end && !s->found; i++)
        TARN_TRY(look_at(s, schema->children[0], array->children[0], i, error));
    return TARN_OK;
}

/* Element i, counted from the array's offset. */
static tarn_status look_at(search *s, const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i,
                           tarn_error *error) {
    int64_t at = array->offset + i, width;
    if (!has_map(schema) || tarn_array_is_null(schema, array, i))
        return TARN_OK;
    if (strcmp(schema->format, "+s") == 0) {
        for (int64_t child = 0; child < schema->n_children && !s->found; child++)
            TARN_TRY(look_at(s, schema->children[child], array->children[child], at, error));
        return TARN_OK;
    }
    if (strncmp(schema->format, "+w:", 3) == 0) {
        width = strtoll(schema->format + 3, NULL, 10);
        return look_at_elements(s, schema, array, at * width, (at + 1) * width, error);
    }
    if (strcmp(schema->format, "+L") == 0) {
        const int64_t *ends = array->buffers[1];
        return look_at_elements(s, schema, array, ends[at], ends[at + 1], error);
    }
    const int32_t *ends = array->buffers[1];
    if (strcmp(schema->format, "+m") == 0)
        TARN_TRY(look_at_keys(s, schema->children[0], array->children[0], ends[at], ends[at + 1], error));
    return s->found ? TARN_OK : look_at_elements(s, schema, array, ends[at], ends[at + 1], error);
}

/* ---- a version -----------------------------------------------------------------------------------------------------
 */

static tarn_status look_at_batch(search *s, const struct ArrowSchema *schema, const struct ArrowArray *batch,
                                 int64_t before, const char *format_name, tarn_error *error) {
    for (int64_t row = 0; row < batch->length; row++) {
        for (int64_t i = 0; i < schema->n_children; i++) {
            TARN_TRY(look_at(s, schema->children[i], batch->children[i], batch->offset + row, error));
            if (s->found)
                return tarn_fail(error, TARN_E_UNSUPPORTED,
                                 "row %lld of column %.100s has a map with the key \"%.*s\" twice, which %s cannot "
                                 "hold: export it as Arrow or CSV, or leave one of them",
                                 (long long)(before + row + 1), schema->children[i]->name,
                                 (int)(s->twice.size < 100 ? s->twice.size : 100),
                                 (const char *)s->text.data + s->twice.begin, format_name);
        }
    }
    return TARN_OK;
}

static tarn_status look_at_all(search *s, struct ArrowArrayStream *stream, tarn_task *task, const char *format_name,
                               tarn_error *error) {
    struct ArrowSchema schema = {0};
    int64_t rows = 0;
    TARN_TRY(tarn_stream_schema(stream, &schema, error));
    tarn_status status = TARN_OK;
    for (bool more = true; more && status == TARN_OK;) {
        struct ArrowArray batch = {0};
        status = tarn_task_check(task, error);
        if (status == TARN_OK)
            status = tarn_stream_next(stream, &batch, error);
        more = batch.release != NULL;
        if (status == TARN_OK && more)
            status = look_at_batch(s, &schema, &batch, rows, format_name, error);
        rows += more ? batch.length : 0;
        tarn_array_release(&batch);
    }
    tarn_schema_release(&schema);
    return status;
}

tarn_status tarn_export_check_maps(const tarn_io *io, tarn_version *version, const char *format_name,
                                   tarn_error *error) {
    struct ArrowSchema schema = {0};
    struct ArrowArrayStream stream = {0};
    search s = {0};
    size_t *columns = NULL, count = 0;
    TARN_TRY(tarn_version_schema(version, &schema, error));
    tarn_status status = TARN_OK;
    columns = calloc((size_t)schema.n_children + 1, sizeof *columns);
    if (columns == NULL)
        status = tarn_fail_memory(error);
    for (int64_t i = 0; status == TARN_OK && i < schema.n_children; i++)
        if (has_map(schema.children[i]))
            columns[count++] = (size_t)i;
    if (status == TARN_OK && count > 0)
        status = tarn_version_stream(version, columns, count, NULL, &stream, error);
    if (status == TARN_OK && count > 0)
        status = look_at_all(&s, &stream, io->task, format_name, error);
    tarn_stream_release(&stream);
    tarn_schema_release(&schema);
    tarn_buffer_free(&s.text);
    free(s.keys);
    free(columns);
    return status;
}
