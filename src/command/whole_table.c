// Cells from an expression that needs the whole table (window functions, subqueries).
#include "command/whole_table.h"

#include "command/expression.h"

#include <stdlib.h>
#include <string.h>

typedef struct results {
    tarn_version *version;
    struct ArrowArray values;
    int64_t **places; /* per chunk and row: index into values, -1 for rows that got none */
    size_t chunks;
} results;

static void results_free(results *r) {
    if (r == NULL)
        return;
    for (size_t chunk = 0; r->places != NULL && chunk < r->chunks; chunk++)
        free(r->places[chunk]);
    free(r->places);
    tarn_array_release(&r->values);
    free(r);
}

static tarn_status results_rows(const tarn_cells *cells, size_t chunk, int64_t from, int64_t to, struct ArrowArray *out,
                                tarn_error *error) {
    const results *r = cells->state;
    return tarn_array_take(&cells->type, &r->values, r->places[chunk] + from, to - from, out, error);
}

static void results_close(tarn_cells *cells) {
    results_free(cells->state);
}

static tarn_status results_new(tarn_version *version, results **out, tarn_error *error) {
    results *r = calloc(1, sizeof *r);
    if (r == NULL)
        return tarn_fail_memory(error);
    r->version = version;
    r->chunks = tarn_version_chunk_count(version);
    r->places = calloc(r->chunks + 1, sizeof *r->places);
    for (size_t chunk = 0; r->places != NULL && chunk < r->chunks; chunk++) {
        size_t bytes = (size_t)tarn_version_chunk(version, chunk).rows * sizeof(int64_t);
        r->places[chunk] = malloc(bytes + 1);
        if (r->places[chunk] == NULL)
            break;
        memset(r->places[chunk], 0xFF, bytes); /* -1 */
    }
    if (r->places == NULL || (r->chunks > 0 && r->places[r->chunks - 1] == NULL)) {
        results_free(r);
        return tarn_fail_memory(error);
    }
    *out = r;
    return TARN_OK;
}

/* Note where the rows of one batch of results belong. Column 0 has the row numbers. */
static tarn_status note_places(results *r, const struct ArrowArray *ids, int64_t first, int64_t *filled,
                               tarn_error *error) {
    const int64_t *numbers = (const int64_t *)ids->buffers[1] + ids->offset;
    for (int64_t i = 0; i < ids->length; i++) {
        size_t chunk;
        int64_t offset;
        TARN_TRY(tarn_version_find_row(r->version, numbers[i], &chunk, &offset, NULL, error));
        if (r->places[chunk][offset] >= 0)
            return tarn_fail(error, TARN_E_INVALID, "the expression gives several values for one row");
        r->places[chunk][offset] = first + i;
        (*filled)++;
    }
    return TARN_OK;
}

typedef struct batches {
    struct ArrowArray *arrays;
    size_t count, capacity;
} batches;

static void batches_free(batches *b) {
    for (size_t i = 0; i < b->count; i++)
        tarn_array_release(&b->arrays[i]);
    free(b->arrays);
}

static tarn_status gather(struct ArrowArrayStream *stream, batches *b, tarn_error *error) {
    for (;;) {
        TARN_TRY(tarn_grow(&b->arrays, &b->capacity, b->count + 1, sizeof *b->arrays, error));
        struct ArrowArray *next = &b->arrays[b->count];
        *next = (struct ArrowArray){0};
        TARN_TRY(tarn_stream_next(stream, next, error));
        if (next->release == NULL)
            return TARN_OK;
        b->count++;
    }
}

/* All values one after the other; none at all gives an empty array. */
static tarn_status join_values(const struct ArrowSchema *type, const batches *b, struct ArrowArray *out,
                               tarn_error *error) {
    if (b->count == 0)
        return tarn_array_nulls(type, 0, out, error);
    const struct ArrowArray **parts = malloc(b->count * sizeof *parts);
    if (parts == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < b->count; i++)
        parts[i] = b->arrays[i].children[1];
    tarn_status status = tarn_array_concat(type, parts, b->count, out, error);
    free(parts);
    return status;
}

