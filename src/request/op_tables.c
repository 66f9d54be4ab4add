/* Tables as they stand: what there is, what is in it, names. */
#include "answer/answer.h"
#include "arrow/array.h"
#include "request/declare.h"
#include "request/operations.h"
#include "request/session.h"

#include <stdlib.h>
#include <string.h>

/* ---- what there is ---------------------------------------------------------------------------------------------- */

/* Those that the caller may know of come first; how many they are. */
static size_t sort_out(const tarn_context *context, tarn_table_info *tables, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (!tarn_context_permits(context, tables[i].name))
            continue;
        tarn_table_info other = tables[kept];
        tables[kept++] = tables[i];
        tables[i] = other;
    }
    return kept;
}

static tarn_status run_tables(tarn_call *call, tarn_error *error) {
    tarn_table_info *tables = NULL;
    size_t count = 0;
    TARN_TRY(tarn_tables(call->workspace, tarn_call_flag(call, "dropped"), &tables, &count, error));
    size_t kept = sort_out(&call->session->context, tables, count);
    tarn_status status = tarn_call_answer(call, json_pack("{s:o}", "tables", tarn_answer_tables(tables, kept)), error);
    tarn_tables_free(tables, count);
    return status;
}

static const tarn_field tables_parameters[] = {
    TARN_PARAMETER(FLAG, "dropped", "also those that can be brought back", .otherwise = "false"),
};
static const tarn_field tables_answer[] = {
    TARN_MEMBER(OBJECT, "tables", "by name", .is_list = true, .shape = &tarn_shape_table),
};
static const tarn_shape tables_shape = {.name = "TablesAnswer", TARN_FIELDS(tables_answer)};
const tarn_deed tarn_op_tables = {{.name = "tables",
                                   .meaning = "All tables.",
                                   .how = TARN_RUN_URGENT,
                                   .role = TARN_ROLE_READER,
                                   .method = "GET",
                                   .path = "/tables",
                                   TARN_TAKES(tables_parameters),
                                   .answer = &tables_shape},
                                  run_tables};

static tarn_status run_schema(tarn_call *call, tarn_error *error) {
    const char *version = tarn_call_text(call, "table");
    tarn_table_info table = {0};
    struct ArrowSchema schema = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_table_get(call->workspace, version, &table, error));
    TARN_CHECK(tarn_schema(call->workspace, version, &schema, error));
    TARN_CHECK(tarn_call_answer(call, tarn_answer_schema(&table, &schema), error));
    TARN_CHECK(tarn_call_give_rows(call, &schema, NULL, error));
cleanup:
    tarn_schema_release(&schema);
    tarn_table_info_clear(&table);
    return status;
}

static const tarn_field schema_parameters[] = {TARN_TAKES_VERSION};
static const tarn_field schema_answer[] = {
    TARN_MEMBER(OBJECT, "table", "the table", .shape = &tarn_shape_table),
    TARN_MEMBER(OBJECT, "columns", "in their order", .is_list = true, .shape = &tarn_shape_column),
};
static const tarn_shape schema_shape = {.name = "SchemaAnswer", TARN_FIELDS(schema_answer)};
const tarn_deed tarn_op_schema = {{.name = "schema",
                                   .meaning = "A table and its columns; the bytes have the schema and no rows.",
                                   .how = TARN_RUN_URGENT,
                                   .role = TARN_ROLE_READER,
                                   .method = "GET",
                                   .path = "/tables/{table}",
                                   TARN_TAKES(schema_parameters),
                                   .answer = &schema_shape,
                                   .gives = TARN_BYTES_ROWS},
                                  run_schema};

static tarn_status run_page(tarn_call *call, tarn_error *error) {
    const char **columns = NULL;
    tarn_page_options options = {.offset = tarn_call_integer(call, "offset", 0),
                                 .count = tarn_call_integer(call, "count", 0),
                                 .ids = tarn_call_flag(call, "ids")};
    struct ArrowSchema schema = {0};
    struct ArrowArray rows = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_call_texts(call, "columns", &columns, &options.column_count, error));
    options.columns = columns;
    TARN_CHECK(tarn_page(call->workspace, tarn_call_text(call, "table"), &options, &schema, &rows, error));
    TARN_CHECK(tarn_call_answer(call, json_pack("{s:I}", "rows", (json_int_t)rows.length), error));
    TARN_CHECK(tarn_call_give_rows(call, &schema, &rows, error));
