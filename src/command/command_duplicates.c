/* `remove-duplicates`: rows are hashed chunk by chunk and looked up in tables of their own for parts of the hashes, in
   parallel; a hash is only believed after the values were compared. */
#include "command/families.h"
#include "command/row_hash.h"
#include "command/sort.h"
#include "command/sqltext.h"

#include <stdlib.h>
#include <string.h>

enum { PARTS = 16, PARTS_FROM = 16384 /* rows; fewer are not worth several tables */, CHECKED_ROWS = 65536 };

/* A row that is looked at: its hash and its place. */
typedef struct candidate {
    uint64_t hash;
    uint32_t chunk, offset;
} candidate;

typedef struct work {
    tarn_run *run;
    size_t *columns, column_count;
    size_t chunks;
    tarn_batch **batches; /* per chunk and column */
    uint64_t **hashes;    /* per chunk */
    candidate *rows;      /* in the order in which the first of equal ones stays */
    uint8_t *extra;       /* per row: an equal one came before */
    int64_t count;
    unsigned parts;
} work;

static void work_clear(work *w) {
    for (size_t i = 0; w->batches != NULL && i < w->chunks * w->column_count; i++)
        tarn_batch_release(w->batches[i]);
    for (size_t i = 0; w->hashes != NULL && i < w->chunks; i++)
        free(w->hashes[i]);
    free(w->batches);
    free(w->hashes);
    free(w->columns);
    free(w->rows);
    free(w->extra);
}

/* Loops over all rows look now and then whether they are still wanted. */
static tarn_status check(const work *w, int64_t i, tarn_error *error) {
    return i % CHECKED_ROWS == 0 ? tarn_task_check(w->run->task, error) : TARN_OK;
}

static tarn_status hash_chunk(void *context, size_t chunk, tarn_error *error) {
    work *w = context;
    int64_t rows = tarn_version_chunk(w->run->base, chunk).rows;
    w->hashes[chunk] = calloc((size_t)rows + 1, sizeof **w->hashes);
    if (w->hashes[chunk] == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < w->column_count; i++) {
        tarn_batch **batch = &w->batches[chunk * w->column_count + i];
        TARN_TRY(tarn_task_check(w->run->task, error));
        TARN_TRY(tarn_version_read(w->run->base, w->columns[i], chunk, batch, error));
        TARN_TRY(tarn_row_hash(tarn_batch_schema(*batch), tarn_batch_array(*batch), w->hashes[chunk], error));
    }
    tarn_task_advance(w->run->task, (uint64_t)rows);
    return TARN_OK;
}

static bool equal_rows(const work *w, const candidate *a, const candidate *b) {
    for (size_t i = 0; i < w->column_count; i++) {
        const tarn_batch *left = w->batches[a->chunk * w->column_count + i];
        const tarn_batch *right = w->batches[b->chunk * w->column_count + i];
        if (!tarn_array_element_equal(tarn_batch_schema(left), tarn_batch_array(left), a->offset,
                                      tarn_batch_array(right), b->offset))
            return false;
    }
    return true;
}

/* Whether an equal row came before it; else it is put into the table of indexes into rows. */
static bool look_up(const work *w, int64_t *table, size_t slots, int64_t i) {
    const candidate *row = &w->rows[i];
    size_t slot = row->hash & (slots - 1);
    while (table[slot] >= 0 && (w->rows[table[slot]].hash != row->hash || !equal_rows(w, &w->rows[table[slot]], row)))
        slot = (slot + 1) & (slots - 1);
    bool is_extra = table[slot] >= 0;
    if (!is_extra)
        table[slot] = i;
    return is_extra;
}

/* The rows whose hashes fall into one part: the upper bits choose the part, the lower ones the slot. */
static tarn_status look_up_part(void *context, size_t part, tarn_error *error) {
    work *w = context;
    size_t slots = 64, mine = 0;
    for (int64_t i = 0; i < w->count; i++)
        mine += (w->rows[i].hash >> 60) % w->parts == part;
    while (slots < mine * 2)
        slots *= 2;
    int64_t *table = malloc(slots * sizeof *table);
    if (table == NULL)
        return tarn_fail_memory(error);
    memset(table, 0xFF, slots * sizeof *table);
    tarn_status status = TARN_OK;
    for (int64_t i = 0; i < w->count && status == TARN_OK; i++) {
        status = check(w, i, error);
        if ((w->rows[i].hash >> 60) % w->parts == part)
            w->extra[i] = look_up(w, table, slots, i);
    }
    free(table);
    return status;
}

