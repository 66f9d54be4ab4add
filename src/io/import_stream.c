/* Any stream of record batches into a table. */
#include "arrow/normalize.h"
#include "io/import.h"
#include "io/target.h"

#include <stdlib.h>

/* The types that the store keeps, with names that columns may have. */
static tarn_status target_schema(struct ArrowArrayStream *stream, struct ArrowSchema *given, struct ArrowSchema *out,
                                 tarn_notes *notes, tarn_error *error) {
    struct ArrowSchema normal = {0};
    TARN_TRY(tarn_stream_schema(stream, given, error));
    if (given->n_children == 0)
        return tarn_fail(error, TARN_E_FORMAT, "there are no columns");
    TARN_TRY(tarn_schema_normalize(given, &normal, error));
    tarn_status status = tarn_fit_names(&normal, out, notes, error);
    tarn_schema_release(&normal);
    return status;
}

typedef struct feeder {
    const struct ArrowSchema *given;
    tarn_target *target;
    tarn_appender *appender;
    bool direct, is_foreign, is_normal;
    int64_t most_rows; /* 0: as many as there are */
    const char *shown;
} feeder;

#define PART_ROWS INT64_C(122880) /* of a batch that has to be unfolded, at a time */

static tarn_status feed_part(feeder *f, struct ArrowArray *batch, tarn_error *error) {
    struct ArrowArray normal = {0}, converted = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_array_normalize(f->given, batch, &normal, error));
    if (f->direct) {
        TARN_CHECK(tarn_appender_add(f->appender, &normal, error));
    } else {
        TARN_CHECK(tarn_target_convert(f->target, &normal, f->target->rows + 1, &converted, error));
        TARN_CHECK(tarn_appender_add(f->appender, &converted, error));
    }
    f->target->rows += normal.length;
cleanup:
    tarn_array_release(&normal);
    tarn_array_release(&converted);
    return status;
}

/* Types that unfold (views, runs, list views) take many times their bytes: a part at a time, and less of one where that
 * is still too much. */
static tarn_status feed_parts(feeder *f, struct ArrowArray *batch, tarn_task *task, tarn_error *error) {
    int64_t most = PART_ROWS;
    for (int64_t at = 0; at < batch->length;) {
        int64_t count = batch->length - at < most ? batch->length - at : most;
        struct ArrowArray part = {0};
        TARN_TRY(tarn_task_check(task, error));
        TARN_TRY(tarn_array_share(batch, at, count, &part, error));
        int64_t before = f->target->rows;
        tarn_status status = feed_part(f, &part, error);
        tarn_array_release(&part);
        if (status == TARN_E_UNSUPPORTED && count > 1 && f->target->rows == before) {
            most = count / 2;
            continue;
        }
        TARN_TRY(status);
        at += count;
    }
    return TARN_OK;
}

static tarn_status feed(feeder *f, struct ArrowArray *batch, tarn_task *task, tarn_error *error) {
    if (f->is_foreign)
        TARN_TRY(tarn_array_validate(f->given, batch, error));
    if (f->most_rows > 0 && batch->length > f->most_rows - f->target->rows)
        return tarn_fail(
            error, TARN_E_FORMAT,
            "%s says that it has more than %lld rows, which is more than its bytes can hold: it is damaged, or "
            "made to fill the disk",
            f->shown, (long long)f->most_rows);
    return f->is_normal || batch->length == 0 ? feed_part(f, batch, error) : feed_parts(f, batch, task, error);
}

static tarn_status pull_all(struct ArrowArrayStream *stream, feeder *f, tarn_task *task, tarn_error *error) {
    for (;;) {
        struct ArrowArray batch = {0};
        TARN_TRY(tarn_task_check(task, error));
        TARN_TRY(tarn_stream_next(stream, &batch, error));
        if (batch.release == NULL)
            return tarn_appender_finish(f->appender, error);
        tarn_status status = feed(f, &batch, task, error);
        tarn_array_release(&batch);
        TARN_TRY(status);
    }
}

tarn_status tarn_import_batches(tarn_import_run *run, struct ArrowArrayStream *stream, tarn_if_exists if_exists,
                                const tarn_import_label *label, tarn_change *out, tarn_error *error) {
    struct ArrowSchema given = {0}, schema = {0};
    tarn_target target = {0};
    feeder f = {.given = &given,
                .target = &target,
                .is_foreign = run->is_foreign,
                .most_rows = run->most_rows,
                .shown = run->shown};
    tarn_status status = TARN_OK;
    TARN_CHECK(target_schema(stream, &given, &schema, &run->notes, error));
    TARN_CHECK(tarn_target_open(run->io, run->table, if_exists, &schema, run->widening, &target, error));
    TARN_CHECK(tarn_appender_new(target.draft, &f.appender, error));
    f.direct = tarn_target_is_direct(&target);
    f.is_normal = tarn_schema_is_normal(&given);
    TARN_CHECK(pull_all(stream, &f, run->io->task, error));
    TARN_CHECK(tarn_target_commit(&target, label, run->table, out, error));
    run->columns = schema.n_children;
cleanup:
    tarn_appender_free(f.appender);
    tarn_target_close(&target);
    tarn_schema_release(&given);
    tarn_schema_release(&schema);
    return status;
}

tarn_status tarn_io_import_stream(const tarn_io *io, struct ArrowArrayStream *stream, const char *table,
                                  tarn_if_exists if_exists, const tarn_import_label *label, tarn_change *out,
                                  tarn_error *error) {
    tarn_import_run run = {.io = io, .table = table, .is_foreign = true};
    TARN_TRY(tarn_target_check(io, table, if_exists, NULL, error));
    tarn_status status = tarn_import_batches(&run, stream, if_exists, label, out, error);
    tarn_notes_clear(&run.notes);
    return status;
}
