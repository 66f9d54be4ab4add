/* Tables that are only passing through. */
#include "api/transient.h"

#include "api/workspace.h"
#include "base/buffer.h"
#include "base/text.h"
#include "engine/stream.h"
#include "io/ipc_stream.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct tarn_transient {
    atomic_size_t holders;
    char *name;
    tarn_fs *fs; /* a memory disk of its own */
    tarn_store *store;
    tarn_version *version;
};

static void release(tarn_transient *table) {
    if (table == NULL || atomic_fetch_sub_explicit(&table->holders, 1, memory_order_acq_rel) != 1)
        return;
    tarn_version_release(table->version);
    tarn_store_close(table->store);
    tarn_fs_free(table->fs);
    free(table->name);
    free(table);
}

/* ---- the list ---------------------------------------------------------------------------------------------------- */

void tarn_transients_init(tarn_transients *transients) {
    *transients = (tarn_transients){0};
    pthread_mutex_init(&transients->mutex, NULL);
}

static void clear(tarn_transients *transients) {
    pthread_mutex_lock(&transients->mutex);
    tarn_transient **list = transients->list;
    size_t count = transients->count;
    transients->list = NULL;
    transients->count = transients->capacity = 0;
    pthread_mutex_unlock(&transients->mutex);
    for (size_t i = 0; i < count; i++)
        release(list[i]);
    free(list);
}

void tarn_transients_free(tarn_transients *transients) {
    clear(transients);
    pthread_mutex_destroy(&transients->mutex);
}

/* With the mutex held: where the name is, or the end. */
static size_t find(const tarn_transients *transients, const char *name) {
    size_t i = 0;
    while (i < transients->count && !tarn_name_equal(transients->list[i]->name, name))
        i++;
    return i;
}

/* Takes the table over. */
static tarn_status publish(tarn_transients *transients, tarn_transient *table, tarn_error *error) {
    tarn_transient *old = NULL;
    pthread_mutex_lock(&transients->mutex);
    size_t at = find(transients, table->name);
    tarn_status status = tarn_grow(&transients->list, &transients->capacity, at + 1, sizeof *transients->list, error);
    if (status == TARN_OK) {
        old = at < transients->count ? transients->list[at] : NULL;
        transients->list[at] = table;
        transients->count += old == NULL;
    }
    pthread_mutex_unlock(&transients->mutex);
    release(status == TARN_OK ? old : table);
    return status;
}

/* ---- filling ------------------------------------------------------------------------------------------------------
 */

/* Import the stream into the new table's store. */
static tarn_status fill(tarn_workspace *workspace, tarn_transient *table, struct ArrowArrayStream *stream,
                        tarn_task *task, tarn_error *error) {
    tarn_store_options options = {.pool = workspace->pool};
    tarn_change change = {0};
    TARN_TRY(tarn_fs_memory(&table->fs, error));
    TARN_TRY(tarn_store_create(table->fs, "/store", error));
    TARN_TRY(tarn_store_open(table->fs, "/store", &options, &table->store, error));
    tarn_io io = {
        .fs = table->fs, .store = table->store, .engine = workspace->engine, .pool = workspace->pool, .task = task};
    tarn_import_label label = {.kind = "import", .parameters = "{}"};
    TARN_TRY(tarn_io_import_stream(&io, stream, table->name, TARN_IF_EXISTS_FAIL, &label, &change, error));
    tarn_change_clear(&change);
    return tarn_store_open_version(table->store, table->name, &table->version, error);
}

static tarn_status check_name(tarn_workspace *workspace, const char *name, tarn_error *error) {
    tarn_table_state state;
    TARN_TRY(tarn_check_table_name(name, error));
    if (tarn_store_find(workspace->store, name, &state, NULL) != TARN_OK)
        return TARN_OK;
    tarn_table_state_clear(&state);
    return tarn_fail(error, TARN_E_EXISTS, "%s is a table of the workspace: give the transient one another name", name);
}

