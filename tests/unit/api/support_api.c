#include "support_api.h"

#include "fs/fs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    snprintf(f->folder, sizeof f->folder, "/tmp/tarn-test-XXXXXX");
    if (mkdtemp(f->folder) == NULL || tarn_workspace_init(f->folder, &f->error) != TARN_OK)
        return -1;
    *state = f;
    reopen(f, false);
    return 0;
}

int teardown(void **state) {
    fixture *f = *state;
    tarn_fs *fs = NULL;
    tarn_workspace_close(f->workspace);
    tarn_status status = tarn_fs_native(&fs, NULL);
    if (status == TARN_OK)
        status = tarn_fs_remove_all(fs, f->folder, NULL);
    tarn_fs_free(fs);
    free(f);
    return status == TARN_OK ? 0 : -1;
}

void reopen(fixture *f, bool read_only) {
    tarn_workspace_options options = {.read_only = read_only, .threads = 2, .user = "ana"};
    tarn_workspace_close(f->workspace);
    f->workspace = NULL;
    assert_ok(f, tarn_workspace_open(f->folder, &options, &f->workspace, &f->error));
}

const char *in_folder(const fixture *f, const char *name) {
    static _Thread_local char paths[8][256];
    static _Thread_local int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", f->folder, name);
    return path;
}

void put_file(const fixture *f, const char *name, const char *content) {
    FILE *file = fopen(in_folder(f, name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, strlen(content), file), strlen(content));
    assert_int_equal(fclose(file), 0);
}

char *get_file(const fixture *f, const char *name) {
    FILE *file = fopen(in_folder(f, name), "rb");
    assert_non_null(file);
    char *content = calloc(1, 1 << 20);
    size_t size = fread(content, 1, (1 << 20) - 1, file);
    content[size] = '\0';
    fclose(file);
    return content;
}

void import(fixture *f, const char *table, const char *content) {
    tarn_import_result result = {0};
    put_file(f, "input.csv", content);
    tarn_import_options options = {.path = in_folder(f, "input.csv"), .table = table};
    assert_ok(f, tarn_import(f->workspace, &options, NULL, &result, &f->error));
    tarn_import_result_clear(&result);
}

static void append_rows(const struct ArrowSchema *schema, const struct ArrowArray *batch, tarn_text *out) {
    for (int64_t row = 0; row < batch->length; row++) {
        for (int64_t column = 0; column < schema->n_children; column++) {
            bool is_null = false;
            tarn_text cell = {0};
            assert_int_equal(
                tarn_print_value(schema->children[column], batch->children[column], row, &cell, &is_null, NULL),
                TARN_OK);
            const char *text = is_null ? "NULL" : cell.data;
            char *joined = NULL;
            assert_true(asprintf(&joined, "%s%s%s", out->data != NULL ? out->data : "",
                                 column > 0          ? "|"
                                 : out->data != NULL ? ";"
                                                     : "",
                                 text) >= 0);
            free(out->data);
            out->data = joined;
            tarn_text_clear(&cell);
        }
    }
}

void check_sql(fixture *f, const char *sql, const char *wanted) {
    struct ArrowArrayStream stream = {0};
    struct ArrowSchema schema = {0};
    struct ArrowArray batch = {0};
    tarn_text found = {0};
    assert_ok(f, tarn_query(f->workspace, sql, NULL, &stream, &f->error));
    assert_int_equal(stream.get_schema(&stream, &schema), 0);
    for (;;) {
        if (stream.get_next(&stream, &batch) != 0)
            fail_msg("%s", stream.get_last_error(&stream));
        if (batch.release == NULL)
            break;
        append_rows(&schema, &batch, &found);
        batch.release(&batch);
    }
    assert_string_equal(found.data != NULL ? found.data : "", wanted);
    free(found.data);
    schema.release(&schema);
    stream.release(&stream);
}

void check_rows(fixture *f, const char *version, const char *wanted) {
    struct ArrowSchema schema = {0};
    struct ArrowArray rows = {0};
    tarn_text found = {0};
    tarn_page_options options = {.count = 1000};
    assert_ok(f, tarn_page(f->workspace, version, &options, &schema, &rows, &f->error));
    append_rows(&schema, &rows, &found);
    assert_string_equal(found.data != NULL ? found.data : "", wanted);
    free(found.data);
    rows.release(&rows);
    schema.release(&schema);
}

tarn_status apply(fixture *f, const char *table, const char *command, tarn_change *out, ...) {
    tarn_parameter parameters[8];
    size_t count = 0;
    va_list arguments;
    va_start(arguments, out);
    for (const char *name; count < 8 && (name = va_arg(arguments, const char *)) != NULL; count++)
        parameters[count] = (tarn_parameter){name, va_arg(arguments, const char *)};
    va_end(arguments);
    return tarn_apply(f->workspace, table, command, parameters, count, NULL, out, &f->error);
}
