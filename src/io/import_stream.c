/* Any stream of record batches into a table. */
#include "arrow/ipc.h"
#include "arrow/normalize.h"
#include "base/text.h"
#include "io/import.h"
#include "io/ipc_stream.h"
#include "io/scratch.h"
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
    tarn_target *target; /* NULL: the batches are kept by `writer` */
    tarn_appender *appender;
    tarn_ipc_writer *writer;
    int64_t rows; /* so far */
    bool direct, is_foreign, is_normal;
    int64_t most_rows; /* 0: as many as there are */
    const char *shown;
} feeder;

#define PART_ROWS INT64_C(122880) /* of a batch that has to be unfolded, at a time */

static tarn_status feed_part(feeder *f, struct ArrowArray *batch, tarn_error *error) {
    struct ArrowArray normal = {0}, converted = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_array_normalize(f->given, batch, &normal, error));
    if (f->writer != NULL) {
        TARN_CHECK(tarn_ipc_writer_batch(f->writer, &normal, error));
    } else if (f->direct) {
        TARN_CHECK(tarn_appender_add(f->appender, &normal, error));
    } else {
        TARN_CHECK(tarn_target_convert(f->target, &normal, f->rows + 1, &converted, error));
        TARN_CHECK(tarn_appender_add(f->appender, &converted, error));
    }
    f->rows += normal.length;
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
        int64_t before = f->rows;
        tarn_status status = feed_part(f, &part, error);
        tarn_array_release(&part);
        if (status == TARN_E_UNSUPPORTED && count > 1 && f->rows == before) {
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
    if (f->most_rows > 0 && batch->length > f->most_rows - f->rows)
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
            return f->writer != NULL ? tarn_ipc_writer_finish(f->writer, error)
                                     : tarn_appender_finish(f->appender, error);
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
    target.rows = f.rows;
    TARN_CHECK(tarn_target_commit(&target, label, run->table, out, error));
    run->columns = schema.n_children;
cleanup:
    tarn_appender_free(f.appender);
    tarn_target_close(&target);
    tarn_schema_release(&given);
    tarn_schema_release(&schema);
    return status;
}

/* ---- streams that are appended ------------------------------------------------------------------------------------
 *
 * A stream can be read only once. Where columns of the table may have to become wider for it, it is kept in a file,
 * from which it is appended as often as that takes.
 */

/* Where a stream is kept, and how it is put into the table. */
typedef struct keeping {
    tarn_file *file;
    uint64_t size;
    const tarn_import_label *label;
    tarn_change *change;
} keeping;

static tarn_status write_kept(void *context, const void *data, size_t size, tarn_error *error) {
    keeping *k = context;
    tarn_status status = tarn_file_write(k->file, k->size, data, size, error);
    k->size += status == TARN_OK ? size : 0;
    return status;
}

static tarn_status may_widen(const tarn_import_run *run, const struct ArrowSchema *source, bool *out,
                             tarn_error *error) {
    tarn_version *base = NULL;
    tarn_error missing;
    size_t column;
    char format[TARN_WIDER_FORMAT_SIZE];
    *out = false;
    TARN_TRY(tarn_target_check(run->io, run->table, TARN_IF_EXISTS_APPEND, &base, error));
    for (int64_t i = 0; i < source->n_children && !*out; i++) {
        const struct ArrowSchema *type = source->children[i];
        if (tarn_version_find_column(base, type->name, &column, &missing) != TARN_OK)
            continue;
        const struct ArrowSchema *has = tarn_version_column(base, column)->type;
        *out = !tarn_schema_same_type(has, type) && tarn_wider_format(has, type, format);
    }
    tarn_version_release(base);
    return TARN_OK;
}

static tarn_status keep(tarn_import_run *run, struct ArrowArrayStream *stream, const struct ArrowSchema *given,
                        const struct ArrowSchema *normal, keeping *k, tarn_error *error) {
    tarn_ipc_write_options options = {.pool = run->io->pool};
    feeder f = {.given = given, .is_foreign = true, .is_normal = tarn_schema_is_normal(given)};
    TARN_TRY(tarn_ipc_writer_new(normal, write_kept, k, &options, &f.writer, error));
    tarn_status status = pull_all(stream, &f, run->io->task, error);
    tarn_ipc_writer_free(f.writer);
    return status;
}

static tarn_status attempt_kept(tarn_import_run *run, void *context, tarn_error *error) {
    keeping *k = context;
    struct ArrowArrayStream stream = {0};
    tarn_ipc_reader *reader;
    tarn_ipc_read_options options = {.pool = run->io->pool, .task = run->io->task};
    TARN_TRY(tarn_ipc_open_file(k->file, &options, &reader, error));
    TARN_TRY(tarn_ipc_stream_new(reader, run->io->task, &stream, error));
    tarn_status status = tarn_import_batches(run, &stream, TARN_IF_EXISTS_APPEND, k->label, k->change, error);
    tarn_stream_release(&stream);
    return status;
}

static tarn_status append_kept(tarn_import_run *run, struct ArrowArrayStream *stream, const struct ArrowSchema *given,
                               const struct ArrowSchema *normal, keeping *k, tarn_error *error) {
    char *path = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_scratch_path(run->io, "stream", &path, error));
    TARN_CHECK(tarn_fs_open(run->io->fs, path, TARN_OPEN_CREATE_PRIVATE, &k->file, error));
    TARN_CHECK(keep(run, stream, given, normal, k, error));
    run->is_foreign = false;
    TARN_CHECK(tarn_import_widening(run, attempt_kept, k, error));
    if (run->notes.count > 0)
        k->change->message = tarn_format("added %lld row%s; %s", (long long)k->change->rows,
                                         k->change->rows == 1 ? "" : "s", run->notes.lines[run->notes.count - 1]);
cleanup:
    tarn_file_close(k->file);
    if (path != NULL)
        tarn_fs_remove_all(run->io->fs, path, NULL);
    free(path);
    return status;
}

static tarn_status append(tarn_import_run *run, struct ArrowArrayStream *stream, const tarn_import_label *label,
                          tarn_change *out, tarn_error *error) {
    struct ArrowSchema given = {0}, normal = {0}, schema = {0};
    keeping k = {.label = label, .change = out};
    bool is_kept;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_stream_schema(stream, &given, error));
    TARN_CHECK(tarn_schema_normalize(&given, &normal, error));
    TARN_CHECK(tarn_fit_names(&normal, &schema, &run->notes, error));
    tarn_notes_clear(&run->notes);
    TARN_CHECK(may_widen(run, &schema, &is_kept, error));
    status = is_kept ? append_kept(run, stream, &given, &normal, &k, error)
                     : tarn_import_batches(run, stream, TARN_IF_EXISTS_APPEND, label, out, error);
cleanup:
    tarn_schema_release(&given);
    tarn_schema_release(&normal);
    tarn_schema_release(&schema);
    return status;
}

tarn_status tarn_io_import_stream(const tarn_io *io, struct ArrowArrayStream *stream, const char *table,
                                  tarn_if_exists if_exists, const tarn_import_label *label, tarn_change *out,
                                  tarn_error *error) {
    tarn_import_run run = {.io = io, .table = table, .is_foreign = true};
    TARN_TRY(tarn_target_check(io, table, if_exists, NULL, error));
    tarn_status status = if_exists == TARN_IF_EXISTS_APPEND
                             ? append(&run, stream, label, out, error)
                             : tarn_import_batches(&run, stream, if_exists, label, out, error);
    tarn_notes_clear(&run.notes);
    return status;
}
