#include "support_engine.h"

#include "arrow/builder.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const tarn_event an_event = {.kind = "command", .rows = -1, .cells = -1};

int fixture_setup(void **state) {
    char pattern[] = "/tmp/tarn-engine-XXXXXX";
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(mkdtemp(pattern));
    f->folder = tarn_strdup(pattern);
    char *spill = tarn_path_join(f->folder, "spill");
    tarn_engine_options options = {.threads = 4, .temp_directory = spill};
    assert_ok(tarn_fs_memory(&f->fs, error));
    assert_ok(tarn_store_create(f->fs, "/w", error));
    assert_ok(tarn_store_open(f->fs, "/w", NULL, &f->store, error));
    assert_ok(tarn_engine_new(&options, &f->engine, error));
    free(spill);
    *state = f;
    return 0;
}

int fixture_teardown(void **state) {
    fixture *f = *state;
    tarn_fs *disk;
    tarn_engine_free(f->engine);
    tarn_store_close(f->store);
    tarn_fs_free(f->fs);
    assert_ok(tarn_fs_posix(&disk, error));
    assert_ok(tarn_fs_remove_all(disk, f->folder, error));
    tarn_fs_free(disk);
    free(f->folder);
    free(f);
    return 0;
}

/* ---- tables --------------------------------------------------------------------------------------------------------
 */

/* All rows of a stream, column by column. */
struct ArrowArray *gather(struct ArrowArrayStream *stream, const struct ArrowSchema *schema, int64_t *rows) {
    struct ArrowArray *batches = NULL;
    size_t count = 0, capacity = 0;
    struct ArrowArray *columns = calloc((size_t)schema->n_children, sizeof *columns);
    *rows = 0;
    for (;; count++) {
        assert_ok(tarn_grow(&batches, &capacity, count + 1, sizeof *batches, error));
        assert_ok(tarn_stream_next(stream, &batches[count], error));
        if (!batches[count].release)
            break;
        *rows += batches[count].length;
    }
    const struct ArrowArray **parts = calloc(count ? count : 1, sizeof(struct ArrowArray *));
    for (int64_t i = 0; i < schema->n_children && count; i++) {
        for (size_t k = 0; k < count; k++)
            parts[k] = batches[k].children[i];
        assert_ok(tarn_array_concat(schema->children[i], parts, count, &columns[i], error));
    }
    for (size_t k = 0; k < count; k++)
        tarn_array_release(&batches[k]);
    free(parts);
    free(batches);
    return columns;
}

static void append_chunk(tarn_transaction *transaction, tarn_draft *draft, const struct ArrowSchema *schema,
                         struct ArrowArray *columns, int64_t from, int64_t rows) {
    tarn_batch_id *ids = calloc((size_t)schema->n_children, sizeof *ids);
    for (int64_t i = 0; i < schema->n_children; i++) {
        struct ArrowArray slice;
        assert_ok(tarn_array_share(&columns[i], from, rows, &slice, error));
        assert_ok(tarn_transaction_put(transaction, schema->children[i], &slice, &ids[i], error));
        tarn_array_release(&slice);
    }
    assert_ok(tarn_draft_append_chunk(draft, rows, ids, error));
    free(ids);
}

uint64_t make_table(fixture *f, const char *name, const char *sql, int64_t chunk_rows) {
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    tarn_transaction *transaction;
    tarn_draft *draft;
    tarn_table_state table;
    int64_t rows;
    assert_ok(tarn_engine_work_query(f->engine, sql, NULL, 0, NULL, &stream, error));
    assert_ok(tarn_stream_schema(&stream, &schema, error));
    assert_ok(tarn_transaction_begin(f->store, &transaction, error));
    assert_ok(tarn_draft_create(transaction, name, &draft, error));
    for (int64_t i = 0; i < schema.n_children; i++)
        assert_ok(tarn_draft_add_column(draft, schema.children[i], SIZE_MAX, error));
    struct ArrowArray *columns = gather(&stream, &schema, &rows);
    for (int64_t from = 0; from < rows; from += chunk_rows)
        append_chunk(transaction, draft, &schema, columns, from, rows - from < chunk_rows ? rows - from : chunk_rows);
    assert_ok(tarn_transaction_commit(transaction, &an_event, NULL, error));
    for (int64_t i = 0; i < schema.n_children; i++)
        tarn_array_release(&columns[i]);
    free(columns);
    tarn_schema_release(&schema);
    tarn_stream_release(&stream);
    assert_ok(tarn_store_find(f->store, name, &table, error));
    uint64_t id = table.id;
    tarn_table_state_clear(&table);
    return id;
}

