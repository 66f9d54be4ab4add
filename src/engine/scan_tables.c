/* tarn_tables(): the tables of the workspace, and those that are only passing through, as rows; also behind SHOW
 * TABLES. */
#include "engine/scan.h"
#include "engine/tsan.h"

#include <stdlib.h>
#include <string.h>

#define VECTOR_ROWS 2048

enum { COLUMN_NAME, COLUMN_ROWS, COLUMN_COLUMNS, COLUMN_VERSION, COLUMN_CREATED, COLUMN_CHANGED, COLUMN_COUNT };

static const struct {
    const char *name;
    duckdb_type type;
} table_columns[COLUMN_COUNT] = {
    [COLUMN_NAME] = {"name", DUCKDB_TYPE_VARCHAR},
    [COLUMN_ROWS] = {"rows", DUCKDB_TYPE_BIGINT},
    [COLUMN_COLUMNS] = {"columns", DUCKDB_TYPE_BIGINT},
    [COLUMN_VERSION] = {"version", DUCKDB_TYPE_UBIGINT},
    [COLUMN_CREATED] = {"created", DUCKDB_TYPE_TIMESTAMP_TZ},
    [COLUMN_CHANGED] = {"changed", DUCKDB_TYPE_TIMESTAMP_TZ},
};

static void release_catalog(void *catalog) {
    tarn_after_duckdb();
    tarn_catalog_release(catalog);
}

static void bind(duckdb_bind_info info) {
    const tarn_duckdb *duckdb = tarn_duckdb_loaded();
    tarn_session *session = tarn_scan_session(duckdb, info);
    if (!session)
        return;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        duckdb_logical_type type = duckdb->create_logical_type(table_columns[i].type);
        duckdb->bind_add_result_column(info, table_columns[i].name, type);
        duckdb->destroy_logical_type(&type);
    }
    tarn_catalog_retain(session->catalog);
    duckdb->bind_set_bind_data(info, session->catalog, release_catalog);
}

typedef struct listing {
    size_t next;
    size_t column_count;
    idx_t columns[];
} listing;

static void init(duckdb_init_info info) {
    const tarn_duckdb *duckdb = tarn_duckdb_loaded();
    size_t count = duckdb->init_get_column_count(info);
    listing *made = calloc(1, sizeof *made + count * sizeof *made->columns);
    if (!made) {
        duckdb->init_set_error(info, "out of memory");
        return;
    }
    made->column_count = count;
    for (size_t i = 0; i < count; i++)
        made->columns[i] = duckdb->init_get_column_index(info, i);
    duckdb->init_set_init_data(info, made, free);
    duckdb->init_set_max_threads(info, 1);
    tarn_after_duckdb();
}

/* Tables that are only passing through have no versions. */
static void put_null(const tarn_duckdb *duckdb, duckdb_vector vector, idx_t row) {
    duckdb->vector_ensure_validity_writable(vector);
    duckdb->vector_get_validity(vector)[row / 64] &= ~(UINT64_C(1) << (row % 64));
}

static void put(const tarn_duckdb *duckdb, duckdb_vector vector, idx_t row, idx_t column,
                const tarn_table_state *table) {
    int64_t *numbers = duckdb->vector_get_data(vector);
    if (table->head == 0 && column >= COLUMN_VERSION) {
        put_null(duckdb, vector, row);
        return;
    }
    switch (column) {
    case COLUMN_NAME:
        duckdb->vector_assign_string_element_len(vector, row, table->name, strlen(table->name));
        break;
    case COLUMN_ROWS:
        numbers[row] = table->rows;
        break;
    case COLUMN_COLUMNS:
        numbers[row] = table->columns;
        break;
    case COLUMN_VERSION:
        numbers[row] = (int64_t)table->head;
        break;
    case COLUMN_CREATED:
        numbers[row] = table->created;
        break;
    default:
        numbers[row] = table->changed;
        break;
    }
}

static void run(duckdb_function_info info, duckdb_data_chunk output) {
    tarn_after_duckdb();
    const tarn_duckdb *duckdb = tarn_duckdb_loaded();
    listing *listing = duckdb->function_get_init_data(info);
    size_t count;
    const tarn_table_state *tables = tarn_catalog_tables(duckdb->function_get_bind_data(info), &count);
    idx_t rows = 0;
    for (; rows < VECTOR_ROWS && listing->next < count; rows++, listing->next++)
        for (size_t i = 0; i < listing->column_count; i++)
            if (listing->columns[i] < COLUMN_COUNT)
                put(duckdb, duckdb->data_chunk_get_vector(output, i), rows, listing->columns[i],
                    &tables[listing->next]);
    duckdb->data_chunk_set_size(output, rows);
    tarn_after_duckdb();
}

tarn_status tarn_scan_register_tables(tarn_instance *instance, duckdb_connection connection, tarn_error *error) {
    tarn_table_function function = {.name = TARN_TABLES_FUNCTION, .bind = bind, .init = init, .run = run};
    return tarn_scan_register_function(instance, connection, &function, error);
}
