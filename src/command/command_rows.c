/* Commands that change which rows there are. They write live sets and no values. */
#include "base/text.h"
#include "command/families.h"

#include <stdlib.h>

typedef struct filter_work {
    tarn_run *run;
    tarn_eval *eval;
    uint8_t **live;     /* per chunk: the bits that stay */
    int64_t *remaining; /* per chunk: how many they are */
} filter_work;

static tarn_status filter_chunk(void *context, size_t chunk, tarn_error *error) {
    filter_work *work = context;
    int64_t rows = tarn_version_chunk(work->run->base, chunk).rows;
    work->live[chunk] = calloc(1, (size_t)(rows + 7) / 8);
    if (work->live[chunk] == NULL)
        return tarn_fail_memory(error);
    TARN_TRY(tarn_eval_filter(work->eval, 0, chunk, work->live[chunk], &work->remaining[chunk], error));
    tarn_task_advance(work->run->task, (uint64_t)rows);
    return TARN_OK;
}

static tarn_status filter_lay_down(filter_work *work, size_t chunks, tarn_error *error) {
    tarn_run *run = work->run;
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        int64_t removed = tarn_version_chunk(run->base, chunk).live - work->remaining[chunk];
        if (removed == 0)
            continue;
        TARN_TRY(tarn_draft_set_live(run->draft, chunk, work->live[chunk], error));
        run->rows += removed;
    }
    return TARN_OK;
}

static tarn_status filter_rows(tarn_run *run, tarn_error *error) {
    const char *where = tarn_run_text(run, "where");
    const char *name = "where";
    tarn_eval_options options = {.task = run->task, .names = &name};
    size_t chunks = tarn_version_chunk_count(run->base);
    filter_work work = {.run = run};
    tarn_status status = TARN_OK;
    TARN_TRY(tarn_eval_open(run->engine, run->base, &where, 1, &options, &work.eval, error));
    tarn_type type;
    TARN_CHECK(tarn_type_of(tarn_eval_schema(work.eval)->children[0]->format, &type, error));
    if (type != TARN_TYPE_BOOL && type != TARN_TYPE_NULL) {
        status = tarn_fail(error, TARN_E_INVALID,
                           "filter: where must be a condition that is true or false, such as \"price > 10\"; "
                           "\"%s\" is not",
                           where);
        goto cleanup;
    }
    work.live = calloc(chunks + 1, sizeof *work.live);
    work.remaining = calloc(chunks + 1, sizeof *work.remaining);
    if (work.live == NULL || work.remaining == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    tarn_task_begin(run->task, "filter", "rows", (uint64_t)tarn_version_rows(run->base));
    TARN_CHECK(tarn_parallel_for(run->pool, TARN_PRIORITY_USER_VISIBLE, run->task, chunks, filter_chunk, &work, error));
    TARN_CHECK(filter_lay_down(&work, chunks, error));
cleanup:
    for (size_t chunk = 0; work.live != NULL && chunk < chunks; chunk++)
        free(work.live[chunk]);
    free(work.live);
    free(work.remaining);
    tarn_eval_close(work.eval);
    return status;
}

static char *say_removed(const tarn_run *run) {
    char *rows = tarn_say_count(run->rows, "row", "rows");
    char *text = rows == NULL ? NULL : tarn_format("removed %s", rows);
    free(rows);
    return text;
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
    .change_table = filter_rows,
    .say = say_removed,
};

const tarn_command *const tarn_rows_commands[] = {&filter_command, NULL};
