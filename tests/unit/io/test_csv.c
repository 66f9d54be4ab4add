/* Small texts: what becomes of them, cell by cell. */
#include "support_csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static csv_table read_text(const char *text, const tarn_csv_options *options) {
    csv_table table;
    tarn_error error;
    if (csv_read(text, strlen(text), options, NULL, &table, &error) != TARN_OK)
        fail_msg("%s", error.message);
    return table;
}

static void expect_failure(const void *data, size_t size, const tarn_csv_options *options, tarn_status status,
                           const char *part) {
    csv_table table;
    tarn_error error;
    assert_int_equal(csv_read(data, size, options, NULL, &table, &error), status);
    if (strstr(error.message, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, error.message);
}

static bool warns(const csv_table *table, const char *part) {
    for (size_t i = 0; i < table->report->n_warnings; i++) {
        if (strstr(table->report->warnings[i], part) != NULL)
            return true;
    }
    return false;
}

/* "name:type name:type …" */
static void assert_columns(const csv_table *table, const char *expected) {
    char text[4096] = "";
    for (size_t i = 0; i < table->report->n_columns; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s:%s", i > 0 ? " " : "", table->report->columns[i].name,
                 table->report->columns[i].type);
    }
    assert_string_equal(text, expected);
}

static void assert_row(const csv_table *table, int64_t row, const char *expected) {
    char text[4096] = "";
    for (size_t i = 0; i < table->report->n_columns; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? "|" : "", csv_cell(table, row, i));
    }
    assert_string_equal(text, expected);
}

static void chooses_types_by_all_values(void **state) {
    (void)state;
    csv_table t =
        read_text("i,big,f,mix,b,d,ts,tz,t,zip,txt,none\n"
                  "1,9007199254740993,1.5,1,true,2024-02-29,2024-01-02 03:04,2024-01-02T03:04:05Z,23:59:59,00501,a,\n"
                  "-2,5,1e3,2.5,FALSE,1969-12-31,2024-01-02,2024-01-02T03:04:05.5+01:30,00:00:00.25,10001,7,\n",
                  NULL);
    assert_columns(&t, "i:int64 big:int64 f:float64 mix:float64 b:bool d:date32 ts:timestamp[us] tz:timestamp[us, UTC] "
                       "t:time64[us] zip:utf8 txt:utf8 none:utf8");
    assert_row(&t, 0, "1|9007199254740993|1.5|1|true|19782|1704164640000000|1704164645000000|86399000000|00501|a|NULL");
    assert_row(&t, 1, "-2|5|1000|2.5|false|-1|1704153600000000|1704159245500000|250000|10001|7|NULL");
    csv_free(&t);
}

static void keeps_as_text_what_a_type_could_not_give_back(void **state) {
    (void)state;
    csv_table t =
        read_text("plus,comma,digits,huge,wide,mixed,zones,feb,words\n"
                  "+1,\"1,000\",0.123456789012345678,9223372036854775808,1e999,9007199254740993,2024-01-01T00:00:00Z,"
                  "2023-02-29,nan\n"
                  "+2,\"2,000\",1,1,1,0.5,2024-01-01T00:00:00,2023-02-28,inf\n",
                  NULL);
    for (size_t i = 0; i < t.report->n_columns; i++)
        assert_string_equal(t.report->columns[i].type, "utf8");
    assert_row(
        &t, 0,
        "+1|1,000|0.123456789012345678|9223372036854775808|1e999|9007199254740993|2024-01-01T00:00:00Z|2023-02-29|nan");
    csv_free(&t);
}

static void tells_null_from_empty_text(void **state) {
    (void)state;
    csv_table t = read_text("a,b,c\nx,1,\n\"\",\"\",  \n,,3\n", NULL);
    assert_columns(&t, "a:utf8 b:int64 c:int64");
    assert_row(&t, 0, "x|1|NULL");
    assert_row(&t, 1, "|NULL|NULL");
    assert_row(&t, 2, "NULL|NULL|3");
    csv_free(&t);
}

