// The table functions through which DuckDB reads versions.
#include "engine/scan.h"

#include "engine/fill.h"
#include "engine/scan_read.h"
#include "engine/tsan.h"

#include <stdlib.h>
#include <string.h>

/* ---- bind: which version, which columns ----------------------------------------------------------------------------
 */

typedef struct bind_data {
    const tarn_duckdb *duckdb;
    tarn_instance *instance; /* outlives every plan in it */
    idx_t connection_id;
    tarn_catalog *catalog; /* counted: keeps `table.bound` */
    tarn_scan_table table;
} bind_data;

static void free_bind_data(void *pointer) {
    bind_data *data = pointer;
    tarn_after_duckdb();
    for (size_t i = 0; i < data->table.column_count; i++)
        tarn_filler_free(data->table.fillers[i]);
    free(data->table.fillers);
    tarn_catalog_release(data->catalog);
    free(data);
}

typedef struct column_source {
    tarn_version *version;
    size_t column;
} column_source;

static tarn_status visit_batch(void *context, size_t index,
                               tarn_status (*visit)(void *argument, const struct ArrowArray *array, tarn_error *error),
                               void *argument, tarn_error *error) {
    const column_source *source = context;
    tarn_batch *batch;
    TARN_TRY(tarn_version_read(source->version, source->column, index, &batch, error));
    tarn_status status = visit(argument, tarn_batch_array(batch), error);
    tarn_batch_release(batch);
    return status;
}

static tarn_status make_filler(bind_data *data, size_t column, tarn_error *error) {
    tarn_version *version = data->table.bound->version;
    column_source source = {version, column};
    tarn_fill_source batches = {&source, tarn_version_chunk_count(version), visit_batch};
    const tarn_column *about = tarn_version_column(version, column);
    tarn_status status = tarn_filler_new(data->duckdb, about->type, &batches, &data->table.fillers[column], error);
    return status == TARN_OK ? TARN_OK : tarn_fail_context(error, status, "column %s", about->name);
}

static tarn_status add_column(duckdb_bind_info info, bind_data *data, size_t column, tarn_error *error) {
    TARN_TRY(make_filler(data, column, error));
    duckdb_logical_type type;
    TARN_TRY(tarn_filler_type(data->table.fillers[column], &type, error));
    data->duckdb->bind_add_result_column(info, tarn_version_column(data->table.bound->version, column)->name, type);
    data->duckdb->destroy_logical_type(&type);
    return TARN_OK;
}

static void add_id_column(duckdb_bind_info info, const tarn_duckdb *duckdb) {
    duckdb_logical_type type = duckdb->create_logical_type(DUCKDB_TYPE_BIGINT);
    duckdb->bind_add_result_column(info, TARN_ID_COLUMN, type);
    duckdb->destroy_logical_type(&type);
}

static tarn_status bind_table(duckdb_bind_info info, bind_data *data, bool with_id, tarn_error *error) {
    const tarn_duckdb *duckdb = data->duckdb;
    duckdb_value value = duckdb->bind_get_parameter(info, 0);
    char *name = duckdb->is_null_value(value) ? NULL : duckdb->get_varchar(value);
    duckdb->destroy_value(&value);
    tarn_status status = tarn_catalog_resolve(data->catalog, name ? name : "", &data->table.bound, error);
    duckdb->free(name);
    if (status != TARN_OK)
        return status;
    tarn_version *version = data->table.bound->version;
    size_t count = tarn_version_column_count(version);
    data->table.has_id = with_id;
    data->table.fillers = calloc(count ? count : 1, sizeof(tarn_filler *));
    if (!data->table.fillers)
        return tarn_fail_memory(error);
    data->table.column_count = count;
    if (with_id || count == 0) /* DuckDB has no tables without columns */
        add_id_column(info, duckdb);
    for (size_t i = 0; i < count; i++)
        TARN_TRY(add_column(info, data, i, error));
    data->table.has_id = with_id || count == 0;
    duckdb->bind_set_cardinality(info, (idx_t)tarn_version_rows(version), true);
    return TARN_OK;
}

