/* Commands that change which rows there are. They write live sets and no values. */
#include "base/asker.h"
#include "command/families.h"
#include "command/sqltext.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- filter ------------------------------------------------------------------------------------------------------ */

static tarn_status filter_rows(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    TARN_TRY(tarn_plan_keep(run, plan, error));
    return tarn_run_where(run, tarn_run_text(run, "where"), plan->live, error);
}

static const tarn_parameter_spec filter_parameters[] = {
    {.name = "where",
     .type = TARN_PARAMETER_SQL,
     .required = true,
     .description = "an SQL condition over the row; rows for which it is true are kept"},
};
static const tarn_command filter_command = {
    .name = "filter",
    .title = "Filter rows",
    .description = "Keeps the rows for which a condition is true. Rows for which it is false or null go.",
    .family = "rows",
    TARN_PARAMETERS(filter_parameters),
    .kind = TARN_KIND_LIVE_SET,
    .plan = filter_rows,
};

/* ---- delete ------------------------------------------------------------------------------------------------------ */

static tarn_status remove_row(const tarn_run *run, tarn_plan *plan, int64_t row, tarn_error *error) {
    size_t chunk;
    int64_t offset;
    TARN_TRY(tarn_version_find_row(run->base, row, &chunk, &offset, NULL, error));
    tarn_bit_clear(plan->live[chunk], offset);
    return TARN_OK;
}

static tarn_status delete_listed(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    int64_t *rows, count;
    TARN_TRY(tarn_run_rows(run, "rows", &rows, &count, error));
    tarn_status status = TARN_OK;
    for (int64_t i = 0; i < count && status == TARN_OK; i++)
        status = remove_row(run, plan, rows[i], error);
    free(rows);
    return status;
}

/* Rows for which the condition is true go; where it is null they stay. */
static tarn_status delete_where(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    TARN_TRY(tarn_run_where(run, tarn_run_text(run, "where"), plan->live, error));
    for (size_t chunk = 0; chunk < plan->chunk_count; chunk++) {
        const uint8_t *live;
        TARN_TRY(tarn_version_live(run->base, chunk, &live, error));
        for (int64_t i = 0; i < (tarn_version_chunk(run->base, chunk).rows + 7) / 8; i++)
            plan->live[chunk][i] = (uint8_t)((live == NULL ? 0xFF : live[i]) & ~plan->live[chunk][i]);
    }
    return TARN_OK;
}

static tarn_status delete_rows(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    bool listed = tarn_run_has(run, "rows");
    if (listed == tarn_run_has(run, "where"))
        return tarn_fail(error, TARN_E_INVALID, "delete needs either rows (ids such as 4,7,10-20) or where");
    TARN_TRY(tarn_plan_keep(run, plan, error));
    return listed ? delete_listed(run, plan, error) : delete_where(run, plan, error);
}

static const tarn_parameter_spec delete_parameters[] = {
    {.name = "rows",
     .type = TARN_PARAMETER_TEXT,
     .by_row = true,
     .description = "row ids and ranges of them, such as 4,7,10-20"},
    {.name = "where",
     .type = TARN_PARAMETER_SQL,
     .description = "an SQL condition over the row; rows for which it is true go"},
};
static const tarn_command delete_command = {
    .name = "delete",
    .title = "Delete rows",
    .description = "Removes rows, by their ids (" TARN_ASKER("show --ids prints them",
                                                             "page() with ids: true gives them") ") or by a condition.",
    .family = "rows",
    TARN_PARAMETERS(delete_parameters),
    .kind = TARN_KIND_LIVE_SET,
    .plan = delete_rows,
};

/* ---- sample ------------------------------------------------------------------------------------------------------ */

/* splitmix64: the same rows for the same seed everywhere. */
static uint64_t next_random(uint64_t *state) {
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* How many rows are wanted: "100" or "5%". */
static tarn_status read_size(const tarn_run *run, int64_t *out, tarn_error *error) {
    const char *text = tarn_run_text(run, "size");
    char *end = NULL;
    int64_t total = tarn_version_rows(run->base);
    errno = 0;
    double value = strtod(text, &end);
    bool percent = end != text && strcmp(end, "%") == 0;
    bool good = end != text && errno == 0 && value >= 0 &&
                (percent ? value <= 100 : *end == '\0' && value < 1e15 && value == (double)(int64_t)value);
    if (!good)
        return tarn_fail(error, TARN_E_INVALID, "size must be a number of rows (100) or a percentage (5%%), not \"%s\"",
                         text);
    double rows = percent ? (double)total * value / 100 + 0.5 : value;
    *out = rows < (double)total ? (int64_t)rows : total;
    return TARN_OK;
}

static tarn_status sample_rows(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    int64_t wanted = 0, *shown, total = tarn_version_rows(run->base);
    uint64_t state = (uint64_t)tarn_run_integer(run, "seed");
    TARN_TRY(read_size(run, &wanted, error));
    TARN_TRY(tarn_plan_keep(run, plan, error));
    TARN_TRY(tarn_rows_shown(run->base, run->task, &shown, error));
    tarn_status status = TARN_OK;
    for (int64_t i = 0; i < total && status == TARN_OK; i++) {
        status = tarn_run_check(run, i, error);
        if (next_random(&state) % (uint64_t)(total - i) < (uint64_t)wanted)
            wanted--; /* each of those left is as likely as the others */
        else if (status == TARN_OK)
            status = remove_row(run, plan, shown[i], error);
    }
    free(shown);
    return status;
}

static const tarn_parameter_spec sample_parameters[] = {
    {.name = "size",
     .type = TARN_PARAMETER_TEXT,
     .required = true,
     .description = "how many rows to keep: a number, or a percentage such as 5%"},
    {.name = "seed",
     .type = TARN_PARAMETER_INTEGER,
     .default_value = "1",
     .description = "another number keeps other rows; the same one the same rows"},
};
static const tarn_command sample_command = {
    .name = "sample",
    .title = "Sample rows",
    .description = "Keeps rows chosen at random, each as likely as the others.",
    .family = "rows",
    TARN_PARAMETERS(sample_parameters),
    .kind = TARN_KIND_LIVE_SET,
    .plan = sample_rows,
};

const tarn_command *const tarn_rows_commands[] = {
    &delete_command, &tarn_command_fill_down, &tarn_command_fill_up,
    &filter_command, &tarn_command_insert,    &tarn_command_remove_duplicates,
    &sample_command, &tarn_command_sort,      NULL,
};