static void takes_other_null_texts(void **state) {
    (void)state;
    const char *nulls[] = {"", "NA", "-"};
    tarn_csv_options options = {.null_text = nulls, .n_null_text = 3};
    csv_table t = read_text("a,b\nNA,1\n\"NA\",NA\nx,-\n", &options);
    assert_columns(&t, "a:utf8 b:int64");
    assert_row(&t, 0, "NULL|1");
    assert_row(&t, 1, "NA|NULL");
    assert_row(&t, 2, "x|NULL");
    csv_free(&t);
    options.n_null_text = 2;
    options.null_text = nulls + 1; /* the empty cell is no null now */
    t = read_text("a,b\n,NA\n", &options);
    assert_row(&t, 0, "|NULL");
    csv_free(&t);
}

static void reads_quotes(void **state) {
    (void)state;
    csv_table t = read_text("a,b\n\"x\"\"y\",\"1,\n2\"\n\"u\"v,w\"z\n", NULL);
    assert_row(&t, 0, "x\"y|1,\n2");
    assert_row(&t, 1, "uv|w\"z");
    assert_int_equal(t.report->after_quote.total, 1);
    assert_int_equal(t.report->after_quote.first[0].line, 4);
    assert_true(warns(&t, "follows a closing quote"));
    csv_free(&t);
    t = read_text("a;b\n'x;''y';1\n'z';2\n", NULL);
    assert_int_equal(t.report->quote, '\'');
    assert_row(&t, 0, "x;'y|1");
    csv_free(&t);
    t = read_text("a,b\n\"say \\\"hi\\\", you\",1\n\"back\\\\slash\",2\n", NULL);
    assert_int_equal(t.report->escape, '\\');
    assert_row(&t, 0, "say \"hi\", you|1");
    assert_row(&t, 1, "back\\slash|2");
    csv_free(&t);
    t = read_text("a,b\n\"x,1\n", &(tarn_csv_options){.quote = TARN_CSV_NO_QUOTE});
    assert_row(&t, 0, "\"x|1");
    assert_int_equal(t.report->quote, '\0');
    csv_free(&t);
}

static void a_stray_quote_swallows_nothing(void **state) {
    (void)state;
    csv_table t = read_text("a,b\n\"open,1\n\"fine\",2\n\"last,3\nx,4", NULL);
    assert_int_equal(t.report->rows, 4);
    assert_row(&t, 0, "\"open|1");
    assert_row(&t, 1, "fine|2");
    assert_row(&t, 2, "\"last|3");
    assert_row(&t, 3, "x|4");
    assert_int_equal(t.report->stray_quotes.total, 2);
    assert_int_equal(t.report->stray_quotes.first[0].line, 2);
    assert_int_equal(t.report->stray_quotes.first[1].line, 4);
    assert_true(warns(&t, "never properly closed"));
    csv_free(&t);
}

static void reports_ragged_rows_and_keeps_their_cells(void **state) {
    (void)state;
    csv_table t = read_text("a,b\n1,2\n3\n4,5,x,\n\"q\n\",6\n7,8,,y\n", NULL);
    assert_columns(&t, "a:utf8 b:int64 column_3:utf8 column_4:utf8");
    assert_row(&t, 1, "3|NULL|NULL|NULL");
    assert_row(&t, 2, "4|5|x|NULL");
    assert_row(&t, 4, "7|8|NULL|y");
    assert_int_equal(t.report->ragged.total, 3);
    assert_int_equal(t.report->ragged.first[0].line, 3);
    assert_int_equal(t.report->ragged.first[0].found, 1);
    assert_int_equal(t.report->ragged.first[2].line, 7);
    assert_true(warns(&t, "lines 3 (1), 4 (4), 7 (4)"));
    csv_free(&t);
}

static void joins_surplus_cells_past_the_limit(void **state) {
    (void)state;
    csv_table t = read_text("a,b\n1,2\n1,2,\"x,y\",z,\n1,2,,,\n", &(tarn_csv_options){.max_extra_columns = 1});
    assert_columns(&t, "a:int64 b:int64 _extra:utf8");
    assert_row(&t, 0, "1|2|NULL");
    assert_row(&t, 1, "1|2|\"x,y\",z,");
    assert_row(&t, 2, "1|2|NULL");
    assert_true(t.report->extra_joined);
    assert_true(warns(&t, "_extra"));
    csv_free(&t);
}