/* Which of equal rows comes first: as shown, the other way round, or by the value of an expression. */
static tarn_status wanted_order(tarn_run *run, int64_t **out, tarn_error *error) {
    const char *keep = tarn_run_text(run, "keep"), *by = tarn_run_text(run, "by");
    bool ranked = strcmp(keep, "lowest") == 0 || strcmp(keep, "highest") == 0;
    int64_t count = tarn_version_rows(run->base);
    if (ranked != (by != NULL))
        return tarn_fail(error, TARN_E_INVALID,
                         ranked ? "keep=%s needs by: an SQL expression over the row, such as updated_at"
                                : "by goes with keep=lowest or keep=highest, not with keep=%s",
                         keep);
    if (!ranked) {
        TARN_TRY(tarn_rows_shown(run->base, out, error));
        for (int64_t i = 0, j = count - 1; strcmp(keep, "last") == 0 && i < j; i++, j--) {
            int64_t row = (*out)[i];
            (*out)[i] = (*out)[j];
            (*out)[j] = row;
        }
        return TARN_OK;
    }
    tarn_buffer keys = {0};
    tarn_status status =
        tarn_sql_write(&keys, error, "(%s\n) %s NULLS LAST", by, strcmp(keep, "lowest") == 0 ? "ASC" : "DESC");
    if (status == TARN_OK)
        status = tarn_sort_rows(run, (const char *)keys.data, out, error);
    tarn_buffer_free(&keys);
    return status;
}

/* Find each row's chunk; rows that follow each other mostly share it. */
static tarn_status place_rows(work *w, const int64_t *order, tarn_error *error) {
    tarn_chunk near = {.first_row = -1};
    size_t chunk = 0;
    for (int64_t i = 0; i < w->count; i++) {
        TARN_TRY(check(w, i, error));
        if (near.first_row < 0 || order[i] < near.first_row || order[i] >= near.first_row + near.rows) {
            int64_t offset;
            TARN_TRY(tarn_version_find_row(w->run->base, order[i], &chunk, &offset, NULL, error));
            near = tarn_version_chunk(w->run->base, chunk);
        }
        uint32_t offset = (uint32_t)(order[i] - near.first_row);
        w->rows[i] = (candidate){w->hashes[chunk][offset], (uint32_t)chunk, offset};
    }
    return TARN_OK;
}

static tarn_status work_prepare(work *w, tarn_error *error) {
    const tarn_version *base = w->run->base;
    TARN_TRY(tarn_run_columns(w->run, "column", &w->columns, &w->column_count, error));
    if (w->column_count == 0) {
        free(w->columns);
        w->column_count = tarn_version_column_count(base);
        w->columns = calloc(w->column_count + 1, sizeof *w->columns);
        for (size_t i = 0; w->columns != NULL && i < w->column_count; i++)
            w->columns[i] = i;
    }
    w->chunks = tarn_version_chunk_count(base);
    w->count = tarn_version_rows(base);
    w->parts = w->count < PARTS_FROM ? 1 : PARTS;
    w->batches = calloc(w->chunks * w->column_count + 1, sizeof *w->batches);
    w->hashes = calloc(w->chunks + 1, sizeof *w->hashes);
    w->rows = malloc((size_t)(w->count + 1) * sizeof *w->rows);
    w->extra = calloc((size_t)w->count + 1, 1);
    if (w->columns == NULL || w->batches == NULL || w->hashes == NULL || w->rows == NULL || w->extra == NULL)
        return tarn_fail_memory(error);
    return TARN_OK;
}

static tarn_status remove_duplicates(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    work w = {.run = run};
    int64_t *order = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(wanted_order(run, &order, error));
    TARN_CHECK(work_prepare(&w, error));
    tarn_task_begin(run->task, "remove-duplicates", "rows", (uint64_t)w.count);
    TARN_CHECK(tarn_parallel_for(run->pool, TARN_PRIORITY_USER_VISIBLE, run->task, w.chunks, hash_chunk, &w, error));
    TARN_CHECK(place_rows(&w, order, error));
    TARN_CHECK(tarn_parallel_for(run->pool, TARN_PRIORITY_USER_VISIBLE, run->task, w.parts, look_up_part, &w, error));
    TARN_CHECK(tarn_plan_keep(run, plan, error));
    for (int64_t i = 0; i < w.count; i++) {
        if (w.extra[i])
            tarn_bit_clear(plan->live[w.rows[i].chunk], w.rows[i].offset);
    }
cleanup:
    free(order);
    work_clear(&w);
    return status;
}

static const char *const keeps[] = {"first", "last", "lowest", "highest", NULL};
static const tarn_parameter_spec remove_duplicates_parameters[] = {
    {.name = "column",
     .type = TARN_PARAMETER_COLUMN,
     .repeated = true,
     .description = "the columns that have to be equal (default: all)"},
    {.name = "keep",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "first",
     .choices = keeps,
     .description =
         "which of equal rows stays: the first or last shown, or that with the lowest or highest value of by"},
    {.name = "by",
     .type = TARN_PARAMETER_SQL,
     .description = "an SQL expression over the row, such as updated_at; of equal values the first shown stays"},
};
const tarn_command tarn_command_remove_duplicates = {
    .name = "remove-duplicates",
    .title = "Remove duplicate rows",
    .description =
        "Of rows that are equal in some or all columns keeps one. Nulls are equal to each other; text differs "
        "by case and spaces.",
    .family = "rows",
    TARN_PARAMETERS(remove_duplicates_parameters),
    .kind = TARN_KIND_LIVE_SET,
    .plan = remove_duplicates,
};
