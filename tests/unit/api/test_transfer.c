/* Import, SQL and export through the public interface. */
#include "support_api.h"

#include "base/asker.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char mixed[] =
    "id,name,day,price,zip\n1,ann,2026-01-02,1.5,00501\n2,,2026-01-03,,10001\n3,\"\",,2.25,02134\n";
static const char mixed_rows[] = "1|ann|2026-01-02|1.5|00501;2|NULL|2026-01-03|NULL|10001;3||NULL|2.25|02134";

static tarn_status import_file(fixture *f, const char *name, const char *table, tarn_if_exists if_exists,
                               tarn_import_result *out) {
    tarn_import_options options = {.path = in_folder(f, name), .table = table, .if_exists = if_exists};
    return tarn_import(f->workspace, &options, NULL, out, &f->error);
}

static void round_trip(fixture *f, const char *name, const char *format) {
    tarn_export_options options = {.path = in_folder(f, name)};
    tarn_export_result written = {0};
    tarn_import_result read = {0};
    assert_ok(f, tarn_export(f->workspace, "mixed", &options, NULL, &written, &f->error));
    assert_int_equal(written.rows, 3);
    assert_int_equal(written.columns, 5);
    assert_string_equal(written.format, format);
    assert_true(written.bytes > 0);
    tarn_export_result_clear(&written);
    assert_ok(f, import_file(f, name, "again", TARN_IF_EXISTS_REPLACE, &read));
    assert_int_equal(read.change.rows, 3);
    assert_int_equal(read.columns, 5);
    assert_int_equal(read.warning_count, 0);
    tarn_import_result_clear(&read);
    check_rows(f, "again", mixed_rows);
    check_sql(f, "SELECT count(*) FROM mixed m JOIN again a ON m.id = a.id AND m.price IS NOT DISTINCT FROM a.price",
              "3");
}

static void test_formats(void **state) {
    fixture *f = *state;
    import(f, "mixed", mixed);
    check_rows(f, "mixed", mixed_rows);
    round_trip(f, "out.csv", "csv");
    round_trip(f, "out.tsv", "tsv");
    round_trip(f, "out.parquet", "parquet");
    round_trip(f, "out.arrow", "arrow");
    round_trip(f, "out.arrows", "arrow-stream");
    round_trip(f, "out.json", "json");
    round_trip(f, "out.ndjson", "ndjson");
}

static void test_import_onto_a_table(void **state) {
    fixture *f = *state;
    tarn_import_result result = {0};
    import(f, "mixed", mixed);
    put_file(f, "more.csv", "ZIP,id\n00601,4\n");
    assert_fails(f, import_file(f, "more.csv", "MIXED", TARN_IF_EXISTS_FAIL, &result), TARN_E_EXISTS,
                 TARN_ASKER("--append", "'append'"));
    assert_ok(f, import_file(f, "more.csv", "mixed", TARN_IF_EXISTS_APPEND, &result));
    assert_int_equal(result.change.before, 1);
    assert_int_equal(result.change.after, 2);
    assert_int_equal(result.change.table_rows, 4);
    tarn_import_result_clear(&result);
    check_sql(f, "SELECT id, name, zip FROM mixed WHERE id = 4", "4|NULL|00601");
    put_file(f, "words.csv", "id\nfive\n");
    assert_ok(f, import_file(f, "words.csv", "mixed", TARN_IF_EXISTS_APPEND, &result));
    assert_string_equal(result.warnings[0], "to take the new rows, id became VARCHAR (was BIGINT)");
    tarn_import_result_clear(&result);
    check_sql(f, "SELECT id FROM mixed WHERE id IN ('4', 'five')", "4;five");
    tarn_change change = {0};
    assert_ok(f, tarn_undo(f->workspace, "mixed", 1, &change, &f->error));
    tarn_change_clear(&change);
    put_file(f, "other.csv", "id,extra\n5,x\n");
    assert_fails(f, import_file(f, "other.csv", "mixed", TARN_IF_EXISTS_APPEND, &result), TARN_E_INVALID, "extra");
    assert_fails(f, import_file(f, "more.csv", "nosuch", TARN_IF_EXISTS_APPEND, &result), TARN_E_NOT_FOUND, "nosuch");
    check_sql(f, "SELECT count(*), max(id) FROM mixed", "4|4");
    assert_ok(f, import_file(f, "more.csv", "mixed", TARN_IF_EXISTS_REPLACE, &result));
    tarn_import_result_clear(&result);
    check_rows(f, "mixed", "00601|4");
    assert_ok(f, tarn_undo(f->workspace, "mixed", 2, &change, &f->error));
    tarn_change_clear(&change);
    check_rows(f, "mixed", mixed_rows);
}