static void limits_reports_not_counts(void **state) {
    (void)state;
    csv_table t =
        read_text("a,b\n1,1\n2,2\n3,3\n4,4\n5,5\n6,6\n7,7\n8\n9\n10\n", &(tarn_csv_options){.max_reports = 2});
    assert_int_equal(t.report->ragged.total, 3);
    assert_int_equal(t.report->ragged.count, 2);
    assert_true(warns(&t, "and 1 more"));
    csv_free(&t);
}

static void leaves_out_an_empty_column_past_the_header(void **state) {
    (void)state;
    csv_table t = read_text("a,b\n1,2,\n3,4,\n", NULL);
    assert_columns(&t, "a:int64 b:int64");
    assert_int_equal(t.report->ragged.total, 0);
    assert_true(warns(&t, "1 empty column without a name at the end of the rows was left out"));
    csv_free(&t);
}

static void makes_names_unique(void **state) {
    (void)state;
    csv_table t = read_text("a, A ,,a_2,b\x01"
                            "c,\n1,2,3,4,5,6\n",
                            NULL);
    assert_columns(&t, "a:int64 A_2:int64 column_3:int64 a_2_2:int64 b c:int64 column_6:int64");
    assert_string_equal(t.report->columns[2].raw, "");
    assert_null(t.report->columns[0].raw);
    assert_true(warns(&t, "without a name are called by their places: column_3, column_6"));
    csv_free(&t);
    char text[1200] = "";
    for (int i = 0; i < 150; i++)
        strcat(text, "é");
    char long_names[2500];
    snprintf(long_names, sizeof long_names, "%s,%s\n1,2\n", text, text);
    t = read_text(long_names, NULL);
    assert_int_equal(strlen(t.report->columns[0].name), 254); /* 127 characters of two bytes */
    assert_int_equal(strlen(t.report->columns[1].name), 254);
    assert_string_not_equal(t.report->columns[0].name, t.report->columns[1].name);
    csv_free(&t);
}

static void finds_the_header(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t row, rows, data;
    } cases[] = {
        {"a,b\n1,2\n", 1, 1, 1},
        {"1,2\n3,4\n", 0, 0, 2},
        {"red,blue\ngreen,red\nred,blue\n", 0, 0, 3},
        {"name,city\nann,paris\nbob,rome\n", 1, 1, 2},
        {"place,2019,2020\nrome,1,2\n", 1, 1, 1},
        {"rome,3,9\nparis,1,2\n", 0, 0, 2},
        {"a title\n\na,b,c\n1,2,3\n4,5,6\n", 3, 1, 2},
        {"id,score,,,\n,one,two,three,four\n1,2,3,4,5\n2,3,4,5,6\n", 1, 2, 2},
        {"a,b\n", 1, 1, 0},
        {"\n\na,b\n1,2\n", 3, 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        csv_table t = read_text(cases[i].text, NULL);
        assert_int_equal(t.report->header_row, cases[i].row);
        assert_int_equal(t.report->header_rows, cases[i].rows);
        assert_int_equal(t.report->rows, cases[i].data);
        csv_free(&t);
    }
    csv_table t = read_text(cases[7].text, NULL);
    assert_columns(&t, "id:int64 score / one:int64 score / two:int64 score / three:int64 score / four:int64");
    assert_true(warns(&t, "2 header rows"));
    csv_free(&t);
}

