#include "product.h"

#include "harness.h"

void bench_check(tarn_status status, const tarn_error *error, const char *what) {
    if (status != TARN_OK)
        bench_die("Tarn cannot %s: %s (%s)", what, error->message, tarn_status_name(status));
}

tarn_workspace *bench_product_create(const char *directory, int threads, uint64_t memory_limit) {
    tarn_error error;
    tarn_workspace *workspace = NULL;
    tarn_workspace_options options = {.threads = (unsigned)threads, .memory_limit = memory_limit};
    bench_check(tarn_workspace_init(directory, &error), &error, "make a workspace");
    bench_check(tarn_workspace_open(directory, &options, &workspace, &error), &error, "open a new workspace");
    return workspace;
}

tarn_workspace *bench_product_open(const char *directory, int threads) {
    tarn_error error;
    tarn_workspace *workspace = NULL;
    tarn_workspace_options options = {.threads = (unsigned)threads};
    bench_check(tarn_workspace_open(directory, &options, &workspace, &error), &error, "open the workspace");
    return workspace;
}

void bench_product_import(tarn_workspace *workspace, const char *path, const char *table) {
    tarn_error error;
    tarn_import_options options = {.path = path, .table = table};
    tarn_import_result result = {0};
    bench_check(tarn_import(workspace, &options, NULL, &result, &error), &error, "import");
    tarn_import_result_clear(&result);
}

void bench_product_load(tarn_workspace *workspace, const bench_table *table, bool double_money) {
    tarn_error error;
    tarn_change change = {0};
    struct ArrowArrayStream stream;
    bench_table_stream(table, double_money, &stream);
    bench_check(tarn_import_stream(workspace, &stream, table->name, TARN_IF_EXISTS_FAIL, NULL, &change, &error), &error,
                "import a generated table");
    tarn_change_clear(&change);
}

void bench_product_stream(tarn_workspace *workspace, const char *sql, struct ArrowArrayStream *out) {
    tarn_error error;
    bench_check(tarn_query(workspace, sql, NULL, out, &error), &error, sql);
}

int64_t bench_product_page(tarn_workspace *workspace, const char *table, int64_t offset, int64_t count) {
    tarn_error error;
    tarn_page_options options = {.offset = offset, .count = count};
    struct ArrowSchema schema;
    struct ArrowArray rows;
    bench_check(tarn_page(workspace, table, &options, &schema, &rows, &error), &error, "read a page");
    int64_t length = rows.length;
    rows.release(&rows);
    schema.release(&schema);
    return length;
}
