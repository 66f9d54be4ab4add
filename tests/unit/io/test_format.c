/* Formats by content and by name, and the encodings that they may come in. */
#include "support_csv.h"

#include "io/csv_mask.h"
#include "io/format.h"
#include "io/text_encoding.h"
#include "io/text_source.h"

#include <stdlib.h>
#include <string.h>

static void recognises_content_before_names(void **state) {
    (void)state;
#define BYTES(text) text, sizeof(text) - 1
    static const struct {
        const char *data;
        size_t size;
        const char *name;
        tarn_file_format format;
    } cases[] = {
        {BYTES("a,b\n1,2\n"), NULL, TARN_FORMAT_CSV},
        {BYTES("a\tb\n"), "x.tsv", TARN_FORMAT_TSV},
        {BYTES("PAR1...."), "x.csv", TARN_FORMAT_PARQUET},
        {BYTES("ARROW1\0\0"), "x", TARN_FORMAT_ARROW_FILE},
        {BYTES("\xFF\xFF\xFF\xFF\x10\0\0\0"), "x", TARN_FORMAT_ARROW_STREAM},
        {BYTES("{\"a\": 1}"), NULL, TARN_FORMAT_JSON},
        {BYTES("\xEF\xBB\xBF [1, \"]\\\"\"]"), "x.txt", TARN_FORMAT_CSV},
        {BYTES(" [1, {}]\n"), NULL, TARN_FORMAT_JSON},
        {BYTES("{\"a\": 1}\n{\"a\": 2}\n"), NULL, TARN_FORMAT_NDJSON},
        {BYTES("{\"a\": 1}\n"), "x.jsonl", TARN_FORMAT_NDJSON},
        {BYTES("[x] a list,b\n"), NULL, TARN_FORMAT_CSV},
        {BYTES("{\"a\": 1} and text"), NULL, TARN_FORMAT_CSV},
        {BYTES("PK\x03\x04......[Content_Types].xml"), NULL, TARN_FORMAT_XLSX},
        {BYTES("PK\x03\x04......"), "x.xlsx", TARN_FORMAT_XLSX},
        {BYTES("PK\x03\x04......"), "x.zip", TARN_FORMAT_ZIP},
        {BYTES("PK\x03\x04......xl\\workbook.xml"), NULL, TARN_FORMAT_XLSX},
        {BYTES("PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.spreadsheet"), NULL, TARN_FORMAT_ODS},
        {BYTES("\x09\x08\x10\x00\x00\x06"), "x.xls", TARN_FORMAT_BIFF},
        {BYTES(" <HTML><table>"), "x.csv", TARN_FORMAT_HTML},
        {BYTES("<table><tr>"), "x.xls", TARN_FORMAT_HTML},
        {BYTES("<table> of contents\n"), "x.csv", TARN_FORMAT_CSV},
        {BYTES("a\tb\n"), "x.xls", TARN_FORMAT_CSV},
        {BYTES("<?xml version=\"1.0\"?><a/>"), NULL, TARN_FORMAT_XML},
        {BYTES("\x1F\x8B\x08\0"), "x.csv", TARN_FORMAT_GZIP},
        {BYTES("BZh91AY&SY.."), NULL, TARN_FORMAT_BZIP2},
        {BYTES("SQLite format 3\0"), NULL, TARN_FORMAT_SQLITE},
        {BYTES("\xFF\xFE"
               "a\0,\0b\0\n\0"),
         NULL, TARN_FORMAT_CSV},
        {BYTES("1\x01y\x02z\n2\x01w\n"), "000000_0", TARN_FORMAT_CSV},
        {BYTES("1\x01y\x06z\n2\x01w\n"), NULL, TARN_FORMAT_BINARY},
        {BYTES(""), "x.parquet", TARN_FORMAT_PARQUET},
        {BYTES(""), "x", TARN_FORMAT_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tarn_file_format format = tarn_format_sniff(cases[i].data, cases[i].size, cases[i].name);
        if (format != cases[i].format)
            fail_msg("case %zu is %s, not %s", i, tarn_format_name(format), tarn_format_name(cases[i].format));
    }
    uint8_t noise[512];
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)(i * 37);
    assert_int_equal(tarn_format_sniff(noise, sizeof noise, "x.csv"), TARN_FORMAT_BINARY);
    assert_false(tarn_format_is_text(TARN_FORMAT_BINARY));
}

static void knows_format_names(void **state) {
    (void)state;
    for (int format = TARN_FORMAT_CSV; format <= TARN_FORMAT_BINARY; format++) {
        assert_int_equal(tarn_format_find(tarn_format_name((tarn_file_format)format)), format);
        assert_true(strlen(tarn_format_describe((tarn_file_format)format)) > 3);
    }
    assert_int_equal(tarn_format_find("JSONL"), TARN_FORMAT_NDJSON);
    assert_int_equal(tarn_format_find("nosuch"), TARN_FORMAT_UNKNOWN);
    assert_int_equal(tarn_format_of_name("a/b.PQ"), TARN_FORMAT_PARQUET);
    assert_int_equal(tarn_format_of_name(".csv"), TARN_FORMAT_UNKNOWN);
}