static void takes_the_header_asked_for(void **state) {
    (void)state;
    csv_table t = read_text("x\nx\nb,c\n1,2\n", &(tarn_csv_options){.header_row = 3});
    assert_columns(&t, "b:int64 c:int64");
    assert_int_equal(t.report->preamble_rows, 2);
    assert_true(warns(&t, "left out"));
    csv_free(&t);
    t = read_text("x,y\n1,2\n", &(tarn_csv_options){.header_row = -1});
    assert_columns(&t, "column_1:utf8 column_2:utf8");
    csv_free(&t);
    t = read_text("# one\n# two\nx,\ny,z\n1,2\n",
                  &(tarn_csv_options){.skip_rows = 2, .header_row = 1, .header_rows = 2});
    assert_columns(&t, "x / y:int64 x / z:int64");
    assert_int_equal(t.report->header_row, 3);
    csv_free(&t);
    expect_failure("a,b\n1,2\n", 8, &(tarn_csv_options){.header_row = 9}, TARN_E_INVALID, "line 9");
}

static void finds_the_delimiter(void **state) {
    (void)state;
    static const struct {
        const char *text;
        char delimiter;
        size_t columns;
    } cases[] = {
        {"a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n", ';', 3},
        {"a\tb\n1,2\t3\n4,5\t6\n", '\t', 2},
        {"a|b|c\n1|2|3\n", '|', 3},
        {"just\nsome\nlines, here\nand there\nof text\n", '\0', 1},
        {"a,b\n\"x;y;z\",1\n\"x;y;z\",2\n", ',', 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        csv_table t = read_text(cases[i].text, NULL);
        assert_int_equal(t.report->delimiter, cases[i].delimiter);
        assert_int_equal(t.report->regular_width, cases[i].columns);
        csv_free(&t);
    }
    csv_table t = read_text("a b\n1 2\n", &(tarn_csv_options){.delimiter = ' '});
    assert_columns(&t, "a:int64 b:int64");
    csv_free(&t);
}

static void reads_all_line_ends(void **state) {
    (void)state;
    csv_table t = read_text("a,b\r\n1,2\r3,4\n\n5,6\r\r\n", NULL);
    assert_int_equal(t.report->rows, 3);
    assert_int_equal(t.report->ragged.total, 0);
    assert_row(&t, 2, "5|6");
    csv_free(&t);
    t = read_text("n\n1\n\n2\n", NULL); /* a blank line in a single column is a null */
    assert_int_equal(t.report->rows, 3);
    assert_row(&t, 1, "NULL");
    csv_free(&t);
}

static void gives_columns_the_types_asked_for(void **state) {
    (void)state;
    const tarn_csv_override overrides[] = {{"ZIP", "BIGINT"}, {"n", "text"}, {"b", "boolean"}, {"d", "timestamp"}};
    tarn_csv_options options = {.overrides = overrides, .n_overrides = 4};
    csv_table t = read_text("zip,n,b,d\n00501,1,yes,2024-01-01\n+7,2,0,\n", &options);
    assert_columns(&t, "zip:int64 n:utf8 b:bool d:timestamp[us]");
    assert_row(&t, 0, "501|1|true|1704067200000000");
    assert_row(&t, 1, "7|2|false|NULL");
    csv_free(&t);
    t = read_text("zip,n\n1,2\n", &(tarn_csv_options){.all_text = true});
    assert_columns(&t, "zip:utf8 n:utf8");
    csv_free(&t);
    const char text[] = "zip,n,b,d\n1,1,t,\n\"x\ny\",1,t,\n";
    expect_failure(text, sizeof text - 1, &options, TARN_E_FORMAT, "line 3, column zip");
    const tarn_csv_override unknown = {"nosuch", "text"}, bad = {"zip", "colour"};
    expect_failure(text, sizeof text - 1, &(tarn_csv_options){.overrides = &unknown, .n_overrides = 1}, TARN_E_INVALID,
                   "nosuch");
    expect_failure(text, sizeof text - 1, &(tarn_csv_options){.overrides = &bad, .n_overrides = 1}, TARN_E_INVALID,
                   "colour");
}

static void refuses_what_is_no_table(void **state) {
    (void)state;
    expect_failure("", 0, NULL, TARN_E_FORMAT, "test.csv is empty");
    expect_failure("\n \r\n", 4, NULL, TARN_E_FORMAT, "is empty");
    expect_failure("PAR1xxxxxxxx", 12, NULL, TARN_E_FORMAT, "a Parquet file");
    expect_failure("\x1F\x8B\x08\0\0\0\0\0", 8, NULL, TARN_E_FORMAT, "compressed with gzip");
    uint8_t noise[3000];
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)(i * 7919 >> 3);
    expect_failure(noise, sizeof noise, NULL, TARN_E_FORMAT, "binary data");
    expect_failure("a,b\n", 4, &(tarn_csv_options){.delimiter = '\n'}, TARN_E_INVALID, "delimiter");
    expect_failure("a,b\n", 4, &(tarn_csv_options){.quote = '\r'}, TARN_E_INVALID, "quote");
    expect_failure("a,b\n", 4, &(tarn_csv_options){.header_row = -2}, TARN_E_INVALID, "header_row");
    expect_failure("a,b\n", 4, &(tarn_csv_options){.encoding = "klingon"}, TARN_E_INVALID, "klingon");
    expect_failure("a,b\n1,2\n3,aaaaaaaaaaaaaaaaaaaaaaaa\n", 34, &(tarn_csv_options){.max_cell = 16, .delimiter = ','},
                   TARN_E_FORMAT, "line 3: a cell is larger than 16 bytes");
}

