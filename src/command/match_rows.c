// Rows as texts, and rows that are equal.
#include "command/match_rows.h"

#include "base/hash.h"
#include "command/sqltext.h"

#include <stdlib.h>
#include <string.h>

#define TABLE "_tarn_rows"

typedef struct reading {
    tarn_text_rows *out;
    size_t value_capacity, id_capacity;
} reading;

/* Texts go into one buffer, which moves while it grows: until the end `text` only says that there is one. */
static tarn_status read_text(reading *r, const struct ArrowArray *texts, int64_t i, tarn_match_value *out,
                             tarn_error *error) {
    static const struct ArrowSchema type = {.format = "u", .flags = ARROW_FLAG_NULLABLE};
    const int32_t *offsets = (const int32_t *)texts->buffers[1] + texts->offset + i;
    *out = (tarn_match_value){0};
    if (tarn_array_is_null(&type, texts, i))
        return TARN_OK;
    *out = (tarn_match_value){"", (size_t)(offsets[1] - offsets[0])};
    return out->size == 0
               ? TARN_OK
               : tarn_buffer_append(&r->out->text, (const char *)texts->buffers[2] + offsets[0], out->size, error);
}

static tarn_status read_batch(reading *r, const struct ArrowArray *batch, tarn_error *error) {
    tarn_text_rows *out = r->out;
    size_t rows = out->count + (size_t)batch->length;
    const struct ArrowArray *ids = batch->children[0];
    TARN_TRY(tarn_grow(&out->ids, &r->id_capacity, rows + 1, sizeof *out->ids, error));
    TARN_TRY(tarn_grow(&out->values, &r->value_capacity, rows * out->width + 1, sizeof *out->values, error));
    for (int64_t i = 0; i < batch->length; i++, out->count++) {
        out->ids[out->count] = ((const int64_t *)ids->buffers[1])[ids->offset + i];
        for (size_t k = 0; k < out->width; k++)
            TARN_TRY(read_text(r, batch->children[k + 1], i, &out->values[out->count * out->width + k], error));
    }
    return TARN_OK;
}

static tarn_status write_query(const tarn_version *version, const size_t *columns, size_t count, tarn_buffer *sql,
                               tarn_error *error) {
    TARN_TRY(tarn_sql_write(sql, error, "SELECT _tarn_id"));
    for (size_t i = 0; i < count; i++)
        TARN_TRY(tarn_sql_write(sql, error, ", CAST(%i AS VARCHAR)", tarn_version_column(version, columns[i])->name));
    return tarn_sql_write(sql, error, " FROM tarn_rows('" TABLE "')");
}

static tarn_status read_stream(reading *r, struct ArrowArrayStream *stream, tarn_task *task, tarn_error *error) {
    for (;;) {
        struct ArrowArray batch = {0};
        TARN_TRY(tarn_task_check(task, error));
        TARN_TRY(tarn_stream_next(stream, &batch, error));
        if (batch.release == NULL)
            return TARN_OK;
        tarn_status status = read_batch(r, &batch, error);
        tarn_array_release(&batch);
        TARN_TRY(status);
    }
}

static void point_into_buffer(tarn_text_rows *rows) {
    const char *at = (const char *)rows->text.data;
    for (size_t i = 0; i < rows->count * rows->width; i++) {
        if (rows->values[i].size == 0)
            continue;
        rows->values[i].text = at;
        at += rows->values[i].size;
    }
}

tarn_status tarn_text_rows_read(tarn_engine *engine, tarn_version *version, const size_t *columns, size_t width,
                                tarn_task *task, tarn_text_rows *out, tarn_error *error) {
    tarn_query_table table = {.name = TABLE, .version = version};
    tarn_query_options options = {.tables = &table, .table_count = 1, .task = task};
    struct ArrowArrayStream stream = {0};
    tarn_buffer sql = {0};
    reading r = {.out = out};
    tarn_status status = TARN_OK;
    *out = (tarn_text_rows){.width = width};
    TARN_CHECK(write_query(version, columns, width, &sql, error));
    TARN_CHECK(tarn_engine_query(engine, NULL, (const char *)sql.data, sql.size, &options, &stream, error));
    TARN_CHECK(read_stream(&r, &stream, task, error));
    point_into_buffer(out);
cleanup:
    tarn_stream_release(&stream);
    tarn_buffer_free(&sql);
    return status;
}

void tarn_text_rows_clear(tarn_text_rows *rows) {
    free(rows->ids);
    free(rows->values);
    tarn_buffer_free(&rows->text);
    *rows = (tarn_text_rows){0};
}

/* ---- equal rows ----------------------------------------------------------------------------------------------------
 */

static bool equal_values(const tarn_match_value *a, const tarn_match_value *b, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if ((a[i].text == NULL) != (b[i].text == NULL) || a[i].size != b[i].size ||
            (a[i].size > 0 && memcmp(a[i].text, b[i].text, a[i].size) != 0))
            return false;
    }
    return true;
}

static uint64_t hash_values(const tarn_match_value *values, size_t count) {
    uint64_t hash = 0;
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ (values[i].text != NULL ? tarn_hash64_of(values[i].text, values[i].size) : 1)) *
               UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 32);
}

tarn_status tarn_records_make(const tarn_text_rows *rows, tarn_records *out, tarn_error *error) {
    size_t slots = 64;
    while (slots < rows->count * 2)
        slots *= 2;
    *out = (tarn_records){0};
    size_t *table = calloc(slots, sizeof *table); /* record + 1 */
    out->first = calloc(rows->count + 1, sizeof *out->first);
    out->of = calloc(rows->count + 1, sizeof *out->of);
    tarn_status status = table == NULL || out->first == NULL || out->of == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t row = 0; row < rows->count && status == TARN_OK; row++) {
        const tarn_match_value *values = rows->values + row * rows->width;
        size_t slot = hash_values(values, rows->width) & (slots - 1);
        while (table[slot] != 0 &&
               !equal_values(rows->values + out->first[table[slot] - 1] * rows->width, values, rows->width))
            slot = (slot + 1) & (slots - 1);
        if (table[slot] == 0) {
            out->first[out->count] = row;
            table[slot] = ++out->count;
        }
        out->of[row] = table[slot] - 1;
    }
    free(table);
    return status;
}

void tarn_records_clear(tarn_records *records) {
    free(records->first);
    free(records->of);
    *records = (tarn_records){0};
}
