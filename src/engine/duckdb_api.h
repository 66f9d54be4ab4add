/**
 * @file duckdb_api.h
 * The functions of DuckDB's C API that Tarn calls, as a table of pointers: loading DuckDB costs a process 16 ms, which
 * most commands need not pay, so it is loaded when first used. Where DuckDB is linked into the program (WebAssembly,
 * -DTARN_DUCKDB_STATIC) the same table is filled by the linker.
 */
#ifndef TARN_ENGINE_DUCKDB_API_H
#define TARN_ENGINE_DUCKDB_API_H

#include "tarn/error.h"

#include <duckdb.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Each name stands for the function duckdb_<name>. */
#define TARN_DUCKDB_FUNCTIONS(X)                                                                                       \
    X(library_version)                                                                                                 \
    X(open_ext)                                                                                                        \
    X(close)                                                                                                           \
    X(connect)                                                                                                         \
    X(disconnect)                                                                                                      \
    X(interrupt)                                                                                                       \
    X(connection_get_client_context)                                                                                   \
    X(client_context_get_connection_id)                                                                                \
    X(destroy_client_context)                                                                                          \
    X(create_config)                                                                                                   \
    X(set_config)                                                                                                      \
    X(destroy_config)                                                                                                  \
    X(free)                                                                                                            \
    X(query)                                                                                                           \
    X(destroy_result)                                                                                                  \
    X(result_error)                                                                                                    \
    X(column_count)                                                                                                    \
    X(column_logical_type)                                                                                             \
    X(fetch_chunk)                                                                                                     \
    X(prepare)                                                                                                         \
    X(destroy_prepare)                                                                                                 \
    X(prepare_error)                                                                                                   \
    X(nparams)                                                                                                         \
    X(prepared_statement_type)                                                                                         \
    X(prepared_statement_column_count)                                                                                 \
    X(prepared_statement_column_name)                                                                                  \
    X(prepared_statement_column_logical_type)                                                                          \
    X(bind_varchar_length)                                                                                             \
    X(bind_boolean)                                                                                                    \
    X(bind_int64)                                                                                                      \
    X(bind_double)                                                                                                     \
    X(bind_null)                                                                                                       \
    X(execute_prepared)                                                                                                \
    X(extract_statements)                                                                                              \
    X(extract_statements_error)                                                                                        \
    X(prepare_extracted_statement)                                                                                     \
    X(destroy_extracted)                                                                                               \
    X(pending_prepared)                                                                                                \
    X(pending_prepared_streaming)                                                                                      \
    X(pending_error)                                                                                                   \
    X(destroy_pending)                                                                                                 \
    X(execute_pending)                                                                                                 \
    X(create_time_tz)                                                                                                  \
    X(from_time_tz)                                                                                                    \
    X(create_varchar_length)                                                                                           \
    X(get_list_child)                                                                                                  \
    X(get_list_size)                                                                                                   \
    X(get_value_type)                                                                                                  \
    X(destroy_value)                                                                                                   \
    X(get_varchar)                                                                                                     \
    X(is_null_value)                                                                                                   \
    X(create_logical_type)                                                                                             \
    X(create_decimal_type)                                                                                             \
    X(create_enum_type)                                                                                                \
    X(create_list_type)                                                                                                \
    X(create_array_type)                                                                                               \
    X(create_map_type)                                                                                                 \
    X(create_struct_type)                                                                                              \
    X(logical_type_set_alias)                                                                                          \
    X(logical_type_get_alias)                                                                                          \
    X(destroy_logical_type)                                                                                            \
    X(get_type_id)                                                                                                     \
    X(decimal_width)                                                                                                   \
    X(decimal_scale)                                                                                                   \
    X(decimal_internal_type)                                                                                           \
    X(enum_internal_type)                                                                                              \
    X(enum_dictionary_size)                                                                                            \
    X(enum_dictionary_value)                                                                                           \
    X(list_type_child_type)                                                                                            \
    X(array_type_child_type)                                                                                           \
    X(array_type_array_size)                                                                                           \
    X(map_type_key_type)                                                                                               \
    X(map_type_value_type)                                                                                             \
    X(struct_type_child_count)                                                                                         \
    X(struct_type_child_name)                                                                                          \
    X(struct_type_child_type)                                                                                          \
    X(destroy_data_chunk)                                                                                              \
    X(data_chunk_get_size)                                                                                             \
    X(data_chunk_set_size)                                                                                             \
    X(data_chunk_get_vector)                                                                                           \
    X(vector_get_data)                                                                                                 \
    X(vector_get_validity)                                                                                             \
    X(vector_ensure_validity_writable)                                                                                 \
    X(list_vector_get_child)                                                                                           \
    X(list_vector_get_size)                                                                                            \
    X(list_vector_set_size)                                                                                            \
    X(list_vector_reserve)                                                                                             \
    X(struct_vector_get_child)                                                                                         \
    X(array_vector_get_child)                                                                                          \
    X(vector_assign_string_element_len)                                                                                \
    X(create_table_function)                                                                                           \
    X(destroy_table_function)                                                                                          \
    X(table_function_set_name)                                                                                         \
    X(table_function_add_parameter)                                                                                    \
    X(table_function_add_named_parameter)                                                                              \
    X(table_function_set_extra_info)                                                                                   \
    X(table_function_set_bind)                                                                                         \
    X(table_function_set_init)                                                                                         \
    X(table_function_set_local_init)                                                                                   \
    X(table_function_set_function)                                                                                     \
    X(table_function_supports_projection_pushdown)                                                                     \
    X(register_table_function)                                                                                         \
    X(table_function_get_client_context)                                                                               \
    X(bind_get_extra_info)                                                                                             \
    X(bind_add_result_column)                                                                                          \
    X(bind_get_parameter)                                                                                              \
    X(bind_get_named_parameter)                                                                                        \
    X(bind_set_bind_data)                                                                                              \
    X(bind_set_cardinality)                                                                                            \
    X(bind_set_error)                                                                                                  \
    X(init_get_bind_data)                                                                                              \
    X(init_set_init_data)                                                                                              \
    X(init_get_column_count)                                                                                           \
    X(init_get_column_index)                                                                                           \
    X(init_set_max_threads)                                                                                            \
    X(init_set_error)                                                                                                  \
    X(function_get_bind_data)                                                                                          \
    X(function_get_init_data)                                                                                          \
    X(function_get_local_init_data)                                                                                    \
    X(function_set_error)                                                                                              \
    X(add_replacement_scan)                                                                                            \
    X(replacement_scan_set_function_name)                                                                              \
    X(replacement_scan_add_parameter)                                                                                  \
    X(arrow_scan)

