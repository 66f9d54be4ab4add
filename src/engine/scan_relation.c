/* Relations of rooms above as table functions. */
#include "base/text.h"
#include "engine/fill.h"
#include "engine/relation.h"
#include "engine/scan.h"
#include "engine/tsan.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define VECTOR_ROWS 2048
#define BLOCK_ROWS 8192 /* that are read at a time */

/* What a registered function knows of itself. */
typedef struct function_data {
    tarn_instance *instance;
    const tarn_relation *kind;
} function_data;

/* ---- bind: the arguments and the columns ---------------------------------------------------------------------------
 */

typedef struct bind_data {
    tarn_instance *instance; /* outlives every plan in it */
    idx_t connection_id;
    tarn_catalog *catalog; /* counted */
    const tarn_relation *kind;
    void *relation;
    struct ArrowSchema schema;
    tarn_filler **fillers; /* one per column */
} bind_data;

static void free_bind_data(void *pointer) {
    bind_data *data = pointer;
    tarn_after_duckdb();
    for (int64_t i = 0; data->fillers && i < data->schema.n_children; i++)
        tarn_filler_free(data->fillers[i]);
    free(data->fillers);
    if (data->relation)
        data->kind->close(data->relation);
    tarn_schema_release(&data->schema);
    tarn_catalog_release(data->catalog);
    free(data);
}

/* A value as text of ours. */
static tarn_status copy_value(const tarn_duckdb *duckdb, duckdb_value value, char **out, tarn_error *error) {
    char *text = duckdb->get_varchar(value);
    *out = text ? tarn_strdup(text) : NULL;
    duckdb->free(text);
    return *out ? TARN_OK : tarn_fail_memory(error);
}

static tarn_status copy_list(const tarn_duckdb *duckdb, duckdb_value list, const char *name, char ***values,
                             size_t *count, tarn_error *error) {
    idx_t size = duckdb->get_list_size(list);
    tarn_status status = TARN_OK;
    *values = calloc(size + 1, sizeof **values);
    if (!*values)
        return tarn_fail_memory(error);
    for (idx_t i = 0; i < size && status == TARN_OK; i++) {
        duckdb_value value = duckdb->get_list_child(list, i);
        if (duckdb->is_null_value(value))
            status = tarn_fail(error, TARN_E_INVALID, "%s has a NULL in its list", name);
        else
            status = copy_value(duckdb, value, &(*values)[*count], error);
        *count += status == TARN_OK;
        duckdb->destroy_value(&value);
    }
    return status;
}

static tarn_status read_argument(const tarn_duckdb *duckdb, duckdb_bind_info info, tarn_relation_argument *out,
                                 tarn_error *error) {
    tarn_status status = TARN_OK;
    char **values = NULL;
    duckdb_value value = duckdb->bind_get_named_parameter(info, out->name);
    if (!value || duckdb->is_null_value(value)) {
        duckdb->destroy_value(&value);
        return TARN_OK;
    }
    if (duckdb->get_type_id(duckdb->get_value_type(value)) == DUCKDB_TYPE_LIST) {
        status = copy_list(duckdb, value, out->name, &values, &out->count, error);
    } else {
        values = calloc(1, sizeof *values);
        status = values ? copy_value(duckdb, value, values, error) : tarn_fail_memory(error);
        out->count = status == TARN_OK;
    }
    out->values = (const char *const *)values;
    duckdb->destroy_value(&value);
    return status;
}

static void free_arguments(tarn_relation_argument *arguments, size_t count) {
    for (size_t i = 0; arguments && i < count; i++) {
        char **values = (char **)arguments[i].values;
        for (size_t k = 0; k < arguments[i].count; k++)
            free(values[k]);
        free(values);
    }
    free(arguments);
}

static tarn_status read_arguments(const tarn_duckdb *duckdb, duckdb_bind_info info, const tarn_relation *kind,
                                  tarn_relation_argument **out, size_t *count, tarn_error *error) {
    while (kind->parameters[*count])
        ++*count;
    *out = calloc(*count + 1, sizeof **out);
    if (!*out)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < *count; i++) {
        (*out)[i].name = kind->parameters[i];
        TARN_TRY(read_argument(duckdb, info, &(*out)[i], error));
    }
    return TARN_OK;
}

/* What the positional arguments name. */
static tarn_status read_versions(const tarn_duckdb *duckdb, duckdb_bind_info info, const bind_data *data, char **names,
                                 tarn_version **versions, tarn_error *error) {
    for (size_t i = 0; i < data->kind->version_count; i++) {
        const tarn_bound *bound;
        tarn_status status = TARN_OK;
        duckdb_value value = duckdb->bind_get_parameter(info, i);
        if (duckdb->is_null_value(value))
            status =
                tarn_fail(error, TARN_E_INVALID, "%s needs names of tables or versions, not NULL", data->kind->name);
        else
            status = copy_value(duckdb, value, &names[i], error);
        duckdb->destroy_value(&value);
        TARN_TRY(status);
        TARN_TRY(tarn_catalog_resolve(data->catalog, names[i], &bound, error));
        versions[i] = bound->version;
    }
    return TARN_OK;
}

