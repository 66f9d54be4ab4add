/* JSON and JSON lines into a table: blocks are read and put in parallel, and appended in order. */
#include "base/text.h"
#include "engine/sql_type.h"
#include "io/import.h"
#include "io/json.h"
#include "io/target.h"
#include "io/type_overrides.h"

#include <stdlib.h>
#include <string.h>

#define CHECKED_COLUMNS 64 /* that are put before it is looked whether they are still wanted */

/* One chunk of the table to be. */
typedef struct made_chunk {
    int64_t rows;
    tarn_batch_id *ids; /* owned; one per column */
} made_chunk;

/* What a block became. */
typedef struct made_block {
    made_chunk *chunks; /* owned */
    size_t count, capacity;
    int64_t rows;
} made_block;

typedef struct json_work {
    tarn_import_run *run;
    tarn_json_reader *reader;
    tarn_target target;
    bool direct;
    size_t columns;
    int64_t *first_rows; /* per block, from 1 */
    made_block *blocks;
} json_work;

/* A block being read. */
typedef struct block_work {
    json_work *all;
    size_t block;
    tarn_appender *appender; /* NULL: chunks are put */
} block_work;

static tarn_status put_columns(json_work *work, const struct ArrowArray *batch, tarn_batch_id *ids, tarn_error *error) {
    for (size_t column = 0; column < work->columns; column++) {
        const struct ArrowSchema *type = tarn_draft_column(work->target.draft, column)->type;
        if (column % CHECKED_COLUMNS == 0)
            TARN_TRY(tarn_task_check(work->run->io->task, error));
        TARN_TRY(tarn_transaction_put(work->target.transaction, type, batch->children[column], &ids[column], error));
    }
    return TARN_OK;
}

static tarn_status put_chunk(block_work *b, const struct ArrowArray *batch, tarn_error *error) {
    made_block *made = &b->all->blocks[b->block];
    TARN_TRY(tarn_grow(&made->chunks, &made->capacity, made->count + 1, sizeof *made->chunks, error));
    tarn_batch_id *ids = calloc(b->all->columns + 1, sizeof *ids);
    if (ids == NULL)
        return tarn_fail_memory(error);
    made->chunks[made->count++] = (made_chunk){.rows = batch->length, .ids = ids};
    return put_columns(b->all, batch, ids, error);
}

static tarn_status take_batch(void *context, struct ArrowArray *batch, tarn_error *error) {
    block_work *b = context;
    made_block *made = &b->all->blocks[b->block];
    struct ArrowArray converted = {0};
    tarn_status status = TARN_OK;
    if (!b->all->direct) {
        TARN_CHECK(
            tarn_target_convert(&b->all->target, batch, b->all->first_rows[b->block] + made->rows, &converted, error));
        tarn_array_release(batch);
        *batch = converted;
        converted.release = NULL; /* moved */
    }
    made->rows += batch->length;
    status = b->appender != NULL ? tarn_appender_add(b->appender, batch, error) : put_chunk(b, batch, error);
cleanup:
    tarn_array_release(batch);
    tarn_array_release(&converted);
    return status;
}

static tarn_status read_block(block_work *b, tarn_error *error) {
    json_work *work = b->all;
    TARN_TRY(tarn_json_read(work->reader, b->block, take_batch, b, error));
    tarn_task_advance(work->run->io->task, tarn_json_block_bytes(work->reader, b->block));
    if ((uint64_t)work->blocks[b->block].rows != tarn_json_block_rows(work->reader, b->block))
        return tarn_fail(error, TARN_E_IO, "%s was changed while it was read; import it again", work->run->shown);
    return TARN_OK;
}

static tarn_status import_block(void *context, size_t block, tarn_error *error) {
    return read_block(&(block_work){.all = context, .block = block}, error);
}

/* Rows that are added to a table, so few that they may join its last chunk. */
static tarn_status append_few(json_work *work, tarn_error *error) {
    block_work b = {.all = work};
    tarn_status status = tarn_appender_new(work->target.draft, &b.appender, error);
    for (; status == TARN_OK && b.block < tarn_json_block_count(work->reader); b.block++)
        status = read_block(&b, error);
    if (status == TARN_OK)
        status = tarn_appender_finish(b.appender, error);
    tarn_appender_free(b.appender);
    return status;
}

static tarn_status append_chunks(json_work *work, tarn_error *error) {
    for (size_t block = 0; block < tarn_json_block_count(work->reader); block++) {
        made_block *made = &work->blocks[block];
        for (size_t i = 0; i < made->count; i++)
            TARN_TRY(tarn_draft_append_chunk(work->target.draft, made->chunks[i].rows, made->chunks[i].ids, error));
    }
    return TARN_OK;
}

static tarn_status import_blocks(json_work *work, tarn_error *error) {
    const tarn_io *io = work->run->io;
    size_t count = tarn_json_block_count(work->reader);
    uint64_t bytes = 0;
    work->columns = tarn_draft_column_count(work->target.draft);
    work->direct = tarn_target_is_direct(&work->target);
    work->blocks = calloc(count + 1, sizeof *work->blocks);
    work->first_rows = calloc(count + 1, sizeof *work->first_rows);
    if (work->blocks == NULL || work->first_rows == NULL)
        return tarn_fail_memory(error);
    work->first_rows[0] = 1;
    for (size_t i = 0; i < count; i++) {
        work->first_rows[i + 1] = work->first_rows[i] + (int64_t)tarn_json_block_rows(work->reader, i);
        bytes += tarn_json_block_bytes(work->reader, i);
    }
    tarn_task_begin(io->task, "importing", "bytes", bytes);
    if (tarn_draft_chunk_count(work->target.draft) > 0 && work->first_rows[count] - 1 <= TARN_FEW_ROWS) {
        TARN_TRY(append_few(work, error));
    } else {
        TARN_TRY(tarn_parallel_for(io->pool, TARN_PRIORITY_USER_VISIBLE, io->task, count, import_block, work, error));
        TARN_TRY(append_chunks(work, error));
    }
    work->target.rows += work->first_rows[count] - 1;
    return TARN_OK;
}

