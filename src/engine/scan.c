// The table functions through which DuckDB reads versions.
#include "engine/scan.h"

#include "engine/duckdb/shim.h"
#include "engine/fill.h"
#include "engine/sql_error.h"
#include "engine/tsan.h"

#include <stdlib.h>
#include <string.h>

/* ---- what the scan asks of the engine (duckdb/scan.h) -------------------------------------------------------------
 */

/* A table with what keeps it. */
typedef struct bound_table {
    tarn_scan_table table;   /* first */
    tarn_instance *instance; /* outlives every plan in it */
    idx_t connection_id;
    tarn_catalog *catalog; /* counted: keeps `table.bound` */
    tarn_filler **fillers; /* one per column */
} bound_table;

static void free_table(tarn_scan_table *table) {
    bound_table *bound = (bound_table *)table;
    const tarn_duckdb *duckdb = tarn_duckdb_loaded();
    tarn_after_duckdb();
    for (size_t i = 0; i < table->column_count; i++) {
        duckdb->destroy_logical_type(&table->columns[i].type);
        tarn_filler_free(bound->fillers[i]);
    }
    free(bound->fillers);
    free(table->columns);
    tarn_catalog_release(bound->catalog);
    free(bound);
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

static tarn_status add_column(bound_table *bound, tarn_error *error) {
    tarn_version *version = bound->table.bound->version;
    size_t column = bound->table.column_count;
    column_source source = {version, column};
    tarn_fill_source batches = {&source, tarn_version_chunk_count(version), visit_batch};
    const tarn_column *about = tarn_version_column(version, column);
    tarn_scan_column *made = &bound->table.columns[column];
    bound->table.column_count++;
    made->name = about->name;
    tarn_status status = tarn_filler_new(tarn_duckdb_loaded(), about->type, &batches, &bound->fillers[column], error);
    made->filler = bound->fillers[column];
    if (status == TARN_OK)
        status = tarn_filler_type(made->filler, &made->type, error);
    return status == TARN_OK ? TARN_OK : tarn_fail_context(error, status, "column %s", about->name);
}

static tarn_status bind_columns(bound_table *bound, bool with_id, tarn_error *error) {
    size_t count = tarn_version_column_count(bound->table.bound->version);
    bound->table.has_id = with_id || count == 0; /* DuckDB has no tables without columns */
    bound->table.columns = calloc(count + 1, sizeof *bound->table.columns);
    bound->fillers = calloc(count + 1, sizeof *bound->fillers);
    if (!bound->table.columns || !bound->fillers)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < count; i++)
        TARN_TRY(add_column(bound, error));
    return TARN_OK;
}

static tarn_status find_session(tarn_instance *instance, idx_t id, tarn_session **out, tarn_error *error) {
    *out = tarn_instance_session(instance, id);
    return *out ? TARN_OK : tarn_fail(error, TARN_E_INTERNAL, "no query of Tarn is running on this connection");
}

static tarn_status bind_in(tarn_session *session, bound_table *bound, const char *name, bool with_id,
                           tarn_error *error) {
    bound->catalog = session->catalog;
    tarn_catalog_retain(bound->catalog);
    TARN_TRY(tarn_catalog_resolve(bound->catalog, name, &bound->table.bound, error));
    TARN_TRY(bind_columns(bound, with_id, error));
    session->bind_count++;
    session->last_bound = bound->table.bound;
    return TARN_OK;
}

static tarn_status bind(tarn_instance *instance, idx_t id, const char *name, bool with_id, tarn_scan_table **out,
                        tarn_error *error) {
    tarn_session *session;
    TARN_TRY(find_session(instance, id, &session, error));
    bound_table *bound = calloc(1, sizeof *bound);
    if (!bound)
        return tarn_fail_memory(error);
    bound->instance = instance;
    bound->connection_id = id;
    tarn_status status = bind_in(session, bound, name, with_id, error);
    if (status == TARN_OK) {
        *out = &bound->table;
    } else {
        tarn_session_fail(session, error);
        free_table(&bound->table);
    }
    tarn_after_duckdb();
    return status;
}

static tarn_status begin(const tarn_scan_table *table, uint64_t columns, tarn_scan_work *out, tarn_error *error) {
    const bound_table *bound = (const bound_table *)table;
    tarn_session *session;
    TARN_TRY(find_session(bound->instance, bound->connection_id, &session, error));
    *out = (tarn_scan_work){session, table->bound, table->bound->units, table->bound->unit_count,
                            tarn_instance_scribbles(bound->instance)};
    if (session->unit) {
        out->bound = session->bound;
        out->units = session->unit;
        out->unit_count = 1;
    }
    pthread_mutex_lock(&session->mutex);
    session->read_columns = columns;
    session->rows_to_scan += tarn_version_rows(table->bound->version);
    int64_t total = session->rows_to_scan;
    pthread_mutex_unlock(&session->mutex);
    if (!session->unit && !session->is_silent)
        tarn_task_begin(session->task, "querying", "rows", (uint64_t)total);
    return TARN_OK;
}

static tarn_status check(tarn_session *session, tarn_error *error) {
    return tarn_task_check(session->task, error);
}

static void advance(tarn_session *session, int64_t rows) {
    if (!session->is_silent)
        tarn_task_advance(session->task, (uint64_t)rows);
}

static void handover(void) {
    tarn_after_duckdb();
}

/* What is read as a whole is known from then on. Expressions over rows mostly read what was just made, and once. */
static tarn_status read_batch(const tarn_scan_work *work, size_t column, size_t chunk, tarn_batch **out,
                              tarn_error *error) {
    const tarn_zone_map *zones;
    const tarn_version *version = work->bound->version;
    TARN_TRY(tarn_version_read(version, column, chunk, out, error));
    if (!work->session->is_silent &&
        tarn_version_zones(version, column, chunk, TARN_ZONE_MADE, &zones, NULL) == TARN_OK)
        tarn_zone_map_release(zones);
    return TARN_OK;
}

static int64_t count_rows(const tarn_version *version) {
    return tarn_version_rows(version);
}

static const tarn_scan_host host = {
    .bind = bind,
    .free_table = free_table,
    .begin = begin,
    .check = check,
    .advance = advance,
    .fail = tarn_session_fail,
    .handover = handover,
    .chunk_count = tarn_version_chunk_count,
    .chunk = tarn_version_chunk,
    .read = read_batch,
    .array = tarn_batch_array,
    .release = tarn_batch_release,
    .live = tarn_version_live,
    .find_row = tarn_version_find_row,
    .rows = count_rows,
    .zones = tarn_version_zones,
    .release_zones = tarn_zone_map_release,
    .summary = tarn_version_zone_summary,
    .clear_summary = tarn_zone_summary_clear,
    .plain = tarn_filler_plain,
    .fill = tarn_fill,
    .fill_nulls = tarn_fill_nulls,
};

/* ---- functions of the C API ---------------------------------------------------------------------------------------
 */

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
    const tarn_shim *shim = tarn_instance_duckdb(instance)->shim;
    if (shim->scan->add(connection, TARN_SCAN_FUNCTION, TARN_ROWS_FUNCTION, &host, instance) != DuckDBSuccess)
        return tarn_fail_sql(error, NULL);
    TARN_TRY(tarn_scan_register_tables(instance, connection, error));
    tarn_instance_duckdb(instance)->add_replacement_scan(database, replace, NULL, NULL);
    return TARN_OK;
}
