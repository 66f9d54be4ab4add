/* Random messy text, read in blocks of any size and by several threads, must be what a slow reader makes of it, which
 * knows the rules of csv.h and nothing of blocks. */
#include "support_csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_RECORDS 400
#define MOST_CELLS 12
#define MOST_TEXT 2000

typedef struct slow_record {
    char *cells[MOST_CELLS]; /* NULL for null */
    size_t count;
    uint64_t line; /* from 1 */
} slow_record;

typedef struct slow_table {
    slow_record records[MOST_RECORDS];
    size_t count;
} slow_table;

static bool ends_cell(const char *text, size_t at, size_t size) {
    return at == size || text[at] == ',' || text[at] == '\n' || text[at] == '\r';
}

/* The closing quote of the cell that opens at `at`; 0 when the quote is to be taken literally. */
static size_t closing_quote(const char *text, size_t at, size_t size) {
    bool lines = false;
    for (size_t i = at + 1; i < size; i++) {
        if (text[i] != '"') {
            lines |= text[i] == '\n' || text[i] == '\r';
        } else if (i + 1 < size && text[i + 1] == '"') {
            i++;
        } else {
            return ends_cell(text, i + 1, size) || !lines ? i : 0;
        }
    }
    return 0;
}

/* One cell; returns the position of what ended it. */
static size_t slow_cell(const char *text, size_t at, size_t size, char **out) {
    char value[MOST_TEXT + 1];
    size_t used = 0, from = at;
    size_t closing = at < size && text[at] == '"' ? closing_quote(text, at, size) : 0;
    for (size_t i = at + 1; i < closing; i++) {
        value[used++] = text[i];
        i += text[i] == '"';
    }
    if (closing > 0)
        at = closing + 1;
    for (; !ends_cell(text, at, size); at++)
        value[used++] = text[at];
    value[used] = '\0';
    *out = closing == 0 && at == from ? NULL : strdup(value);
    return at;
}

static uint64_t line_of(const char *text, size_t at) {
    uint64_t line = 1;
    for (size_t i = 0; i < at; i++)
        line += text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
    return line;
}

static void slow_read(const char *text, size_t size, slow_table *out) {
    out->count = 0;
    for (size_t at = 0; at < size;) {
        slow_record *record = &out->records[out->count];
        *record = (slow_record){.line = line_of(text, at)};
        size_t start = at;
        for (;;) {
            assert_true(record->count < MOST_CELLS);
            at = slow_cell(text, at, size, &record->cells[record->count++]);
            if (at == size || text[at] != ',')
                break;
            at++;
        }
        bool blank = at == start;
        if (at < size)
            at += text[at] == '\r' && at + 1 < size && text[at + 1] == '\n' ? 2 : 1;
        if (!blank)
            assert_true(++out->count < MOST_RECORDS);
    }
}

static void slow_free(slow_table *table) {
    for (size_t i = 0; i < table->count; i++) {
        for (size_t k = 0; k < table->records[i].count; k++)
            free(table->records[i].cells[k]);
    }
}

static uint32_t next_random(uint64_t *seed) {
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33);
}

/* Regular records that give the reader a width, and then anything. */
static size_t messy_text(uint64_t *seed, char *out) {
    static const char *const tidy[] = {"1", "\"q\"", "x y", "\"a,b\"", "\"l1\nl2\"", "\"d\"\"q\"", "", "\"\""};
    static const char *const pieces[] = {"\"", "\"\"", ",",    "\n",   "\r",  "\r\n", "a",
                                         "12", " ",    "\"\n", "\n\"", "\",", ",\"",  "bb"};
    size_t used = 0;
    for (int row = 0; row < 25; row++) {
        for (int column = 0; column < 3; column++)
            used += (size_t)sprintf(out + used, "%s%s", column > 0 ? "," : "",
                                    column == 0 ? "k" : tidy[next_random(seed) % 8]);
        used += (size_t)sprintf(out + used, "\n");
    }
    unsigned count = next_random(seed) % 40;
    for (unsigned i = 0; i < count; i++) {
        const char *piece = pieces[next_random(seed) % 14];
        size_t length = strlen(piece);
        memcpy(out + used, piece, length);
        used += length;
        if (next_random(seed) % 5 == 0)
            used += (size_t)sprintf(out + used, "\nk,v,w\n");
    }
    out[used] = '\0';
    return used;
}