static void test_append_other_formats(void **state) {
    fixture *f = *state;
    tarn_import_result result = {0};
    import(f, "mixed", mixed);
    put_file(f, "more.json", "[{\"id\": 4, \"price\": 3}, {\"id\": 5, \"price\": null}]");
    assert_ok(f, import_file(f, "more.json", "mixed", TARN_IF_EXISTS_APPEND, &result));
    tarn_import_result_clear(&result);
    check_sql(f, "SELECT id, price FROM mixed WHERE id > 3", "4|3.0;5|NULL");
    put_file(f, "half.json", "[{\"id\": 4.5}]");
    assert_ok(f, import_file(f, "half.json", "mixed", TARN_IF_EXISTS_APPEND, &result));
    assert_int_equal(result.warning_count, 1);
    assert_string_equal(result.warnings[0], "to take the new rows, id became DOUBLE (was BIGINT)");
    tarn_import_result_clear(&result);
    check_sql(f, "SELECT id, price FROM mixed WHERE id > 3", "4.0|3.0;5.0|NULL;4.5|NULL");
    put_file(f, "bad.json", "[{\"id\": [1]}]");
    assert_fails(f, import_file(f, "bad.json", "mixed", TARN_IF_EXISTS_APPEND, &result), TARN_E_UNSUPPORTED, "stack");
}

static void test_bad_files(void **state) {
    fixture *f = *state;
    tarn_import_result result = {0};
    assert_fails(f, import_file(f, "nosuch.csv", NULL, TARN_IF_EXISTS_FAIL, &result), TARN_E_NOT_FOUND, "nosuch.csv");
    assert_fails(f, import_file(f, ".", "x", TARN_IF_EXISTS_FAIL, &result), TARN_E_INVALID, "folder");
    put_file(f, "empty.csv", "");
    assert_fails(f, import_file(f, "empty.csv", NULL, TARN_IF_EXISTS_FAIL, &result), TARN_E_FORMAT, "empty");
    put_file(f, "cut.parquet", "PAR1 and no more");
    assert_fails(f, import_file(f, "cut.parquet", NULL, TARN_IF_EXISTS_FAIL, &result), TARN_E_FORMAT, "cut.parquet");
    put_file(f, "cut.arrow", "ARROW1 and no more");
    assert_fails(f, import_file(f, "cut.arrow", NULL, TARN_IF_EXISTS_FAIL, &result), TARN_E_FORMAT, "cut.arrow");
    put_file(f, "picture.csv", "\x89PNG\r\n\x1A\n");
    assert_fails(f, import_file(f, "picture.csv", NULL, TARN_IF_EXISTS_FAIL, &result), TARN_E_FORMAT, "image");
    put_file(f, "bad.json", "[{\"a\": 1}, {\"a\": ]");
    assert_fails(f, import_file(f, "bad.json", NULL, TARN_IF_EXISTS_FAIL, &result), TARN_E_FORMAT, "bad.json");
    put_file(f, "good.csv", "a\n1\n");
    assert_fails(f, import_file(f, "good.csv", "a@b", TARN_IF_EXISTS_FAIL, &result), TARN_E_INVALID, "a@b");
    tarn_import_options options = {.path = in_folder(f, "good.csv"), .format = "docx"};
    assert_fails(f, tarn_import(f->workspace, &options, NULL, &result, &f->error), TARN_E_INVALID, "docx");
    tarn_table_info *tables;
    size_t count;
    assert_ok(f, tarn_tables(f->workspace, true, &tables, &count, &f->error));
    assert_int_equal(count, 0);
    tarn_tables_free(tables, count);
}

