/* Tables as they stand: what there is, what is in it, names. */
#include "answer/answer.h"
#include "arrow/array.h"
#include "wasm/operations.h"

#include <stdlib.h>

tarn_status tarn_op_tables(tarn_call *call, tarn_error *error) {
    tarn_table_info *tables = NULL;
    size_t count = 0;
    bool dropped;
    TARN_TRY(tarn_call_flag(call, "dropped", &dropped, error));
    TARN_TRY(tarn_tables(*call->workspace, dropped, &tables, &count, error));
    tarn_status status = tarn_call_answer(call, json_pack("{s:o}", "tables", tarn_answer_tables(tables, count)), error);
    tarn_tables_free(tables, count);
    return status;
}

tarn_status tarn_op_schema(tarn_call *call, tarn_error *error) {
    const char *version;
    tarn_table_info table = {0};
    struct ArrowSchema schema = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_call_text(call, "table", true, &version, error));
    TARN_CHECK(tarn_table_get(*call->workspace, version, &table, error));
    TARN_CHECK(tarn_schema(*call->workspace, version, &schema, error));
    json_t *answer = tarn_answer_table(&table);
    json_object_set_new(answer, "columns", tarn_answer_columns(&schema));
    TARN_CHECK(tarn_call_answer(call, answer, error));
    TARN_CHECK(tarn_call_give_rows(call, &schema, NULL, error));
cleanup:
    tarn_schema_release(&schema);
    tarn_table_info_clear(&table);
    return status;
}

tarn_status tarn_op_page(tarn_call *call, tarn_error *error) {
    const char *version;
    const char **columns = NULL;
    tarn_page_options options = {0};
    struct ArrowSchema schema = {0};
    struct ArrowArray rows = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_call_text(call, "table", true, &version, error));
    TARN_CHECK(tarn_call_integer(call, "offset", 0, &options.offset, error));
    TARN_CHECK(tarn_call_integer(call, "count", 100, &options.count, error));
    TARN_CHECK(tarn_call_flag(call, "ids", &options.ids, error));
    TARN_CHECK(tarn_call_texts(call, "columns", &columns, &options.column_count, error));
    options.columns = columns;
    TARN_CHECK(tarn_page(*call->workspace, version, &options, &schema, &rows, error));
    TARN_CHECK(tarn_call_answer(call, json_pack("{s:I}", "rows", (json_int_t)rows.length), error));
    TARN_CHECK(tarn_call_give_rows(call, &schema, &rows, error));
cleanup:
    tarn_array_release(&rows);
    tarn_schema_release(&schema);
    free(columns);
    return status;
}

tarn_status tarn_op_rename(tarn_call *call, tarn_error *error) {
    const char *table, *name;
    TARN_TRY(tarn_call_text(call, "table", true, &table, error));
    TARN_TRY(tarn_call_text(call, "name", true, &name, error));
    TARN_TRY(tarn_rename(*call->workspace, table, name, error));
    return tarn_call_answer(
        call, json_pack("{s:o,s:o}", "table", tarn_answer_text(name), "before", tarn_answer_text(table)), error);
}

static tarn_status drop_or_bring_back(tarn_call *call, bool drop, tarn_error *error) {
    const char *table;
    TARN_TRY(tarn_call_text(call, "table", true, &table, error));
    TARN_TRY((drop ? tarn_drop : tarn_undrop)(*call->workspace, table, error));
    return tarn_call_answer(call, json_pack("{s:o,s:b}", "table", tarn_answer_text(table), "dropped", drop), error);
}

tarn_status tarn_op_drop(tarn_call *call, tarn_error *error) {
    return drop_or_bring_back(call, true, error);
}

tarn_status tarn_op_undrop(tarn_call *call, tarn_error *error) {
    return drop_or_bring_back(call, false, error);
}
