/* Reads the schema of a Parquet file, as it is written there. */
#include "io/parquet_columns.h"

#include "arrow/builder.h"
#include "base/text.h"
#include "engine/stream.h"
#include "engine/types.h"

#include <stdlib.h>
#include <string.h>

/* The elements of a schema come depth first, each with the number of its children. */
enum { NAME, TYPE, MEANING, CHILDREN, DIGITS, CELLS };

static const char query[] = "SELECT name, coalesce(type, ''), coalesce(logical_type, ''), coalesce(num_children, 0), "
                            "coalesce(precision, 0) FROM parquet_schema(";

/* Where in the tree the next element belongs. */
typedef struct walk {
    tarn_parquet_columns *out;
    int64_t *left; /* children to come, at each level */
    size_t depth, capacity;
    bool is_cut; /* the column that is open was listed */
} walk;

static tarn_status add_column(walk *w, const char *name, const char *meaning, tarn_error *error) {
    tarn_parquet_columns *out = w->out;
    TARN_TRY(tarn_grow(&out->columns, &out->capacity, out->count + 1, sizeof *out->columns, error));
    char *copy = tarn_strdup(name);
    if (copy == NULL)
        return tarn_fail_memory(error);
    out->columns[out->count++] = (tarn_parquet_column){copy, strncmp(meaning, "TimeType", 8) == 0 &&
                                                                 strstr(meaning, "isAdjustedToUTC=1") != NULL};
    w->is_cut = false;
    return TARN_OK;
}

/* Nanoseconds of a zone, of a time of day, or as Impala wrote them, have no type in DuckDB. */
static bool is_cut(const char *type, const char *meaning) {
    return strcmp(type, "INT96") == 0 ||
           (strstr(meaning, "isAdjustedToUTC=1") != NULL && strstr(meaning, "NANOS=NanoSeconds") != NULL);
}

static tarn_status see_element(walk *w, char *const *cells, tarn_error *error) {
    tarn_parquet_columns *out = w->out;
    while (w->depth > 0 && w->left[w->depth - 1] == 0)
        w->depth--;
    if (w->depth > 0)
        w->left[w->depth - 1]--;
    if (w->depth == 1)
        TARN_TRY(add_column(w, cells[NAME], cells[MEANING], error));
    if (out->count > 0 && !w->is_cut && is_cut(cells[TYPE], cells[MEANING])) {
        tarn_listing_add(&out->cut, "%.60s", out->columns[out->count - 1].name);
        w->is_cut = true;
    }
    if (strtoll(cells[DIGITS], NULL, 10) > 38 && out->wide_decimal == NULL &&
        (out->wide_decimal = tarn_strdup(cells[NAME])) == NULL)
        return tarn_fail_memory(error);
    TARN_TRY(tarn_grow(&w->left, &w->capacity, w->depth + 1, sizeof *w->left, error));
    int64_t children = strtoll(cells[CHILDREN], NULL, 10);
    w->left[w->depth++] = children > 0 ? children : 0;
    return TARN_OK;
}

static tarn_status see_batch(walk *w, const struct ArrowSchema *schema, const struct ArrowArray *batch,
                             tarn_error *error) {
    tarn_buffer text[CELLS] = {{0}};
    tarn_status status = TARN_OK;
    for (int64_t row = 0; row < batch->length && status == TARN_OK; row++) {
        char *cells[CELLS];
        for (int i = 0; i < CELLS; i++) {
            bool is_null;
            text[i].size = 0;
            TARN_CHECK(tarn_array_print(schema->children[i], batch->children[i], row, &text[i], &is_null, error));
            TARN_CHECK(tarn_buffer_append(&text[i], "", 1, error));
            cells[i] = (char *)text[i].data;
        }
        status = see_element(w, cells, error);
    }
cleanup:
    for (int i = 0; i < CELLS; i++)
        tarn_buffer_free(&text[i]);
    return status;
}

static tarn_status see_all(walk *w, struct ArrowArrayStream *stream, tarn_error *error) {
    struct ArrowSchema schema = {0};
    TARN_TRY(tarn_stream_schema(stream, &schema, error));
    tarn_status status = TARN_OK;
    for (bool more = true; more && status == TARN_OK;) {
        struct ArrowArray batch = {0};
        status = tarn_stream_next(stream, &batch, error);
        more = batch.release != NULL;
        if (status == TARN_OK && more)
            status = see_batch(w, &schema, &batch, error);
        tarn_array_release(&batch);
    }
    tarn_schema_release(&schema);
    return status;
}

tarn_status tarn_parquet_columns_read(tarn_engine *engine, const char *pattern, tarn_task *task,
                                      tarn_parquet_columns *out, tarn_error *error) {
    struct ArrowArrayStream stream = {0};
    tarn_buffer sql = {0};
    walk w = {.out = out};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_buffer_append(&sql, query, sizeof query - 1, error));
    TARN_CHECK(tarn_sql_literal(&sql, pattern, error));
    TARN_CHECK(tarn_buffer_append(&sql, ")", 2, error)); /* with the NUL */
    TARN_CHECK(tarn_engine_work_query(engine, (const char *)sql.data, NULL, 0, task, &stream, error));
    status = see_all(&w, &stream, error);
cleanup:
    tarn_stream_release(&stream);
    tarn_buffer_free(&sql);
    free(w.left);
    return status;
}

void tarn_parquet_columns_clear(tarn_parquet_columns *columns) {
    for (size_t i = 0; i < columns->count; i++)
        free(columns->columns[i].name);
    free(columns->columns);
    free(columns->wide_decimal);
    *columns = (tarn_parquet_columns){0};
}

/* ---- names ---------------------------------------------------------------------------------------------------------
 */

typedef struct named_stream {
    tarn_stream_base base;
    const tarn_parquet_columns *columns;
    struct ArrowArrayStream given;
} named_stream;

static tarn_status name_schema(named_stream *s, struct ArrowSchema *out, tarn_error *error) {
    struct ArrowSchema given = {0}, made = {0};
    TARN_TRY(tarn_stream_schema(&s->given, &given, error));
    tarn_status status = tarn_schema_make_nested(&made, "+s", "", given.n_children, error);
    for (int64_t i = 0; i < given.n_children && status == TARN_OK; i++) {
        const char *name = (size_t)i < s->columns->count ? s->columns->columns[i].name : given.children[i]->name;
        status = tarn_schema_copy(given.children[i], name, made.children[i], error);
    }
    tarn_schema_release(&given);
    if (status == TARN_OK)
        *out = made;
    else
        tarn_schema_release(&made);
    return status;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    named_stream *s = stream->private_data;
    return tarn_stream_errno(name_schema(s, out, &s->base.error));
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    named_stream *s = stream->private_data;
    return tarn_stream_errno(tarn_stream_next(&s->given, out, &s->base.error));
}

static void release(struct ArrowArrayStream *stream) {
    named_stream *s = stream->private_data;
    tarn_stream_release(&s->given);
    free(s);
    *stream = (struct ArrowArrayStream){0};
}

tarn_status tarn_parquet_columns_name(const tarn_parquet_columns *columns, struct ArrowArrayStream *given,
                                      struct ArrowArrayStream *out, tarn_error *error) {
    named_stream *s = calloc(1, sizeof *s);
    if (s == NULL)
        return tarn_fail_memory(error);
    s->columns = columns;
    s->given = *given;
    *given = (struct ArrowArrayStream){0};
    *out = (struct ArrowArrayStream){.get_schema = get_schema,
                                     .get_next = get_next,
                                     .get_last_error = tarn_stream_last_error,
                                     .release = release,
                                     .private_data = s};
    return TARN_OK;
}