static void test_import_options(void **state) {
    fixture *f = *state;
    tarn_import_result result = {0};
    put_file(f, "odd.txt", "1;NA;x\n2;5;y\n");
    const char *types[] = {"column_1=VARCHAR"};
    tarn_import_options options = {.path = in_folder(f, "odd.txt"),
                                   .header_row = -1,
                                   .delimiter = ';',
                                   .null_text = "NA",
                                   .types = types,
                                   .type_count = 1};
    assert_ok(f, tarn_import(f->workspace, &options, NULL, &result, &f->error));
    assert_string_equal(result.change.table, "odd");
    assert_string_equal(result.delimiter, ";");
    assert_int_equal(result.header_row, 0);
    tarn_import_result_clear(&result);
    check_sql(f, "SELECT column_1 || '!', column_2 + 1, column_3 FROM odd", "1!|NULL|x;2!|6|y");
    types[0] = "column_1";
    options.if_exists = TARN_IF_EXISTS_REPLACE;
    assert_fails(f, tarn_import(f->workspace, &options, NULL, &result, &f->error), TARN_E_INVALID, "column=type");
    options.type_count = 0;
    options.all_text = true;
    assert_ok(f, tarn_import(f->workspace, &options, NULL, &result, &f->error));
    tarn_import_result_clear(&result);
    check_sql(f, "SELECT typeof(column_2) FROM odd LIMIT 1", "VARCHAR");
    put_file(f, "typed.json", "[{\"a\": \"1\", \"b\": 2}]");
    types[0] = "a=BIGINT";
    options = (tarn_import_options){.path = in_folder(f, "typed.json"), .types = types, .type_count = 1};
    assert_ok(f, tarn_import(f->workspace, &options, NULL, &result, &f->error));
    tarn_import_result_clear(&result);
    check_sql(f, "SELECT a + 1, b FROM typed", "2|2");
    types[0] = "a=BIGINT) FROM x; --";
    options.if_exists = TARN_IF_EXISTS_REPLACE;
    assert_fails(f, tarn_import(f->workspace, &options, NULL, &result, &f->error), TARN_E_INVALID, "BIGINT) FROM x");
}

static void test_query_into(void **state) {
    fixture *f = *state;
    tarn_change change = {0};
    import(f, "mixed", mixed);
    assert_ok(f,
              tarn_query_into(f->workspace, "SELECT id, id * 2 AS d, count(*) OVER (), 1 AS id FROM mixed ORDER BY id",
                              "twice", TARN_IF_EXISTS_FAIL, NULL, &change, &f->error));
    assert_int_equal(change.rows, 3);
    tarn_change_clear(&change);
    check_rows(f, "twice", "1|2|3|1;2|4|3|1;3|6|3|1");
    assert_fails(f, tarn_query_into(f->workspace, "SELECT 1", "twice", TARN_IF_EXISTS_FAIL, NULL, &change, &f->error),
                 TARN_E_EXISTS, "twice");
    assert_fails(f, tarn_query_into(f->workspace, "SELEC 1", "t", TARN_IF_EXISTS_FAIL, NULL, &change, &f->error),
                 TARN_E_SQL, "");
    assert_fails(f,
                 tarn_query_into(f->workspace, "SELECT CAST(name AS INT) FROM mixed", "t", TARN_IF_EXISTS_FAIL, NULL,
                                 &change, &f->error),
                 TARN_E_SQL, "ann");
    check_sql(f, "SHOW TABLES", "mixed;twice");
    /* a table made from itself */
    assert_ok(f, tarn_query_into(f->workspace, "FROM twice WHERE d > 2", "twice", TARN_IF_EXISTS_REPLACE, NULL, &change,
                                 &f->error));
    tarn_change_clear(&change);
    check_sql(f, "SELECT d FROM twice", "4;6");
    check_sql(f, "SELECT d FROM \"twice@1\"", "2;4;6");
}

static void test_export_refuses(void **state) {
    fixture *f = *state;
    tarn_export_result result = {0};
    import(f, "mixed", mixed);
    tarn_export_options options = {.path = in_folder(f, "out.xyz")};
    assert_fails(f, tarn_export(f->workspace, "mixed", &options, NULL, &result, &f->error), TARN_E_INVALID, "csv");
    options.path = f->folder;
    options.format = "csv";
    assert_fails(f, tarn_export(f->workspace, "mixed", &options, NULL, &result, &f->error), TARN_E_INVALID, "folder");
    options.path = in_folder(f, "no/such/out.csv");
    assert_fails(f, tarn_export(f->workspace, "mixed", &options, NULL, &result, &f->error), TARN_E_NOT_FOUND, "folder");
    put_file(f, "there.csv", "kept");
    options = (tarn_export_options){.path = in_folder(f, "there.csv"), .no_clobber = true};
    assert_fails(f, tarn_export(f->workspace, "mixed", &options, NULL, &result, &f->error), TARN_E_EXISTS, "there");
    options = (tarn_export_options){.path = in_folder(f, "x.parquet"), .compression = "tar"};
    assert_fails(f, tarn_export(f->workspace, "mixed", &options, NULL, &result, &f->error), TARN_E_INVALID, "tar");
    options = (tarn_export_options){.path = in_folder(f, "there.arrow"), .compression = "snappy"};
    assert_fails(f, tarn_export(f->workspace, "mixed", &options, NULL, &result, &f->error), TARN_E_INVALID, "snappy");
    char *kept = get_file(f, "there.csv");
    assert_string_equal(kept, "kept");
    free(kept);
    assert_int_not_equal(access(in_folder(f, "x.parquet"), F_OK), 0);
}