tarn_status tarn_transient_put(tarn_workspace *workspace, const char *name, struct ArrowArrayStream *stream,
                               tarn_task *task, int64_t *rows, tarn_error *error) {
    tarn_transient *table = calloc(1, sizeof *table);
    tarn_status status = table == NULL ? tarn_fail_memory(error) : check_name(workspace, name, error);
    if (table != NULL) {
        atomic_init(&table->holders, 1);
        table->name = tarn_strdup(name);
        if (status == TARN_OK && table->name == NULL)
            status = tarn_fail_memory(error);
    }
    if (status == TARN_OK)
        status = fill(workspace, table, stream, task, error);
    tarn_stream_release(stream);
    if (status != TARN_OK) {
        release(table);
        return status;
    }
    if (rows != NULL)
        *rows = tarn_version_rows(table->version);
    return publish(&workspace->root->transients, table, error);
}

/* A file's magic may stand before a stream whose end, and so the file's footer, never came. */
#define FILE_MAGIC "ARROW1\0\0"
#define FILE_MAGIC_SIZE 8

static tarn_status open_ipc(tarn_workspace *workspace, const void *data, size_t size, tarn_ipc_reader **out,
                            tarn_error *error) {
    tarn_ipc_read_options options = {.pool = workspace->pool};
    tarn_status status = tarn_ipc_open_memory(data, size, NULL, &options, out, error);
    bool is_file = size > FILE_MAGIC_SIZE && memcmp(data, FILE_MAGIC, FILE_MAGIC_SIZE) == 0;
    if (status != TARN_E_FORMAT || !is_file)
        return status;
    const uint8_t *behind = (const uint8_t *)data + FILE_MAGIC_SIZE;
    return tarn_ipc_open_memory(behind, size - FILE_MAGIC_SIZE, NULL, &options, out, NULL) == TARN_OK ? TARN_OK
                                                                                                      : status;
}

tarn_status tarn_transient_put_ipc(tarn_workspace *workspace, const char *name, const void *data, size_t size,
                                   tarn_task *task, int64_t *rows, tarn_error *error) {
    tarn_ipc_reader *reader = NULL;
    struct ArrowArrayStream stream = {0};
    TARN_TRY(open_ipc(workspace, data, size, &reader, error));
    tarn_task_begin(task, "registering", "rows", 0);
    TARN_TRY(tarn_ipc_stream_new(reader, task, &stream, error));
    return tarn_transient_put(workspace, name, &stream, task, rows, error);
}

tarn_status tarn_transient_query_into(tarn_workspace *workspace, const char *sql, const char *name, tarn_task *task,
                                      int64_t *rows, tarn_error *error) {
    struct ArrowArrayStream stream = {0};
    TARN_TRY(tarn_query(workspace, sql, task, &stream, error));
    return tarn_transient_put(workspace, name, &stream, task, rows, error);
}

tarn_status tarn_transient_drop(tarn_workspace *workspace, const char *name, tarn_error *error) {
    tarn_transients *transients = &workspace->root->transients;
    pthread_mutex_lock(&transients->mutex);
    size_t at = find(transients, name);
    tarn_transient *table = at < transients->count ? transients->list[at] : NULL;
    if (table != NULL)
        transients->list[at] = transients->list[--transients->count];
    pthread_mutex_unlock(&transients->mutex);
    release(table);
    return table != NULL ? TARN_OK : tarn_fail(error, TARN_E_NOT_FOUND, "there is no transient table named %s", name);
}

void tarn_transient_clear(tarn_workspace *workspace) {
    clear(&workspace->root->transients);
}

/* ---- queries ------------------------------------------------------------------------------------------------------
 */

/* A query's stream, and what it reads. */
typedef struct holding {
    tarn_stream_base base; /* first: see engine/stream.h */
    struct ArrowArrayStream stream;
    tarn_transient **tables;
    size_t count;
} holding;

