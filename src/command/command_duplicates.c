/* `remove-duplicates`: rows are hashed chunk by chunk and looked up in tables of their own for parts of the hashes, in
   parallel; a hash is only believed after the values were compared. */
#include "command/families.h"
#include "command/row_hash.h"
#include "command/sort.h"
#include "command/sqltext.h"

#include <stdlib.h>
#include <string.h>

enum {
    PARTS = 64,
    PARTS_FROM = 16384, /* rows; fewer are not worth several tables */
    PIECE_ROWS = 65536, /* how many rows are placed */
    TURN_ROWS = 8192    /* and looked up, before somebody who cancels is heard */
};

#define NONE UINT32_MAX

/* A row that is looked at: some of its hash, and its place. */
typedef struct candidate {
    uint32_t hash, chunk, offset;
} candidate;

/* The rows whose hashes begin alike, in the order in which the first of equal ones stays. */
typedef struct part {
    candidate *rows;
    size_t count, capacity;
    uint8_t *extra; /* per row: an equal one came before */
} part;

typedef struct work {
    tarn_run *run;
    size_t *columns, column_count;
    size_t chunks;
    tarn_batch **batches; /* per chunk and column */
    uint64_t **hashes;    /* per chunk */
    tarn_chunk near;      /* of the row that was placed last */
    size_t near_index;
    size_t part_count;
    part parts[PARTS];
} work;

static void forget_hashes(work *w) {
    for (size_t i = 0; w->hashes != NULL && i < w->chunks; i++)
        free(w->hashes[i]);
    free(w->hashes);
    w->hashes = NULL;
}

static void work_clear(work *w) {
    for (size_t i = 0; w->batches != NULL && i < w->chunks * w->column_count; i++)
        tarn_batch_release(w->batches[i]);
    for (size_t i = 0; i < w->part_count; i++) {
        free(w->parts[i].rows);
        free(w->parts[i].extra);
    }
    forget_hashes(w);
    free(w->batches);
    free(w->columns);
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

/* ---- rows into parts ---- */

/* Find each row's chunk; rows that follow each other mostly share it. */
static tarn_status place_row(work *w, int64_t row, tarn_error *error) {
    if (row < w->near.first_row || row >= w->near.first_row + w->near.rows) {
        int64_t offset;
        TARN_TRY(tarn_version_find_row(w->run->base, row, &w->near_index, &offset, NULL, error));
        w->near = tarn_version_chunk(w->run->base, w->near_index);
    }
    uint32_t offset = (uint32_t)(row - w->near.first_row);
    uint64_t hash = w->hashes[w->near_index][offset]; /* the upper bits choose the part, the lower ones the slot */
    part *part = &w->parts[(hash >> 58) % w->part_count];
    if (part->count == part->capacity)
        TARN_TRY(tarn_grow(&part->rows, &part->capacity, part->count + 1, sizeof *part->rows, error));
    part->rows[part->count++] = (candidate){(uint32_t)hash, (uint32_t)w->near_index, offset};
    return TARN_OK;
}

static tarn_status place_rows(work *w, const int64_t *rows, int64_t count, bool backwards, tarn_error *error) {
    TARN_TRY(tarn_task_check(w->run->task, error));
    for (int64_t i = 0; i < count; i++)
        TARN_TRY(place_row(w, rows[backwards ? count - 1 - i : i], error));
    return TARN_OK;
}

/* The first shown first, or the last. */
static tarn_status place_as_shown(work *w, bool backwards, tarn_error *error) {
    int64_t total = tarn_version_rows(w->run->base);
    int64_t *rows = malloc(PIECE_ROWS * sizeof *rows);
    tarn_status status = rows == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (int64_t done = 0; done < total && status == TARN_OK; done += PIECE_ROWS) {
        int64_t count = total - done < PIECE_ROWS ? total - done : PIECE_ROWS;
        status = tarn_version_locate(w->run->base, backwards ? total - done - count : done, count, rows, error);
        if (status == TARN_OK)
            status = place_rows(w, rows, count, backwards, error);
    }
    free(rows);
    return status;
}

/* By the value of an expression. */
static tarn_status place_ranked(work *w, const int64_t *order, tarn_error *error) {
    int64_t total = tarn_version_rows(w->run->base);
    for (int64_t done = 0; done < total; done += PIECE_ROWS)
        TARN_TRY(place_rows(w, order + done, total - done < PIECE_ROWS ? total - done : PIECE_ROWS, false, error));
    return TARN_OK;
}

/* ---- which are extra ---- */

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
static bool look_up(const work *w, const part *part, uint32_t *table, size_t slots, size_t i) {
    const candidate *row = &part->rows[i];
    size_t slot = row->hash & (slots - 1);
    while (table[slot] != NONE &&
           (part->rows[table[slot]].hash != row->hash || !equal_rows(w, &part->rows[table[slot]], row)))
        slot = (slot + 1) & (slots - 1);
    bool is_extra = table[slot] != NONE;
    if (!is_extra)
        table[slot] = (uint32_t)i;
    return is_extra;
}

static tarn_status look_up_part(void *context, size_t index, tarn_error *error) {
    work *w = context;
    part *part = &w->parts[index];
    size_t slots = 64;
    while (slots < part->count * 2)
        slots *= 2;
    if (part->count >= NONE)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "there are too many rows to compare");
    uint32_t *table = malloc(slots * sizeof *table);
    part->extra = calloc(part->count + 1, 1);
    tarn_status status = table == NULL || part->extra == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (table != NULL)
        memset(table, 0xFF, slots * sizeof *table);
    for (size_t i = 0; status == TARN_OK && i < part->count; i++) {
        if (i % TURN_ROWS == 0)
            status = tarn_task_check(w->run->task, error);
        part->extra[i] = look_up(w, part, table, slots, i);
    }
    free(table);
    return status;
}