static void test_export_query(void **state) {
    fixture *f = *state;
    tarn_export_result result = {0};
    import(f, "mixed", mixed);
    tarn_export_options options = {.path = in_folder(f, "out.csv"), .delimiter = ';', .no_header = true};
    assert_ok(f, tarn_export_query(f->workspace, "SELECT id, name FROM mixed WHERE id < 3", &options, NULL, &result,
                                   &f->error));
    assert_int_equal(result.rows, 2);
    tarn_export_result_clear(&result);
    char *text = get_file(f, "out.csv");
    assert_string_equal(text, "1;ann\n2;\n");
    free(text);
    options = (tarn_export_options){.path = in_folder(f, "out.parquet")};
    assert_ok(f, tarn_export_query(f->workspace, "SELECT id FROM mixed", &options, NULL, &result, &f->error));
    assert_int_equal(result.rows, 3);
    tarn_export_result_clear(&result);
    struct ArrowArrayStream stream = {0};
    assert_ok(f, tarn_query(f->workspace, "SELECT id, [id, 2] AS l FROM mixed", NULL, &stream, &f->error));
    options = (tarn_export_options){.path = in_folder(f, "out.ndjson")};
    assert_ok(f, tarn_write_stream(f->workspace, &stream, &options, NULL, &result, &f->error));
    tarn_export_result_clear(&result);
    text = get_file(f, "out.ndjson");
    assert_string_equal(text, "{\"id\":1,\"l\":[1,2]}\n{\"id\":2,\"l\":[2,2]}\n{\"id\":3,\"l\":[3,2]}\n");
    free(text);
}

/* ---- a stream of another program ---- */

static void release_schema(struct ArrowSchema *schema) {
    schema->release = NULL;
}

static void release_array(struct ArrowArray *array) {
    array->release = NULL;
}

static int foreign_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    static struct ArrowSchema text, *children[] = {&text};
    (void)stream;
    text = (struct ArrowSchema){.format = "u", .name = "word", .release = release_schema};
    *out = (struct ArrowSchema){
        .format = "+s", .name = "", .n_children = 1, .children = children, .release = release_schema};
    return 0;
}

/* Two texts out of the stream's four bytes, once. */
static int foreign_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    static const int32_t ends[] = {0, 2, 4};
    static struct ArrowArray text, *children[] = {&text};
    static const void *buffers[3], *no_validity[1];
    *out = (struct ArrowArray){0};
    if (stream->private_data == NULL)
        return 0;
    buffers[1] = ends;
    buffers[2] = stream->private_data;
    stream->private_data = NULL;
    text = (struct ArrowArray){.length = 2, .n_buffers = 3, .buffers = buffers, .release = release_array};
    *out = (struct ArrowArray){.length = 2,
                               .n_buffers = 1,
                               .buffers = no_validity,
                               .n_children = 1,
                               .children = children,
                               .release = release_array};
    return 0;
}

static const char *foreign_error(struct ArrowArrayStream *stream) {
    (void)stream;
    return NULL;
}

static void foreign_release(struct ArrowArrayStream *stream) {
    stream->release = NULL;
}

static tarn_status import_foreign(fixture *f, char bytes[4], const char *table) {
    tarn_change change = {0};
    struct ArrowArrayStream stream = {foreign_schema, foreign_next, foreign_error, foreign_release, bytes};
    tarn_status status =
        tarn_import_stream(f->workspace, &stream, table, TARN_IF_EXISTS_FAIL, NULL, &change, &f->error);
    tarn_change_clear(&change);
    assert_null(stream.release);
    return status;
}

/* What comes from another program's memory is checked before it is kept: text that is none would end the engine. */
static void test_foreign_stream(void **state) {
    fixture *f = *state;
    char good[] = {'a', 'b', '\xc3', '\xa9'}, bad[] = {'a', '\xc3', '\xa9', 'b'};
    assert_ok(f, import_foreign(f, good, "good"));
    check_rows(f, "good", "ab;\u00e9");
    check_sql(f, "SELECT upper(word) FROM good", "AB;\u00c9");
    assert_fails(f, import_foreign(f, bad, "bad"), TARN_E_FORMAT, "word");
    struct ArrowSchema schema;
    assert_fails(f, tarn_schema(f->workspace, "bad", &schema, &f->error), TARN_E_NOT_FOUND, "bad");
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_foreign_stream),       TEST(test_formats),        TEST(test_import_onto_a_table),
        TEST(test_append_other_formats), TEST(test_bad_files),      TEST(test_import_options),
        TEST(test_query_into),           TEST(test_export_refuses), TEST(test_export_query),
    };
    return cmocka_run_group_tests_name("transfer", tests, NULL, NULL);
}
