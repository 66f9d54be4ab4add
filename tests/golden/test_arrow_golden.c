/* Each golden file of the Arrow project decodes to what its JSON says, is written again in every form, and reads back
 * equal. What cannot be kept is refused by name. */
#include "arrow/ipc.h"
#include "arrow/normalize.h"
#include "support_golden.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MOST_BATCHES 64

typedef struct table {
    struct ArrowSchema schema;
    struct ArrowArray batches[MOST_BATCHES];
    size_t count;
} table;

static void must(tarn_status status, const tarn_error *error) {
    if (status != TARN_OK)
        fail_msg("%s: %s", tarn_status_name(status), error->message);
}

static void free_table(table *t) {
    for (size_t i = 0; i < t->count; i++)
        tarn_array_release(&t->batches[i]);
    tarn_schema_release(&t->schema);
}

static void load_file(const char *path, tarn_buffer *out) {
    FILE *file = fopen(path, "rb");
    char piece[65536];
    size_t got;
    assert_non_null(file);
    while ((got = fread(piece, 1, sizeof piece, file)) > 0)
        assert_int_equal(tarn_buffer_append(out, piece, got, NULL), TARN_OK);
    fclose(file);
}

static void read_table(const tarn_buffer *data, table *out) {
    tarn_error error = {0};
    tarn_ipc_reader *reader;
    *out = (table){0};
    must(tarn_ipc_open_memory(data->data, data->size, NULL, NULL, &reader, &error), &error);
    must(tarn_schema_copy(tarn_ipc_schema(reader), NULL, &out->schema, &error), &error);
    for (;;) {
        assert_true(out->count < MOST_BATCHES);
        must(tarn_ipc_next(reader, &out->batches[out->count], &error), &error);
        if (out->batches[out->count].release == NULL)
            break;
        must(tarn_array_validate(&out->schema, &out->batches[out->count], &error), &error);
        out->count++;
    }
    tarn_ipc_reader_free(reader);
}

static tarn_status append(void *context, const void *data, size_t size, tarn_error *error) {
    return tarn_buffer_append(context, data, size, error);
}

static void write_table(const table *t, const tarn_ipc_write_options *options, tarn_buffer *out) {
    tarn_error error = {0};
    tarn_ipc_writer *writer;
    must(tarn_ipc_writer_new(&t->schema, append, out, options, &writer, &error), &error);
    for (size_t i = 0; i < t->count; i++)
        must(tarn_ipc_writer_batch(writer, &t->batches[i], &error), &error);
    must(tarn_ipc_writer_finish(writer, &error), &error);
    tarn_ipc_writer_free(writer);
}

static void assert_equal_tables(const table *a, const table *b) {
    tarn_hash128 hash_a, hash_b;
    tarn_error error = {0};
    assert_true(tarn_schema_same_type(&a->schema, &b->schema));
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_true(tarn_array_equal(&a->schema, &a->batches[i], &b->batches[i]));
        must(tarn_array_hash(&a->schema, &a->batches[i], &hash_a, &error), &error);
        must(tarn_array_hash(&b->schema, &b->batches[i], &hash_b, &error), &error);
        assert_true(tarn_hash128_equal(hash_a, hash_b));
    }
}

static void assert_survives_writing(const table *t) {
    for (int form = 0; form < 6; form++) {
        tarn_ipc_write_options options = {.file = form % 2 == 1, .codec = (tarn_codec)(form / 2)};
        tarn_buffer data = {0};
        table again;
        write_table(t, &options, &data);
        read_table(&data, &again);
        assert_equal_tables(t, &again);
        free_table(&again);
        tarn_buffer_free(&data);
    }
}

/* Types that are not written are normalised first, as an import does it. */
static bool is_written(const struct ArrowSchema *schema) {
    static const char *const others[] = {"vu", "vz", "+vl", "+vL", "+r"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strcmp(schema->format, others[i]) == 0)
            return false;
    }
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (!is_written(schema->children[i]))
            return false;
    }
    return true;
}

static bool has_wide_decimal(const struct ArrowSchema *schema) {
    int precision, width;
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (sscanf(schema->children[i]->format, "d:%d,%*d,%d", &precision, &width) == 2 && precision > 38)
            return true;
    }
    return false;
}

static void check_normalized(table *t) {
    tarn_error error = {0};
    table normal = {0};
    if (has_wide_decimal(&t->schema)) {
        assert_int_equal(tarn_schema_normalize(&t->schema, &normal.schema, &error), TARN_E_UNSUPPORTED);
        assert_non_null(strstr(error.message, "decimal256"));
        return;
    }
    must(tarn_schema_normalize(&t->schema, &normal.schema, &error), &error);
    assert_true(tarn_schema_is_normal(&normal.schema));
    for (; normal.count < t->count; normal.count++) {
        struct ArrowArray *batch = &normal.batches[normal.count];
        must(tarn_array_normalize(&t->schema, &t->batches[normal.count], batch, &error), &error);
        must(tarn_array_validate(&normal.schema, batch, &error), &error);
        assert_int_equal(batch->length, t->batches[normal.count].length);
    }
    assert_survives_writing(&normal);
    free_table(&normal);
}

static void check_refused(const tarn_buffer *data, const char *column) {
    tarn_error error = {0};
    tarn_ipc_reader *reader;
    assert_int_equal(tarn_ipc_open_memory(data->data, data->size, NULL, NULL, &reader, &error), TARN_E_UNSUPPORTED);
    assert_non_null(strstr(error.message, "_union"));
    assert_non_null(strstr(error.message, column));
}

static void check_file(const json_t *document, const char *path) {
    tarn_buffer data = {0};
    table t;
    load_file(path, &data);
    if (golden_union_column(document) != NULL) {
        check_refused(&data, golden_union_column(document));
    } else {
        read_table(&data, &t);
        golden_compare_schema(document, &t.schema);
        assert_int_equal(t.count, json_array_size(json_object_get(document, "batches")));
        for (size_t i = 0; i < t.count; i++)
            golden_compare_batch(document, i, &t.schema, &t.batches[i]);
        if (is_written(&t.schema))
            assert_survives_writing(&t);
        check_normalized(&t);
        free_table(&t);
    }
    tarn_buffer_free(&data);
}

static void test_golden_files(void **state) {
    (void)state;
    static const char ending[] = ".json.gz";
    static const char *const forms[] = {".arrow_file", ".stream"};
    const char *root = getenv("TARN_TEST_DATA");
    char pattern[4096];
    glob_t found;
    if (root == NULL)
        skip();
    snprintf(pattern, sizeof pattern, "%s/arrow-testing/integration/*/*%s", root, ending);
    if (glob(pattern, 0, NULL, &found) != 0)
        skip();
    for (size_t i = 0; i < found.gl_pathc; i++) {
        json_t *document = golden_load(found.gl_pathv[i]);
        int stem = (int)(strlen(found.gl_pathv[i]) - strlen(ending));
        for (size_t form = 0; form < 2; form++) {
            char path[4096];
            snprintf(path, sizeof path, "%.*s%s", stem, found.gl_pathv[i], forms[form]);
            print_message("%s\n", path + strlen(root));
            check_file(document, path);
        }
        json_decref(document);
    }
    globfree(&found);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