cleanup:
    tarn_array_release(&rows);
    tarn_schema_release(&schema);
    free(columns);
    return status;
}

static const tarn_field page_parameters[] = {
    TARN_TAKES_VERSION, TARN_TAKES_OFFSET, TARN_TAKES_COUNT, TARN_TAKES_COLUMNS, TARN_TAKES_IDS, TARN_TAKES_FORMAT,
};
const tarn_deed tarn_op_page = {{.name = "page",
                                 .meaning = "Rows as people see them. Overtakes whatever else runs.",
                                 .how = TARN_RUN_URGENT,
                                 .role = TARN_ROLE_READER,
                                 .method = "GET",
                                 .path = "/tables/{table}/rows",
                                 TARN_TAKES(page_parameters),
                                 .answer = &tarn_shape_rows,
                                 .gives = TARN_BYTES_ROWS,
                                 .is_lasting = true},
                                run_page};

/* ---- names ------------------------------------------------------------------------------------------------------ */

static tarn_status run_rename(tarn_call *call, tarn_error *error) {
    const char *table = tarn_call_text(call, "table"), *name = tarn_call_text(call, "name");
    TARN_TRY(tarn_rename(call->workspace, table, name, error));
    return tarn_call_answer(call, tarn_answer_rename(table, name), error);
}

static const tarn_field rename_parameters[] = {
    TARN_TAKES_TABLE,
    TARN_PARAMETER(TABLE, "name", "what it is to be called", .is_needed = true),
    TARN_TAKES_IF_VERSION,
};
static const tarn_field rename_answer[] = {
    TARN_MEMBER(TABLE, "table", "what it is called now"),
    TARN_MEMBER(TABLE, "before", "what it was called before"),
};
static const tarn_shape rename_shape = {.name = "RenameAnswer", TARN_FIELDS(rename_answer)};
const tarn_deed tarn_op_rename = {{.name = "rename",
                                   .meaning = "Call a table something else.",
                                   .how = TARN_RUN_CHANGE,
                                   .role = TARN_ROLE_WRITER,
                                   .method = "POST",
                                   .path = "/tables/{table}/rename",
                                   TARN_TAKES(rename_parameters),
                                   .answer = &rename_shape},
                                  run_rename};

static tarn_status run_drop(tarn_call *call, tarn_error *error) {
    const char *table = tarn_call_text(call, "table");
    TARN_TRY(tarn_drop(call->workspace, table, error));
    return tarn_call_answer(call, tarn_answer_dropped(table, true), error);
}

static tarn_status run_undrop(tarn_call *call, tarn_error *error) {
    const char *table = tarn_call_text(call, "table");
    TARN_TRY(tarn_undrop(call->workspace, table, error));
    return tarn_call_answer(call, tarn_answer_dropped(table, false), error);
}

static const tarn_field drop_parameters[] = {TARN_TAKES_TABLE, TARN_TAKES_IF_VERSION};
static const tarn_field undrop_parameters[] = {TARN_TAKES_TABLE};
static const tarn_field drop_answer[] = {
    TARN_MEMBER(TABLE, "table", "the table"),
    TARN_MEMBER(FLAG, "dropped", "whether it is dropped now"),
};
static const tarn_shape drop_shape = {.name = "DropAnswer", TARN_FIELDS(drop_answer)};
const tarn_deed tarn_op_drop = {{.name = "drop",
                                 .meaning = "Drop a table. It can be brought back until gc.",
                                 .how = TARN_RUN_CHANGE,
                                 .role = TARN_ROLE_WRITER,
                                 .method = "DELETE",
                                 .path = "/tables/{table}",
                                 TARN_TAKES(drop_parameters),
                                 .answer = &drop_shape},
                                run_drop};
const tarn_deed tarn_op_undrop = {{.name = "undrop",
                                   .meaning = "Bring back the table of that name that was dropped last.",
                                   .how = TARN_RUN_CHANGE,
                                   .role = TARN_ROLE_WRITER,
                                   .method = "POST",
                                   .path = "/tables/{table}/undrop",
                                   TARN_TAKES(undrop_parameters),
                                   .answer = &drop_shape},
                                  run_undrop};