static tarn_status remove_extra(work *w, tarn_plan *plan, tarn_error *error) {
    TARN_TRY(tarn_plan_keep(w->run, plan, error));
    for (size_t p = 0; p < w->part_count; p++) {
        const part *part = &w->parts[p];
        TARN_TRY(tarn_task_check(w->run->task, error));
        for (size_t i = 0; i < part->count; i++) {
            if (part->extra[i])
                tarn_bit_clear(plan->live[part->rows[i].chunk], part->rows[i].offset);
        }
    }
    return TARN_OK;
}

/* ---- the command ---- */

/* The order in which the first of equal rows stays, when it is not the one that is shown, or its reverse; else NULL. */
static tarn_status rank_rows(tarn_run *run, int64_t **out, tarn_error *error) {
    const char *keep = tarn_run_text(run, "keep"), *by = tarn_run_text(run, "by");
    bool ranked = strcmp(keep, "lowest") == 0 || strcmp(keep, "highest") == 0;
    if (ranked != (by != NULL))
        return tarn_fail(error, TARN_E_INVALID,
                         ranked ? "keep=%s needs by: an SQL expression over the row, such as updated_at"
                                : "by goes with keep=lowest or keep=highest, not with keep=%s",
                         keep);
    if (!ranked)
        return TARN_OK;
    tarn_buffer keys = {0};
    tarn_status status =
        tarn_sql_write(&keys, error, "(%s\n) %s NULLS LAST", by, strcmp(keep, "lowest") == 0 ? "ASC" : "DESC");
    if (status == TARN_OK)
        status = tarn_sort_rows(run, (const char *)keys.data, out, error);
    tarn_buffer_free(&keys);
    return status;
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
    w->near = (tarn_chunk){.first_row = -1};
    w->part_count = tarn_version_rows(base) < PARTS_FROM ? 1 : PARTS;
    w->batches = calloc(w->chunks * w->column_count + 1, sizeof *w->batches);
    w->hashes = calloc(w->chunks + 1, sizeof *w->hashes);
    return w->columns == NULL || w->batches == NULL || w->hashes == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status remove_duplicates(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    work w = {.run = run};
    int64_t *order = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(rank_rows(run, &order, error));
    TARN_CHECK(work_prepare(&w, error));
    tarn_task_begin(run->task, "remove-duplicates", "rows", (uint64_t)tarn_version_rows(run->base));
    TARN_CHECK(tarn_parallel_for(run->pool, TARN_PRIORITY_USER_VISIBLE, run->task, w.chunks, hash_chunk, &w, error));
    TARN_CHECK(order != NULL ? place_ranked(&w, order, error)
                             : place_as_shown(&w, tarn_run_is(run, "keep", "last"), error));
    forget_hashes(&w);
    TARN_CHECK(
        tarn_parallel_for(run->pool, TARN_PRIORITY_USER_VISIBLE, run->task, w.part_count, look_up_part, &w, error));
    status = remove_extra(&w, plan, error);
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
