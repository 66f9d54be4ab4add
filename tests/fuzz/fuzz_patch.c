/* The command `patch` on files that anybody may have made: it shows what it would do, and does it to a draft that is
 * thrown away, or says what is wrong. Whatever it does, the table stays as it was. */
#include "command/command.h"
#include "fs/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_USES = 500 }; /* of one workspace: thrown away drafts leave their batches behind */

#define NEED(call)                                                                                                     \
    do {                                                                                                               \
        tarn_error failure_ = {0}, *error = &failure_;                                                                 \
        if ((call) != TARN_OK) {                                                                                       \
            fprintf(stderr, "%s: %s\n", #call, failure_.message);                                                      \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

typedef struct workspace {
    tarn_fs *fs;
    tarn_store *store;
    tarn_engine *engine;
    int uses;
} workspace;

static struct ArrowArray numbers(int64_t count) {
    struct ArrowArray array;
    int64_t *values = tarn_aligned_alloc((size_t)count * sizeof *values);
    for (int64_t i = 0; i < count; i++)
        values[i] = i + 1;
    void *buffers[2] = {NULL, values};
    NEED(tarn_array_make(&array, count, 0, buffers, 2, NULL, 0, error));
    return array;
}

static struct ArrowArray texts(int64_t count) {
    struct ArrowArray array;
    int32_t *ends = tarn_aligned_alloc(((size_t)count + 1) * sizeof *ends);
    char *data = tarn_aligned_alloc((size_t)count * 4);
    for (int64_t i = 0; i <= count; i++)
        ends[i] = (int32_t)(4 * i);
    for (int64_t i = 0; i < count; i++)
        memcpy(data + 4 * i, i % 2 == 0 ? "Rome" : "Oslo", 4);
    void *buffers[3] = {NULL, ends, data};
    NEED(tarn_array_make(&array, count, 0, buffers, 3, NULL, 0, error));
    return array;
}

/* A table `t` of eight rows: id (int64) and city (utf8). */
static void open_workspace(workspace *w) {
    enum { ROWS = 8 };
    const char *const formats[] = {"l", "u"}, *const names[] = {"id", "city"};
    tarn_transaction *transaction;
    tarn_draft *draft;
    tarn_batch_id ids[2];
    NEED(tarn_fs_memory(&w->fs, error));
    NEED(tarn_store_create(w->fs, "/w", error));
    NEED(tarn_store_open(w->fs, "/w", &(tarn_store_options){.segment_bytes = 1 << 20}, &w->store, error));
    NEED(tarn_engine_new(NULL, &w->engine, error));
    NEED(tarn_transaction_begin(w->store, &transaction, error));
    NEED(tarn_draft_create(transaction, "t", &draft, error));
    for (size_t i = 0; i < 2; i++) {
        struct ArrowSchema type;
        struct ArrowArray values = i == 0 ? numbers(ROWS) : texts(ROWS);
        NEED(tarn_schema_make(&type, formats[i], names[i], error));
        NEED(tarn_draft_add_column(draft, &type, SIZE_MAX, error));
        NEED(tarn_transaction_put(transaction, &type, &values, &ids[i], error));
        tarn_array_release(&values);
        tarn_schema_release(&type);
    }
    NEED(tarn_draft_append_chunk(draft, ROWS, ids, error));
    NEED(tarn_transaction_commit(transaction, &(tarn_event){.kind = "import"}, NULL, error));
}

static void close_workspace(workspace *w) {
    tarn_engine_free(w->engine);
    tarn_store_close(w->store);
    tarn_fs_free(w->fs);
    *w = (workspace){0};
}

static void put_file(const workspace *w, const uint8_t *data, size_t size) {
    tarn_file *file;
    NEED(tarn_fs_open(w->fs, "/diff.arrow", TARN_OPEN_CREATE, &file, error));
    NEED(tarn_file_truncate(file, 0, error));
    NEED(tarn_file_write(file, 0, data, size, error));
    tarn_file_close(file);
}

static bool go_on(void *context, int64_t row, const char *column, const struct ArrowSchema *old_type,
                  const struct ArrowArray *old_values, const struct ArrowSchema *new_type,
                  const struct ArrowArray *new_values, int64_t index) {
    (void)context, (void)row, (void)column, (void)old_type, (void)old_values, (void)new_type, (void)new_values;
    return index < 10;
}

static void show(const workspace *w, const tarn_command *command, const char *policy) {
    tarn_command_environment environment = {.store = w->store, .engine = w->engine};
    tarn_argument arguments[] = {{"from", "/diff.arrow"}, {"conflicts", policy}};
    tarn_preview_request request = {.visit = go_on, .limit = 10};
    tarn_table_state table;
    tarn_error ignored;
    NEED(tarn_store_find(w->store, "t", &table, error));
    (void)tarn_command_preview(&environment, &table, command, arguments, 2, &request, &ignored);
    tarn_preview_request_clear(&request);
    tarn_table_state_clear(&table);
}

static void try_out(const workspace *w, const tarn_command *command, const char *policy) {
    tarn_command_environment environment = {.store = w->store, .engine = w->engine};
    tarn_argument arguments[] = {{"from", "/diff.arrow"}, {"conflicts", policy}};
    tarn_step_outcome outcome = {0};
    tarn_transaction *transaction;
    tarn_version *head, *made = NULL;
    tarn_draft *draft;
    tarn_error ignored;
    NEED(tarn_store_version(w->store, 1, TARN_HEAD, &head, error));
    NEED(tarn_transaction_begin(w->store, &transaction, error));
    NEED(tarn_draft_edit(transaction, head, &draft, error));
    if (tarn_command_step(&environment, transaction, draft, command, arguments, 2, &outcome, &ignored) == TARN_OK) {
        NEED(tarn_draft_look(draft, &made, error));
        tarn_version_release(made);
    }
    tarn_step_outcome_clear(&outcome);
    tarn_transaction_abort(transaction);
    tarn_version_release(head);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const policies[] = {"fail", "skip", "theirs"};
    static workspace w;
    const tarn_command *command;
    if (w.uses++ == MOST_USES)
        close_workspace(&w);
    if (w.store == NULL)
        open_workspace(&w);
    NEED(tarn_command_find("patch", &command, error));
    put_file(&w, data, size);
    for (int i = 0; i < 3; i++) {
        show(&w, command, policies[i]);
        try_out(&w, command, policies[i]);
    }
    return 0;
}