static int holding_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    holding *h = stream->private_data;
    return tarn_stream_errno(tarn_stream_schema(&h->stream, out, &h->base.error));
}

static int holding_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    holding *h = stream->private_data;
    return tarn_stream_errno(tarn_stream_next(&h->stream, out, &h->base.error));
}

static void holding_free(holding *h) {
    tarn_stream_release(&h->stream);
    for (size_t i = 0; i < h->count; i++)
        release(h->tables[i]);
    free(h->tables);
    free(h);
}

static void holding_release(struct ArrowArrayStream *stream) {
    holding_free(stream->private_data);
    stream->release = NULL;
}

/* All that there are now; `*names` has them as the engine takes them, NULL when there are none. */
static tarn_status hold(tarn_transients *transients, holding **out, tarn_query_table **names, tarn_error *error) {
    holding *h = calloc(1, sizeof *h);
    pthread_mutex_lock(&transients->mutex);
    size_t count = transients->count;
    *names = calloc(count + 1, sizeof **names);
    if (h != NULL)
        h->tables = calloc(count + 1, sizeof(tarn_transient *));
    bool complete = h != NULL && h->tables != NULL && *names != NULL;
    for (size_t i = 0; complete && i < count; i++) {
        h->tables[h->count++] = transients->list[i];
        atomic_fetch_add_explicit(&transients->list[i]->holders, 1, memory_order_relaxed);
        (*names)[i] = (tarn_query_table){transients->list[i]->name, transients->list[i]->version};
    }
    pthread_mutex_unlock(&transients->mutex);
    *out = h;
    return complete ? TARN_OK : tarn_fail_memory(error);
}

tarn_status tarn_transients_query(tarn_transients *transients, tarn_engine *engine, tarn_store *store, const char *sql,
                                  const tarn_query_options *given, struct ArrowArrayStream *out, tarn_error *error) {
    holding *h = NULL;
    tarn_query_table *names = NULL;
    tarn_status status = hold(transients, &h, &names, error);
    if (status == TARN_OK) {
        tarn_query_options options = *given;
        options.tables = names;
        options.table_count = h->count;
        status = tarn_engine_query(engine, store, sql, SIZE_MAX, &options, &h->stream, error);
    }
    free(names);
    if (status != TARN_OK) {
        if (h != NULL)
            holding_free(h);
        return status;
    }
    *out = (struct ArrowArrayStream){.get_schema = holding_schema,
                                     .get_next = holding_next,
                                     .get_last_error = tarn_stream_last_error,
                                     .release = holding_release,
                                     .private_data = h};
    return TARN_OK;
}

/* ---- looking ------------------------------------------------------------------------------------------------------
 */

void tarn_transient_list_free(tarn_transient_info *tables, size_t count) {
    for (size_t i = 0; i < count; i++)
        free(tables[i].name);
    free(tables);
}

tarn_status tarn_transient_list(tarn_workspace *workspace, tarn_transient_info **out, size_t *count,
                                tarn_error *error) {
    tarn_transients *transients = &workspace->root->transients;
    pthread_mutex_lock(&transients->mutex);
    size_t size = transients->count;
    tarn_transient_info *list = calloc(size + 1, sizeof *list);
    bool complete = list != NULL;
    for (size_t i = 0; complete && i < size; i++) {
        const tarn_transient *table = transients->list[i];
        list[i] = (tarn_transient_info){.name = tarn_strdup(table->name),
                                        .rows = tarn_version_rows(table->version),
                                        .columns = (int64_t)tarn_version_column_count(table->version)};
        complete = list[i].name != NULL;
    }
    pthread_mutex_unlock(&transients->mutex);
    if (!complete) {
        tarn_transient_list_free(list, list != NULL ? size : 0);
        return tarn_fail_memory(error);
    }
    *out = list;
    *count = size;
    return TARN_OK;
}