static tarn_status open_relation(const tarn_duckdb *duckdb, duckdb_bind_info info, bind_data *data, tarn_error *error) {
    const tarn_relation *kind = data->kind;
    tarn_relation_argument *arguments = NULL;
    size_t count = 0;
    char **names = calloc(kind->version_count + 1, sizeof *names);
    tarn_version **versions = calloc(kind->version_count + 1, sizeof *versions);
    tarn_status status = names && versions ? TARN_OK : tarn_fail_memory(error);
    if (status == TARN_OK)
        status = read_versions(duckdb, info, data, names, versions, error);
    if (status == TARN_OK)
        status = read_arguments(duckdb, info, kind, &arguments, &count, error);
    tarn_relation_call call = {versions, (const char *const *)names, arguments, count};
    if (status == TARN_OK)
        status = kind->open(kind->context, &call, &data->relation, &data->schema, error);
    free_arguments(arguments, count);
    for (size_t i = 0; names && i < kind->version_count; i++)
        free(names[i]);
    free(names);
    free(versions);
    return status;
}

static tarn_status add_columns(const tarn_duckdb *duckdb, duckdb_bind_info info, bind_data *data, tarn_error *error) {
    data->fillers = calloc((size_t)data->schema.n_children + 1, sizeof(tarn_filler *));
    if (!data->fillers)
        return tarn_fail_memory(error);
    for (int64_t i = 0; i < data->schema.n_children; i++) {
        const struct ArrowSchema *column = data->schema.children[i];
        duckdb_logical_type type;
        tarn_status status = tarn_filler_new(duckdb, column, NULL, &data->fillers[i], error);
        if (status == TARN_OK)
            status = tarn_filler_type(data->fillers[i], &type, error);
        if (status != TARN_OK)
            return tarn_fail_context(error, status, "column %s", column->name);
        duckdb->bind_add_result_column(info, column->name, type);
        duckdb->destroy_logical_type(&type);
    }
    return TARN_OK;
}

static void bind(duckdb_bind_info info) {
    const tarn_duckdb *duckdb = tarn_duckdb_loaded();
    const function_data *function = duckdb->bind_get_extra_info(info);
    tarn_error error = {0};
    idx_t id;
    tarn_session *session = tarn_scan_session_on(duckdb, function->instance, info, &id);
    if (!session)
        return;
    bind_data *data = calloc(1, sizeof *data);
    if (!data) {
        duckdb->bind_set_error(info, "out of memory");
        return;
    }
    *data = (bind_data){.instance = function->instance, .connection_id = id, .catalog = session->catalog};
    data->kind = function->kind;
    tarn_catalog_retain(data->catalog);
    duckdb->bind_set_bind_data(info, data, free_bind_data);
    tarn_status status = open_relation(duckdb, info, data, &error);
    if (status == TARN_OK)
        status = add_columns(duckdb, info, data, &error);
    if (status != TARN_OK) {
        tarn_session_fail(session, &error);
        duckdb->bind_set_error(info, error.message);
    }
    tarn_after_duckdb();
}

/* ---- init and run --------------------------------------------------------------------------------------------------
 */

#define COLUMN_NONE SIZE_MAX /* the query does not look at it */

/* One scan, shared by its threads. */
typedef struct relation_scan {
    const bind_data *data;
    tarn_session *session;
    int64_t rows;
    atomic_int_least64_t next;
    size_t output_count, read_count;
    size_t *columns; /* to be read */
    size_t places[]; /* per output vector: which of them; COLUMN_NONE */
} relation_scan;

static void free_scan(void *pointer) {
    relation_scan *scan = pointer;
    tarn_after_duckdb();
    free(scan->columns);
    free(scan);
}

static tarn_status new_scan(const tarn_duckdb *duckdb, duckdb_init_info info, const bind_data *data,
                            tarn_session *session, relation_scan **out, tarn_error *error) {
    size_t count = duckdb->init_get_column_count(info);
    relation_scan *scan = calloc(1, sizeof *scan + count * sizeof *scan->places);
    if (!scan)
        return tarn_fail_memory(error);
    scan->columns = calloc(count + 1, sizeof *scan->columns);
    scan->data = data;
    scan->session = session;
    scan->output_count = count;
    tarn_status status = scan->columns ? TARN_OK : tarn_fail_memory(error);
    for (size_t i = 0; i < count && status == TARN_OK; i++) {
        idx_t index = duckdb->init_get_column_index(info, i);
        scan->places[i] = index < (idx_t)data->schema.n_children ? scan->read_count : COLUMN_NONE;
        if (scan->places[i] != COLUMN_NONE)
            scan->columns[scan->read_count++] = (size_t)index;
    }
    if (status == TARN_OK)
        status = data->kind->start(data->relation, session->task, &scan->rows, error);
    if (status == TARN_OK)
        *out = scan;
    else
        free_scan(scan);
    return status;
}