static void decodes(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t size;
        const char *encoding, *name, *cell;
    } cases[] = {
        {"n,m\ncaf\xE9,1\n", 11, "windows-1252", "n", "café"},
        {"n,m\nit\x92s \x93x\x94,1\n", 16, "windows-1252", "n", "it’s “x”"},
        {"n,m\nit\xD5s \xD2x\xD3,1\n", 16, "macintosh", "n", "it’s “x”"},
        {"n,m\nlib\x8Er\x8E,1\n", 13, "macintosh", "n", "libéré"},
        {"n,m\ncaf\xC3\xA9 \xC3\xA8 \xFF,1\n", 17, "UTF-8", "n", "café è �"},
        {"\xEF\xBB\xBFn,m\nx,1\n", 11, "UTF-8", "n", "x"},
        {"\xFF\xFEn\0,\0m\0\n\0\xE9\0,\0001\0\n\0", 18, "UTF-16LE", "n", "é"},
        {"\xFE\xFF\0n\0,\0m\0\n\xD8\x3D\xDE\0\0,\0001\0\n", 20, "UTF-16BE", "n", "😀"},
        {"n\0,\0m\0\n\0x\0,\0001\0\n\0", 16, "UTF-16LE", "n", "x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        csv_table t;
        tarn_error error;
        if (csv_read(cases[i].text, cases[i].size, NULL, NULL, &t, &error) != TARN_OK)
            fail_msg("case %zu: %s", i, error.message);
        assert_string_equal(t.report->encoding, cases[i].encoding);
        assert_string_equal(t.report->columns[0].name, cases[i].name);
        assert_string_equal(csv_cell(&t, 0, 0), cases[i].cell);
        csv_free(&t);
    }
    csv_table t = read_text("n,m\n\xF1,1\n", &(tarn_csv_options){.encoding = "cp1251"});
    assert_string_equal(csv_cell(&t, 0, 0), "с");
    csv_free(&t);
    t = read_text("n,m\na,1\n\xC3\xA9\xC3\xA9,1\nx\xFF,2\n", NULL);
    assert_int_equal(t.report->invalid_bytes.total, 1);
    assert_int_equal(t.report->invalid_bytes.first[0].line, 4);
    assert_true(warns(&t, "U+FFFD: line 4"));
    csv_free(&t);
}