static void assert_cell(const csv_table *table, size_t row, size_t column, const char *expected) {
    const struct ArrowArray *array = table->array.children[column];
    bool is_null = array->null_count != 0 && !tarn_bit_get(array->buffers[0], (int64_t)row);
    assert_int_equal(is_null, expected == NULL);
    if (expected != NULL)
        assert_string_equal(csv_cell(table, (int64_t)row, column), expected);
}

static void assert_matches(const csv_table *table, const slow_table *slow) {
    size_t ragged = 0;
    assert_int_equal(table->report->rows, slow->count);
    for (size_t i = 0; i < slow->count; i++) {
        const slow_record *record = &slow->records[i];
        for (size_t k = 0; k < table->report->n_columns; k++)
            assert_cell(table, i, k, k < record->count ? record->cells[k] : NULL);
        for (size_t k = table->report->n_columns; k < record->count; k++)
            assert_true(record->cells[k] == NULL || record->cells[k][0] == '\0');
        if (record->count != table->report->regular_width) {
            assert_int_equal(table->report->ragged.first[ragged].line, record->line);
            assert_int_equal(table->report->ragged.first[ragged].found, record->count);
            ragged++;
        }
    }
    assert_int_equal(table->report->ragged.total, ragged);
}

static void any_block_size_gives_the_same_table(void **state) {
    (void)state;
    static const uint64_t sizes[] = {1, 2, 3, 7, 16, 61, 200};
    static slow_table slow;
    char text[MOST_TEXT * 2];
    tarn_pool *pool;
    tarn_error error;
    assert_int_equal(tarn_pool_new(3, &pool, &error), TARN_OK);
    for (uint64_t round = 0; round < 300; round++) {
        uint64_t seed = round;
        size_t size = messy_text(&seed, text);
        tarn_csv_options options = {
            .delimiter = ',', .quote = '"', .header_row = -1, .all_text = true, .skip_footer = -1};
        csv_table whole, pieces;
        const char *why = "";
        slow_read(text, size, &slow);
        assert_int_equal(csv_read(text, size, &options, NULL, &whole, &error), TARN_OK);
        assert_matches(&whole, &slow);
        options.all_text = false;
        csv_free(&whole);
        assert_int_equal(csv_read(text, size, &options, NULL, &whole, &error), TARN_OK);
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            options.block_bytes = sizes[i];
            options.chunk_rows = 1 + sizes[i] % 5;
            options.chunk_bytes = sizes[i] * 3;
            assert_int_equal(csv_read(text, size, &options, i % 2 == 0 ? pool : NULL, &pieces, &error), TARN_OK);
            if (!csv_same(&whole, &pieces, &why))
                fail_msg("seed %llu, blocks of %llu: %s", (unsigned long long)round, (unsigned long long)sizes[i], why);
            csv_free(&pieces);
        }
        csv_free(&whole);
        slow_free(&slow);
    }
    tarn_pool_free(pool);
}

/* Through a file's window, which has to grow, rather than straight from memory. */
static tarn_status read_memory(void *context, uint64_t offset, void *data, size_t size, size_t *got,
                               tarn_error *error) {
    (void)error;
    memcpy(data, (const char *)context + offset, size);
    *got = size;
    return TARN_OK;
}