static idx_t binding_connection(const tarn_duckdb *duckdb, duckdb_bind_info info) {
    duckdb_client_context context;
    duckdb->table_function_get_client_context(info, &context);
    idx_t id = duckdb->client_context_get_connection_id(context);
    duckdb->destroy_client_context(&context);
    return id;
}

tarn_session *tarn_scan_session_on(const tarn_duckdb *duckdb, tarn_instance *instance, duckdb_bind_info info,
                                   idx_t *id) {
    *id = binding_connection(duckdb, info);
    tarn_session *session = tarn_instance_session(instance, *id);
    if (!session)
        duckdb->bind_set_error(info, "no query of Tarn is running on this connection");
    return session;
}

tarn_session *tarn_scan_session(const tarn_duckdb *duckdb, duckdb_bind_info info) {
    idx_t id;
    return tarn_scan_session_on(duckdb, duckdb->bind_get_extra_info(info), info, &id);
}

static void bind_scan(duckdb_bind_info info, bool with_id) {
    const tarn_duckdb *duckdb = tarn_duckdb_loaded();
    tarn_error error = {0};
    tarn_session *session = tarn_scan_session(duckdb, info);
    if (!session)
        return;
    bind_data *data = calloc(1, sizeof *data);
    if (!data) {
        duckdb->bind_set_error(info, "out of memory");
        return;
    }
    *data = (bind_data){.duckdb = duckdb, .catalog = session->catalog};
    data->instance = duckdb->bind_get_extra_info(info);
    data->connection_id = binding_connection(duckdb, info);
    tarn_catalog_retain(data->catalog);
    duckdb->bind_set_bind_data(info, data, free_bind_data);
    if (bind_table(info, data, with_id, &error) != TARN_OK) {
        tarn_session_fail(session, &error);
        duckdb->bind_set_error(info, error.message);
        return;
    }
    session->bind_count++;
    session->last_bound = data->table.bound;
    tarn_after_duckdb();
}

static void bind_plain(duckdb_bind_info info) {
    bind_scan(info, false);
}

static void bind_with_id(duckdb_bind_info info) {
    bind_scan(info, true);
}

/* ---- init: what a query wants of it --------------------------------------------------------------------------------
 */

static void free_scan(void *pointer) {
    tarn_after_duckdb();
    tarn_scan_free(pointer);
}

static void note_scan(tarn_session *session, const tarn_scan *scan, const tarn_bound *bound) {
    pthread_mutex_lock(&session->mutex);
    session->read_columns = tarn_scan_read_columns(scan);
    session->rows_to_scan += tarn_version_rows(bound->version);
    int64_t total = session->rows_to_scan;
    pthread_mutex_unlock(&session->mutex);
    if (!session->unit && !session->is_silent)
        tarn_task_begin(session->task, "querying", "rows", (uint64_t)total);
}

static void init_scan(duckdb_init_info info) {
    tarn_after_duckdb();
    const tarn_duckdb *duckdb = tarn_duckdb_loaded();
    const bind_data *data = duckdb->init_get_bind_data(info);
    tarn_error error = {0};
    tarn_session *session = tarn_instance_session(data->instance, data->connection_id);
    if (!session) {
        duckdb->init_set_error(info, "no query of Tarn is running on this connection");
        return;
    }
    idx_t count = duckdb->init_get_column_count(info);
    tarn_scan *scan = NULL;
    tarn_status status =
        tarn_scan_new(duckdb, session, &data->table, count, tarn_instance_scribbles(data->instance), &scan, &error);
    for (idx_t i = 0; status == TARN_OK && i < count; i++)
        tarn_scan_set_column(scan, i, duckdb->init_get_column_index(info, i));
    if (status != TARN_OK) {
        tarn_session_fail(session, &error);
        duckdb->init_set_error(info, error.message);
        return;
    }
    note_scan(session, scan, data->table.bound);
    duckdb->init_set_init_data(info, scan, free_scan);
    duckdb->init_set_max_threads(info, tarn_scan_most_threads(scan));
    tarn_after_duckdb();
}

static void free_reader(void *pointer) {
    tarn_after_duckdb();
    tarn_reader_free(pointer);
    tarn_after_duckdb();
}

