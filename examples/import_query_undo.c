/* Import a file, ask it in SQL, change it, take the change back. Leaves a workspace in the current folder. */
#include <stdio.h>
#include <tarn/tarn.h>

static tarn_error error;
/* Print a query's result, a line for each row. */
static tarn_status print_query(tarn_workspace *workspace, const char *sql) {
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray batch;
    tarn_text text = {0};
    bool is_null;
    tarn_status status = tarn_query(workspace, sql, NULL, &stream, &error);
    if (status != TARN_OK)
        return status;
    stream.get_schema(&stream, &schema);
    while (stream.get_next(&stream, &batch) == 0 && batch.release) {
        for (int64_t row = 0; row < batch.length; row++) {
            for (int64_t c = 0; c < batch.n_children && status == TARN_OK; c++) {
                text.size = 0;
                status = tarn_print_value(schema.children[c], batch.children[c], row, &text, &is_null, &error);
                printf("%s%.*s", c ? ", " : "  ", (int)text.size, text.size ? text.data : "");
            }
            printf("\n");
        }
        batch.release(&batch);
    }
    tarn_text_clear(&text);
    schema.release(&schema);
    stream.release(&stream);
    return status;
}

int main(void) {
    static const char count[] = "SELECT city, count(*), sum(amount) FROM orders GROUP BY city ORDER BY city";
    const tarn_parameter upper[] = {{"column", "city"}, {"expr", "upper(trim(city))"}};
    tarn_workspace *workspace = NULL;
    tarn_import_result imported = {0};
    tarn_change change = {0};
    FILE *file = fopen("orders.csv", "w");
    if (!file || fputs("id,city,amount\n1,Paris,10.5\n2,paris ,20\n3,Rome,7\n", file) < 0 || fclose(file))
        return 1;
    bool good =
        tarn_workspace_init(".", &error) == TARN_OK && tarn_workspace_open(".", NULL, &workspace, &error) == TARN_OK &&
        tarn_import(workspace, &(tarn_import_options){.path = "orders.csv"}, NULL, &imported, &error) == TARN_OK &&
        print_query(workspace, count) == TARN_OK &&
        tarn_apply(workspace, "orders", "set", upper, 2, NULL, &change, &error) == TARN_OK &&
        printf("changed %lld cells\n", (long long)change.cells) && print_query(workspace, count) == TARN_OK;
    tarn_change_clear(&change);
    good = good && tarn_undo(workspace, "orders", 1, &change, &error) == TARN_OK &&
           printf("back at version %llu\n", (unsigned long long)change.after) &&
           print_query(workspace, count) == TARN_OK;
    if (!good)
        fprintf(stderr, "%s: %s\n", tarn_status_name(error.code), error.message);
    tarn_change_clear(&change);
    tarn_import_result_clear(&imported);
    tarn_workspace_close(workspace);
    return good ? 0 : 1;
}