static void init(duckdb_init_info info) {
    tarn_after_duckdb();
    const tarn_duckdb *duckdb = tarn_duckdb_loaded();
    const bind_data *data = duckdb->init_get_bind_data(info);
    tarn_error error = {0};
    relation_scan *scan = NULL;
    tarn_session *session = tarn_instance_session(data->instance, data->connection_id);
    if (!session) {
        duckdb->init_set_error(info, "no query of Tarn is running on this connection");
        return;
    }
    if (new_scan(duckdb, info, data, session, &scan, &error) != TARN_OK) {
        tarn_session_fail(session, &error);
        duckdb->init_set_error(info, error.message);
        return;
    }
    if (!session->is_silent)
        tarn_task_begin(session->task, "querying", "rows", (uint64_t)scan->rows);
    duckdb->init_set_init_data(info, scan, free_scan);
    duckdb->init_set_max_threads(info, (idx_t)(scan->rows / BLOCK_ROWS + 1));
    tarn_after_duckdb();
}

/* One thread's block. What the last vectors point to stays until the next call. */
typedef struct relation_reader {
    struct ArrowArray *arrays;
    size_t array_count;
    int64_t count, offset;
} relation_reader;

static void empty(relation_reader *reader) {
    for (size_t i = 0; i < reader->array_count; i++)
        tarn_array_release(&reader->arrays[i]);
    reader->count = reader->offset = 0;
}

static void free_reader(void *pointer) {
    relation_reader *reader = pointer;
    tarn_after_duckdb();
    empty(reader);
    free(reader->arrays);
    free(reader);
}

static void init_reader(duckdb_init_info info) {
    const tarn_duckdb *duckdb = tarn_duckdb_loaded();
    relation_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        duckdb->init_set_error(info, "out of memory");
    else
        duckdb->init_set_init_data(info, reader, free_reader);
    tarn_after_duckdb();
}

static tarn_status next_block(relation_scan *scan, relation_reader *reader, tarn_error *error) {
    const bind_data *data = scan->data;
    empty(reader);
    if (!reader->arrays) {
        reader->arrays = calloc(scan->read_count + 1, sizeof *reader->arrays);
        if (!reader->arrays)
            return tarn_fail_memory(error);
        reader->array_count = scan->read_count;
    }
    int64_t from = atomic_fetch_add(&scan->next, BLOCK_ROWS);
    if (from >= scan->rows)
        return TARN_OK;
    int64_t count = scan->rows - from < BLOCK_ROWS ? scan->rows - from : BLOCK_ROWS;
    TARN_TRY(tarn_task_check(scan->session->task, error));
    if (scan->read_count)
        TARN_TRY(data->kind->read(data->relation, from, count, scan->columns, scan->read_count, reader->arrays, error));
    reader->count = count;
    if (!scan->session->is_silent)
        tarn_task_advance(scan->session->task, (uint64_t)count);
    return TARN_OK;
}

static tarn_status fill(relation_scan *scan, relation_reader *reader, duckdb_data_chunk output, tarn_error *error) {
    const tarn_duckdb *duckdb = tarn_duckdb_loaded();
    if (reader->offset == reader->count)
        TARN_TRY(next_block(scan, reader, error));
    int64_t left = reader->count - reader->offset;
    tarn_rows rows = {.start = reader->offset, .count = (idx_t)(left < VECTOR_ROWS ? left : VECTOR_ROWS)};
    for (size_t i = 0; i < scan->output_count && rows.count; i++) {
        if (scan->places[i] == COLUMN_NONE)
            continue;
        size_t column = scan->columns[scan->places[i]];
        TARN_TRY(tarn_fill(scan->data->fillers[column], &reader->arrays[scan->places[i]], &rows,
                           duckdb->data_chunk_get_vector(output, i), error));
    }
    reader->offset += (int64_t)rows.count;
    duckdb->data_chunk_set_size(output, rows.count);
    return TARN_OK;
}

static void run(duckdb_function_info info, duckdb_data_chunk output) {
    const tarn_duckdb *duckdb = tarn_duckdb_loaded();
    relation_scan *scan = duckdb->function_get_init_data(info);
    tarn_error error = {0};
    tarn_after_duckdb();
    if (fill(scan, duckdb->function_get_local_init_data(info), output, &error) != TARN_OK) {
        tarn_session_fail(scan->session, &error);
        duckdb->function_set_error(info, error.message);
    }
    tarn_after_duckdb();
}

/* ---- registering ---------------------------------------------------------------------------------------------------
 */

tarn_status tarn_scan_register_relation(tarn_instance *instance, duckdb_connection connection,
                                        const tarn_relation *relation, tarn_error *error) {
    function_data *data = malloc(sizeof *data);
    if (!data)
        return tarn_fail_memory(error);
    *data = (function_data){instance, relation};
    tarn_table_function function = {.name = relation->name,
                                    .parameter_count = relation->version_count,
                                    .named = relation->parameters,
                                    .extra = data,
                                    .free_extra = free,
                                    .bind = bind,
                                    .init = init,
                                    .local_init = init_reader,
                                    .run = run};
    return tarn_scan_register_function(instance, connection, &function, error);
}