static void long_records_cross_blocks(void **state) {
    (void)state;
    size_t length = 300000, size = 0;
    char *text = malloc(length * 3 + 100);
    size += (size_t)sprintf(text, "a,b\n1,x\n2,\"");
    for (size_t i = 0; i < length; i++)
        text[size++] = i % 50 == 0 ? '\n' : i % 7 == 0 ? ',' : 'y';
    size += (size_t)sprintf(text + size, "\"\n3,z\n4\n");
    tarn_csv_options options = {.block_bytes = 1000};
    tarn_text_source source = {.read = read_memory, .context = text, .size = size};
    tarn_csv_reader *reader;
    struct ArrowArray rows;
    tarn_error error;
    assert_int_equal(tarn_csv_open(&source, &options, NULL, NULL, &reader, &error), TARN_OK);
    const tarn_csv_report *report = tarn_csv_get_report(reader);
    assert_int_equal(report->rows, 4);
    assert_int_equal(report->ragged.total, 1);
    assert_int_equal(report->ragged.first[0].line, 3 + length / 50 + 2);
    uint64_t total = 0;
    for (size_t k = 0; k < tarn_csv_chunk_count(reader); k++) {
        assert_int_equal(tarn_csv_read_chunk(reader, k, &rows, &error), TARN_OK);
        total += (uint64_t)rows.length;
        assert_int_equal(rows.length, tarn_csv_chunk_rows(reader, k));
        tarn_array_release(&rows);
    }
    assert_int_equal(total, 4);
    tarn_csv_free(reader);
    free(text);
}

/* The one byte that tells the encoding, and the one cell that tells the type, at the very end. */
static void the_last_row_counts(void **state) {
    (void)state;
    size_t size = 0, rows = 40000;
    char *text = malloc(rows * 16);
    size += (size_t)sprintf(text, "n,t\n");
    for (size_t i = 0; i < rows; i++)
        size += (size_t)sprintf(text + size, "%zu,a%zu\n", i, i % 10);
    size += (size_t)sprintf(text + size, "007,\xE9t\xE9\n");
    tarn_csv_options options = {.block_bytes = 4096};
    csv_table table;
    tarn_error error;
    assert_int_equal(csv_read(text, size, &options, NULL, &table, &error), TARN_OK);
    assert_string_equal(table.report->encoding, "windows-1252");
    assert_string_equal(table.report->columns[0].type, "utf8");
    assert_string_equal(csv_cell(&table, (int64_t)rows, 0), "007");
    assert_string_equal(csv_cell(&table, (int64_t)rows, 1), "été");
    csv_free(&table);
    free(text);
}

static void wide_text_crosses_pieces(void **state) {
    (void)state;
    size_t rows = 30000, size = 2;
    uint8_t *text = malloc(rows * 16 + 16);
    memcpy(text, "\xFF\xFE", 2);
    for (size_t i = 0; i < rows; i++) {
        static const uint8_t row[] = "\x3D\xD8\0\xDE,\0001\0\n"; /* a surrogate pair, which pieces may not cut */
        memcpy(text + size, row, 10);
        size += 10;
    }
    tarn_csv_options options = {.header_row = -1, .block_bytes = 5000};
    tarn_text_source source = {.read = read_memory, .context = text, .size = size};
    tarn_csv_reader *reader;
    struct ArrowArray array;
    tarn_error error;
    assert_int_equal(tarn_csv_open(&source, &options, NULL, NULL, &reader, &error), TARN_OK);
    assert_int_equal(tarn_csv_get_report(reader)->rows, rows);
    assert_int_equal(tarn_csv_get_report(reader)->invalid_bytes.total, 0);
    assert_int_equal(tarn_csv_read_chunk(reader, 0, &array, &error), TARN_OK);
    const int32_t *offsets = array.children[0]->buffers[1];
    for (int64_t i = 0; i < array.length; i++) {
        assert_int_equal(offsets[i + 1] - offsets[i], 4);
        assert_memory_equal((const char *)array.children[0]->buffers[2] + offsets[i], "😀", 4);
    }
    tarn_array_release(&array);
    tarn_csv_free(reader);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_block_size_gives_the_same_table),
        cmocka_unit_test(long_records_cross_blocks),
        cmocka_unit_test(the_last_row_counts),
        cmocka_unit_test(wide_text_crosses_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