typedef struct tarn_shim tarn_shim;

typedef struct tarn_duckdb {
    void *handle;          /**< of dlopen; NULL where DuckDB is linked in */
    const tarn_shim *shim; /**< what DuckDB's C++ classes are needed for */
#define TARN_DUCKDB_FIELD(name) __typeof__(&duckdb_##name) name;
    TARN_DUCKDB_FUNCTIONS(TARN_DUCKDB_FIELD)
#undef TARN_DUCKDB_FIELD
} tarn_duckdb;

/**
 * Find and load DuckDB and check its version. `library`: a file or a folder; NULL: search as engine.h says. The first
 * that loads serves the whole process, and stays until it ends: DuckDB's threads and thread-local data do not survive
 * unloading. TARN_E_NOT_FOUND lists where it was looked for; TARN_E_UNSUPPORTED: another version.
 */
tarn_status tarn_duckdb_load(const char *library, const tarn_duckdb **out, tarn_error *error);

/** The functions, for callbacks: DuckDB hands them nothing that leads to our own data without calling a function first.
 *  Only after tarn_duckdb_load succeeded. */
const tarn_duckdb *tarn_duckdb_loaded(void);

/** Whether `shim` (found at `path`) and the DuckDB that is loaded belong to this program: TARN_E_UNSUPPORTED says what
 * does not fit. */
tarn_status tarn_duckdb_check_shim(const tarn_shim *shim, const char *path, tarn_error *error);

#ifdef __cplusplus
}
#endif

#endif