tarn_version *head_of(fixture *f, uint64_t table) {
    tarn_version *version;
    assert_ok(tarn_store_version(f->store, table, TARN_HEAD, &version, error));
    return version;
}

void commit_change(fixture *f, uint64_t table, draft_change change, void *context) {
    tarn_version *head = head_of(f, table);
    tarn_transaction *transaction;
    tarn_draft *draft;
    assert_ok(tarn_transaction_begin(f->store, &transaction, error));
    assert_ok(tarn_draft_edit(transaction, head, &draft, error));
    change(draft, context);
    assert_ok(tarn_transaction_commit(transaction, &an_event, NULL, error));
    tarn_version_release(head);
}

/* ---- answers -------------------------------------------------------------------------------------------------------
 */

static void print_row(const struct ArrowSchema *schema, const struct ArrowArray *batch, int64_t row, tarn_buffer *out) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        bool is_null;
        if (i)
            assert_ok(tarn_buffer_append(out, "|", 1, error));
        assert_ok(tarn_array_print(schema->children[i], batch->children[i], row, out, &is_null, error));
        if (is_null)
            assert_ok(tarn_buffer_append(out, "~", 1, error));
    }
    assert_ok(tarn_buffer_append(out, "\n", 1, error));
}

tarn_status try_rows_of(struct ArrowArrayStream *stream, char **out, tarn_error *error) {
    struct ArrowSchema schema;
    tarn_buffer text = {0};
    TARN_TRY(tarn_stream_schema(stream, &schema, error));
    tarn_status status;
    for (;;) {
        struct ArrowArray batch;
        status = tarn_stream_next(stream, &batch, error);
        if (status != TARN_OK || !batch.release)
            break;
        assert_ok(tarn_array_validate(&schema, &batch, error));
        for (int64_t i = 0; i < batch.length; i++)
            print_row(&schema, &batch, i, &text);
        tarn_array_release(&batch);
    }
    tarn_schema_release(&schema);
    assert_ok(tarn_buffer_append(&text, "", 1, error));
    if (status == TARN_OK)
        *out = (char *)text.data;
    else
        tarn_buffer_free(&text);
    return status;
}

char *rows_of(struct ArrowArrayStream *stream) {
    char *rows;
    assert_ok(try_rows_of(stream, &rows, error));
    return rows;
}

char *answer(fixture *f, const char *sql, const tarn_query_options *options) {
    struct ArrowArrayStream stream;
    tarn_error failure = {0};
    if (tarn_engine_query(f->engine, f->store, sql, SIZE_MAX, options, &stream, &failure) != TARN_OK)
        fail_msg("%s: %s", sql, failure.message);
    char *rows = rows_of(&stream);
    tarn_stream_release(&stream);
    return rows;
}

void assert_answer(fixture *f, const char *sql, const char *expected) {
    char *got = answer(f, sql, NULL);
    if (strcmp(got, expected) != 0)
        fail_msg("%s gives\n%s, not\n%s", sql, got, expected);
    free(got);
}

tarn_status run_to_end(fixture *f, const char *sql, const tarn_query_options *options, tarn_error *error) {
    struct ArrowArrayStream stream;
    struct ArrowArray batch;
    TARN_TRY(tarn_engine_query(f->engine, f->store, sql, SIZE_MAX, options, &stream, error));
    tarn_status status;
    for (;;) {
        status = tarn_stream_next(&stream, &batch, error);
        if (status != TARN_OK || !batch.release)
            break;
        tarn_array_release(&batch);
    }
    tarn_stream_release(&stream);
    return status;
}

void assert_refused(fixture *f, const char *sql, tarn_status status, const char *text) {
    tarn_error failure = {0};
    tarn_status got = run_to_end(f, sql, NULL, &failure);
    if (got != status || !strstr(failure.message, text))
        fail_msg("%s: got %s \"%s\"", sql, tarn_status_name(got), failure.message);
    if (strchr(failure.message, '\n'))
        fail_msg("%s: more than one line: %s", sql, failure.message);
}