static void finds_encodings_by_any_name(void **state) {
    (void)state;
    static const char *const names[][2] = {
        {"utf8", "UTF-8"},          {"Latin-1", "ISO-8859-1"},  {"iso_8859_15", "ISO-8859-15"},
        {"CP1252", "windows-1252"}, {"mac-roman", "macintosh"}, {"utf-16", "UTF-16LE"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_string_equal(tarn_text_encoding_find(names[i][0])->name, names[i][1]);
    assert_null(tarn_text_encoding_find("ebcdic"));
    assert_non_null(strstr(tarn_text_encoding_names(), "windows-1252"));
}

static void converts_wide_text(void **state) {
    (void)state;
    char out[64];
    size_t consumed;
    uint64_t invalid = 0;
    const tarn_text_encoding *little = tarn_text_encoding_find("UTF-16LE"),
                             *big32 = tarn_text_encoding_find("UTF-32BE");
    /* a lone low surrogate, a lone high one before a letter, and half a pair at the end */
    const uint8_t broken[] = {0x00, 0xDC, 0x00, 0xD8, 'a', 0, 0x00, 0xD8};
    size_t size = tarn_text_wide_to_utf8(little, broken, sizeof broken, false, out, &consumed, &invalid);
    assert_int_equal(consumed, 6);
    assert_int_equal(invalid, 2);
    assert_int_equal(size, 7);
    assert_memory_equal(out,
                        "\xEF\xBF\xBD\xEF\xBF\xBD"
                        "a",
                        7);
    assert_int_equal(tarn_text_wide_to_utf8(little, broken, sizeof broken, true, NULL, &consumed, &invalid), 10);
    assert_int_equal(consumed, 8);
    const uint8_t wide[] = {0, 0, 0, 'x', 0, 1, 0xF6, 0, 0, 0x11, 0, 0, 0, 0};
    invalid = 0;
    size = tarn_text_wide_to_utf8(big32, wide, sizeof wide, true, out, &consumed, &invalid);
    assert_int_equal(size, 11);
    assert_memory_equal(out, "x😀\xEF\xBF\xBD\xEF\xBF\xBD", 11);
    assert_int_equal(invalid, 2);
}

static void finds_characters_in_any_64_bytes(void **state) {
    (void)state;
    const uint8_t wanted[4] = {',', '"', '\n', 0xE9};
    tarn_csv_needles needles = tarn_csv_needles_of(wanted);
    for (unsigned round = 0; round < 2000; round++) {
        uint8_t bytes[64];
        uint64_t expected = 0;
        for (unsigned i = 0; i < 64; i++) {
            bytes[i] = (uint8_t)((round * 2654435761u + i * 40503u * (round + 1)) >> 7);
            if ((bytes[i] & 7) == 0)
                bytes[i] = wanted[bytes[i] >> 3 & 3];
            if (memchr(wanted, bytes[i], 4) != NULL)
                expected |= UINT64_C(1) << i;
        }
        assert_true(tarn_csv_mask64(bytes, &needles) == expected);
    }
}

static void reads_files_through_the_file_system(void **state) {
    (void)state;
    tarn_fs *fs;
    tarn_file *file;
    tarn_text_source source;
    tarn_error error;
    char text[4];
    assert_int_equal(tarn_fs_memory(&fs, &error), TARN_OK);
    assert_int_equal(tarn_fs_open(fs, "/a.csv", TARN_OPEN_CREATE, &file, &error), TARN_OK);
    assert_int_equal(tarn_file_write(file, 0, "a,b\n1,2\n", 8, &error), TARN_OK);
    assert_int_equal(tarn_text_source_file(file, &source, &error), TARN_OK);
    assert_int_equal(source.size, 8);
    assert_int_equal(tarn_text_source_read(&source, 4, text, 4, &error), TARN_OK);
    assert_memory_equal(text, "1,2\n", 4);
    assert_int_equal(tarn_text_source_read(&source, 6, text, 4, &error), TARN_E_IO);
    assert_non_null(strstr(error.message, "shorter"));
    tarn_file_close(file);
    tarn_fs_free(fs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recognises_content_before_names),  cmocka_unit_test(knows_format_names),
        cmocka_unit_test(finds_encodings_by_any_name),      cmocka_unit_test(converts_wide_text),
        cmocka_unit_test(finds_characters_in_any_64_bytes), cmocka_unit_test(reads_files_through_the_file_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