static void work_free(json_work *work) {
    for (size_t block = 0; work->blocks != NULL && block < tarn_json_block_count(work->reader); block++) {
        for (size_t i = 0; i < work->blocks[block].count; i++)
            free(work->blocks[block].chunks[i].ids);
        free(work->blocks[block].chunks);
    }
    free(work->blocks);
    free(work->first_rows);
    tarn_target_close(&work->target);
    tarn_json_free(work->reader);
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static tarn_status open_reader(tarn_import_run *run, const char *format, const tarn_text_source *source,
                               const tarn_type_overrides *overrides, tarn_json_reader **out, tarn_error *error) {
    tarn_json_options options = {.encoding = run->options->encoding,
                                 .records = run->options->records,
                                 .lines = strcmp(format, "ndjson") == 0,
                                 .all_text = run->options->all_text,
                                 .overrides = overrides->list,
                                 .n_overrides = overrides->count};
    return tarn_json_open(source, &options, run->io->pool, run->io->task, out, error);
}

/* Columns that the table has as text are read as text: with the digits of the file. */
static tarn_status text_overrides(const tarn_version *base, const struct ArrowSchema *found, tarn_type_overrides *out,
                                  tarn_error *error) {
    for (int64_t i = 0; i < found->n_children; i++) {
        size_t column;
        tarn_error ignored;
        const char *name = found->children[i]->name;
        if (strcmp(found->children[i]->format, "u") != 0 &&
            tarn_version_find_column(base, name, &column, &ignored) == TARN_OK &&
            tarn_schema_same_type(tarn_version_column(base, column)->type, &(struct ArrowSchema){.format = "u"}))
            TARN_TRY(tarn_type_overrides_add(out, name, "VARCHAR", error));
    }
    return TARN_OK;
}

static tarn_status read_file(tarn_import_run *run, const char *format, const tarn_text_source *source,
                             const tarn_version *base, tarn_json_reader **out, tarn_error *error) {
    tarn_type_overrides overrides = {0};
    struct ArrowSchema schema = {0};
    tarn_json_reader *second = NULL;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_type_overrides_read(run->options, &overrides, error));
    TARN_CHECK(open_reader(run, format, source, &overrides, out, error));
    if (base == NULL || run->options->if_exists != TARN_IF_EXISTS_APPEND || overrides.count > 0 ||
        run->options->all_text)
        goto cleanup;
    TARN_CHECK(tarn_json_schema(*out, &schema, error));
    TARN_CHECK(text_overrides(base, &schema, &overrides, error));
    if (overrides.count > 0) {
        TARN_CHECK(open_reader(run, format, source, &overrides, &second, error));
        tarn_json_free(*out);
        *out = second;
    }
cleanup:
    tarn_type_overrides_clear(&overrides);
    tarn_schema_release(&schema);
    return status;
}

static tarn_status report(tarn_import_run *run, const char *format, const tarn_json_reader *reader,
                          const struct ArrowSchema *schema, tarn_error *error) {
    const tarn_notes *notes = tarn_json_notes(reader);
    run->result->format = tarn_strdup(format);
    run->result->encoding = tarn_strdup(tarn_json_encoding(reader));
    if (run->result->format == NULL || run->result->encoding == NULL)
        return tarn_fail_memory(error);
    run->columns = schema->n_children;
    for (size_t i = 0; i < notes->count; i++)
        TARN_TRY(tarn_notes_add(&run->notes, error, "%s", notes->lines[i]));
    return TARN_OK;
}

tarn_status tarn_import_json(tarn_import_run *run, const char *format, tarn_error *error) {
    tarn_text_source source;
    tarn_version *base = NULL;
    struct ArrowSchema schema = {0};
    char *parameters = NULL;
    json_work work = {.run = run};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_target_check(run->io, run->table, run->options->if_exists, &base, error));
    TARN_CHECK(tarn_text_source_file(run->file, &source, error));
    source.name = run->shown;
    TARN_CHECK(read_file(run, format, &source, base, &work.reader, error));
    TARN_CHECK(tarn_json_schema(work.reader, &schema, error));
    TARN_CHECK(
        tarn_target_open(run->io, run->table, run->options->if_exists, &schema, run->widening, &work.target, error));
    TARN_CHECK(import_blocks(&work, error));
    TARN_CHECK(report(run, format, work.reader, &schema, error));
    TARN_CHECK(tarn_import_describe(run, format, NULL, &parameters, error));
    tarn_import_label label = {.kind = "import", .parameters = parameters};
    TARN_CHECK(tarn_target_commit(&work.target, &label, run->table, &run->result->change, error));
cleanup:
    free(parameters);
    work_free(&work);
    tarn_schema_release(&schema);
    tarn_version_release(base);
    return status;
}