static tarn_status place_all(results *r, const batches *b, tarn_error *error) {
    int64_t filled = 0, first = 0;
    for (size_t i = 0; i < b->count; i++) {
        TARN_TRY(note_places(r, b->arrays[i].children[0], first, &filled, error));
        first += b->arrays[i].length;
    }
    if (filled != tarn_version_rows(r->version))
        return tarn_fail(error, TARN_E_INVALID, "the expression gives %lld values for %lld rows", (long long)filled,
                         (long long)tarn_version_rows(r->version));
    return TARN_OK;
}

/* The version is offered to the query under a name that no table can have. */
#define TABLE "tarn_table"

/* In brackets "a, b" would be one value, a row of two. */
static tarn_status check_columns(tarn_run *run, const char *expression, const tarn_query_options *options,
                                 tarn_error *error) {
    tarn_buffer sql = {0};
    struct ArrowSchema schema = {0};
    tarn_status status = tarn_buffer_printf(&sql, error, "SELECT %s\nFROM tarn_rows('" TABLE "')", expression);
    if (status == TARN_OK)
        status =
            tarn_engine_describe(run->engine, run->store, (const char *)sql.data, sql.size, options, &schema, error);
    if (status == TARN_OK && schema.n_children != 1)
        status = tarn_fail(error, TARN_E_INVALID, "set: %s gives %lld columns: it must give one value", expression,
                           (long long)schema.n_children);
    tarn_schema_release(&schema);
    tarn_buffer_free(&sql);
    return status;
}

static tarn_status start_query(tarn_run *run, const char *expression, struct ArrowArrayStream *stream,
                               tarn_error *error) {
    tarn_query_table table = {.name = TABLE, .version = run->base};
    tarn_query_options options = {.tables = &table, .table_count = 1, .task = run->task};
    tarn_buffer sql = {0};
    tarn_error refusal = {0};
    TARN_TRY(check_columns(run, expression, &options, error));
    tarn_status status =
        tarn_buffer_printf(&sql, error, "SELECT _tarn_id, (%s\n) AS value FROM tarn_rows('" TABLE "')", expression);
    if (status == TARN_OK)
        status =
            tarn_engine_query(run->engine, run->store, (const char *)sql.data, sql.size, &options, stream, &refusal);
    tarn_buffer_free(&sql);
    if (status == TARN_E_SQL && strstr(refusal.message, "_tarn_id") != NULL) /* beside it an aggregate cannot stand */
        return tarn_fail(error, TARN_E_INVALID,
                         "set: %s gives one value for all rows together: write OVER () behind the aggregate",
                         expression);
    if (status != TARN_OK && error != NULL && refusal.code != TARN_OK)
        *error = refusal;
    return status;
}

static tarn_status check_shape(const struct ArrowSchema *schema, tarn_error *error) {
    if (schema->n_children != 2 || strcmp(schema->children[0]->format, "l") != 0)
        return tarn_fail(error, TARN_E_INVALID, "the expression must give one column");
    return TARN_OK;
}

tarn_status tarn_whole_table_open(tarn_run *run, const char *expression, const char *name, tarn_cells *out,
                                  tarn_error *error) {
    struct ArrowArrayStream stream = {0};
    struct ArrowSchema schema = {0};
    batches b = {0};
    results *r = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(start_query(run, expression, &stream, error));
    TARN_CHECK(tarn_stream_schema(&stream, &schema, error));
    TARN_CHECK(check_shape(&schema, error));
    TARN_CHECK(gather(&stream, &b, error));
    TARN_CHECK(results_new(run->base, &r, error));
    TARN_CHECK(place_all(r, &b, error));
    TARN_CHECK(join_values(schema.children[1], &b, &r->values, error));
    TARN_CHECK(tarn_schema_copy(schema.children[1], name, &out->type, error));
    out->state = r;
    out->rows = results_rows;
    out->close = results_close;
    r = NULL;
cleanup:
    results_free(r);
    batches_free(&b);
    tarn_schema_release(&schema);
    tarn_stream_release(&stream);
    return status;
}

tarn_status tarn_computed_open(tarn_run *run, const char *expression, const char *name, tarn_cells *out,
                               tarn_error *error) {
    tarn_error refusal = {0};
    tarn_status status = tarn_expression_open(run, expression, name, out, &refusal);
    if (status == TARN_E_INVALID)
        status = tarn_whole_table_open(run, expression, name, out, &refusal);
    if (status != TARN_OK && error != NULL)
        *error = refusal;
    return status;
}