static void previews_the_beginning(void **state) {
    (void)state;
    size_t size = 400000, used = 0;
    char *text = malloc(size + 32);
    used += (size_t)sprintf(text, "a,b\n");
    while (used < size)
        used += (size_t)sprintf(text + used, "%zu,x\n", used);
    tarn_text_source source = tarn_text_source_memory(text, used, "big.csv");
    tarn_csv_reader *reader;
    struct ArrowArray rows;
    tarn_error error;
    assert_int_equal(tarn_csv_preview(&source, NULL, 10, &reader, &rows, &error), TARN_OK);
    assert_int_equal(rows.length, 10);
    assert_int_equal(tarn_csv_get_report(reader)->ragged.total, 0);
    tarn_array_release(&rows);
    tarn_csv_free(reader);
    source = tarn_text_source_memory("a,b\n", 4, NULL);
    assert_int_equal(tarn_csv_preview(&source, NULL, 10, &reader, &rows, &error), TARN_OK);
    assert_int_equal(rows.length, 0);
    tarn_array_release(&rows);
    tarn_csv_free(reader);
    source = tarn_text_source_memory("", 0, NULL);
    assert_int_equal(tarn_csv_preview(&source, NULL, 10, &reader, &rows, &error), TARN_E_FORMAT);
    free(text);
}

/* A file that another program shortens, or changes, while it is read. */
typedef struct shifty {
    const char *text;
    size_t size;
    int reads, change_after; /* calls that still see the text as it was */
    const char *then;
} shifty;

static tarn_status read_shifty(void *context, uint64_t offset, void *data, size_t size, size_t *got,
                               tarn_error *error) {
    shifty *file = context;
    (void)error;
    const char *text = file->reads++ < file->change_after ? file->text : file->then;
    size_t have = strlen(text) > offset ? strlen(text) - (size_t)offset : 0;
    *got = size < have ? size : have;
    memcpy(data, text + offset, *got);
    return TARN_OK;
}

static void notices_a_changing_file(void **state) {
    (void)state;
    static const char *const changes[] = {"a,b\n1,", "a,b\nx,2\n3,4\n", "a,b\n1,2,3,4\n", "a,b\n1\n\n\n\n\n\n"};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        shifty file = {"a,b\n1,2\n3,4\n", 12, 0, 3, changes[i]};
        tarn_text_source source = {.read = read_shifty, .context = &file, .size = 12};
        tarn_csv_reader *reader;
        struct ArrowArray rows;
        tarn_error error;
        assert_int_equal(tarn_csv_open(&source, NULL, NULL, NULL, &reader, &error), TARN_OK);
        file.change_after = 0;
        assert_int_equal(tarn_csv_read_chunk(reader, 0, &rows, &error), TARN_E_IO);
        tarn_csv_free(reader);
    }
}

static void stops_when_cancelled(void **state) {
    (void)state;
    tarn_task *task;
    tarn_error error;
    tarn_csv_reader *reader;
    tarn_text_source source = tarn_text_source_memory("a,b\n1,2\n", 8, NULL);
    assert_int_equal(tarn_task_new(&task, &error), TARN_OK);
    tarn_task_cancel(task);
    assert_int_equal(tarn_csv_open(&source, NULL, NULL, task, &reader, &error), TARN_E_CANCELLED);
    tarn_task_release(task);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chooses_types_by_all_values),
        cmocka_unit_test(keeps_as_text_what_a_type_could_not_give_back),
        cmocka_unit_test(tells_null_from_empty_text),
        cmocka_unit_test(takes_other_null_texts),
        cmocka_unit_test(reads_quotes),
        cmocka_unit_test(a_stray_quote_swallows_nothing),
        cmocka_unit_test(reports_ragged_rows_and_keeps_their_cells),
        cmocka_unit_test(joins_surplus_cells_past_the_limit),
        cmocka_unit_test(limits_reports_not_counts),
        cmocka_unit_test(leaves_out_an_empty_column_past_the_header),
        cmocka_unit_test(makes_names_unique),
        cmocka_unit_test(finds_the_header),
        cmocka_unit_test(takes_the_header_asked_for),
        cmocka_unit_test(finds_the_delimiter),
        cmocka_unit_test(reads_all_line_ends),
        cmocka_unit_test(gives_columns_the_types_asked_for),
        cmocka_unit_test(refuses_what_is_no_table),
        cmocka_unit_test(decodes),
        cmocka_unit_test(previews_the_beginning),
        cmocka_unit_test(notices_a_changing_file),
        cmocka_unit_test(stops_when_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