/* The scan itself is not at hand here; the first call of the function hands it over. */
static void init_reader(duckdb_init_info info) {
    const tarn_duckdb *duckdb = tarn_duckdb_loaded();
    tarn_reader *reader = tarn_reader_new();
    if (!reader)
        duckdb->init_set_error(info, "out of memory");
    else
        duckdb->init_set_init_data(info, reader, free_reader);
    tarn_after_duckdb();
}

static void run_scan(duckdb_function_info info, duckdb_data_chunk output) {
    const tarn_duckdb *duckdb = tarn_duckdb_loaded();
    tarn_scan *scan = duckdb->function_get_init_data(info);
    tarn_reader *reader = duckdb->function_get_local_init_data(info);
    tarn_error error = {0};
    tarn_after_duckdb();
    if (tarn_scan_fill(scan, reader, output, &error) != TARN_OK) {
        tarn_session_fail(tarn_scan_session_of(scan), &error);
        duckdb->function_set_error(info, error.message);
    }
    tarn_after_duckdb();
}

/* ---- registering ----------------------------------------------------------------------------------------------------
 */

/* A name that DuckDB does not know becomes a call of tarn_scan, which says so itself when it is no table either. */
static void replace(duckdb_replacement_scan_info info, const char *name, void *extra) {
    const tarn_duckdb *duckdb = tarn_duckdb_loaded();
    (void)extra;
    duckdb_value value = duckdb->create_varchar_length(name, strlen(name));
    duckdb->replacement_scan_set_function_name(info, TARN_SCAN_FUNCTION);
    duckdb->replacement_scan_add_parameter(info, value);
    duckdb->destroy_value(&value);
}

static void add_parameters(const tarn_duckdb *duckdb, duckdb_table_function made, const tarn_table_function *function) {
    duckdb_logical_type text = duckdb->create_logical_type(DUCKDB_TYPE_VARCHAR);
    duckdb_logical_type any = duckdb->create_logical_type(DUCKDB_TYPE_ANY);
    for (size_t i = 0; i < function->parameter_count; i++)
        duckdb->table_function_add_parameter(made, text);
    for (const char *const *name = function->named; name && *name; name++)
        duckdb->table_function_add_named_parameter(made, *name, any);
    duckdb->destroy_logical_type(&any);
    duckdb->destroy_logical_type(&text);
}

tarn_status tarn_scan_register_function(tarn_instance *instance, duckdb_connection connection,
                                        const tarn_table_function *function, tarn_error *error) {
    const tarn_duckdb *duckdb = tarn_instance_duckdb(instance);
    duckdb_table_function made = duckdb->create_table_function();
    duckdb->table_function_set_name(made, function->name);
    add_parameters(duckdb, made, function);
    duckdb->table_function_set_extra_info(made, function->extra ? function->extra : instance, function->free_extra);
    duckdb->table_function_set_bind(made, function->bind);
    duckdb->table_function_set_init(made, function->init);
    if (function->local_init)
        duckdb->table_function_set_local_init(made, function->local_init);
    duckdb->table_function_set_function(made, function->run);
    duckdb->table_function_supports_projection_pushdown(made, true);
    duckdb_state state = duckdb->register_table_function(connection, made);
    duckdb->destroy_table_function(&made);
    if (state == DuckDBError)
        return tarn_fail(error, TARN_E_INTERNAL, "DuckDB refuses the function %s", function->name);
    return TARN_OK;
}

tarn_status tarn_scan_register(tarn_instance *instance, duckdb_database database, duckdb_connection connection,
                               tarn_error *error) {
    tarn_table_function scan = {.name = TARN_SCAN_FUNCTION,
                                .parameter_count = 1,
                                .bind = bind_plain,
                                .init = init_scan,
                                .local_init = init_reader,
                                .run = run_scan};
    tarn_table_function rows = scan;
    rows.name = TARN_ROWS_FUNCTION;
    rows.bind = bind_with_id;
    TARN_TRY(tarn_scan_register_function(instance, connection, &scan, error));
    TARN_TRY(tarn_scan_register_function(instance, connection, &rows, error));
    TARN_TRY(tarn_scan_register_tables(instance, connection, error));
    tarn_instance_duckdb(instance)->add_replacement_scan(database, replace, NULL, NULL);
    return TARN_OK;
}
