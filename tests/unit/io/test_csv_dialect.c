/* What parts cells and what is no record: found in the text, or as asked for. */
#include "support_csv.h"

#include "io/csv_decimal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Names and rows as one text, "a,b|1,2|3,4", nulls as nothing. */
static void assert_reads(const char *text, const tarn_csv_options *options, const char *expected, const char *warning) {
    csv_table t;
    tarn_error error;
    char got[2048] = "";
    size_t used = 0;
    bool warned = warning == NULL;
    if (csv_read(text, strlen(text), options, NULL, &t, &error) != TARN_OK)
        fail_msg("%s: %s", text, error.message);
    for (size_t i = 0; i < t.report->n_columns; i++)
        used += (size_t)snprintf(got + used, sizeof got - used, "%s%s", i > 0 ? ";" : "", t.report->columns[i].name);
    for (uint64_t row = 0; row < t.report->rows; row++) {
        for (size_t i = 0; i < t.report->n_columns; i++) {
            const char *cell = csv_cell(&t, (int64_t)row, i);
            used += (size_t)snprintf(got + used, sizeof got - used, "%s%s", i > 0 ? ";" : "/",
                                     strcmp(cell, "NULL") == 0 ? "" : cell);
        }
    }
    assert_string_equal(got, expected);
    for (size_t i = 0; i < t.report->n_warnings; i++)
        warned |= warning != NULL && strstr(t.report->warnings[i], warning) != NULL;
    if (!warned)
        fail_msg("nothing says \"%s\" of: %s", warning, text);
    csv_free(&t);
}

static void assert_refused(const tarn_csv_options *options, const char *part) {
    csv_table t;
    tarn_error error;
    assert_int_equal(csv_read("a,b\n1,2\n", 8, options, NULL, &t, &error), TARN_E_INVALID);
    if (strstr(error.message, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, error.message);
}

static void leaves_out_comments(void **state) {
    (void)state;
    assert_reads("# from a logger\nday,temp\n2024-01-01,1\n# restarted\n2024-01-02,2\n", NULL,
                 "day;temp/19723;1/19724;2", "lines 1, 4 left out as comments");
    assert_reads("# one\n# two\n#id,name\n1,x\n2,y\n", NULL, "#id;name/1;x/2;y", "lines 1, 2 left out as comments");
    assert_reads("tag,n\n#red,1\n#blue,2\ngreen,3\n", NULL, "tag;n/#red;1/#blue;2/green;3", NULL);
    assert_reads("# made by a tool, 2024\nid,name\n1,x\n2,y\n", NULL, "id;name/1;x/2;y",
                 "line 1 left out as a comment");
    assert_reads("day,note\n2024-01-01,x\n# stopped\n2024-01-02,y\n", NULL, "day;note/19723;x/19724;y",
                 "line 3 left out as a comment");
    assert_reads("temp\n1\n# restarted\n2\n", NULL, "temp/1/2", "line 3 left out as a comment");
    assert_reads("//x\na,b\n1,2\n//y\n//z\n3,4\n", &(tarn_csv_options){.comment = "//"}, "a;b/1;2/3;4",
                 "lines 1, 4, 5 left out as comments");
    assert_reads("a,b\n#1,2\n", &(tarn_csv_options){.comment = ""}, "a;b/#1;2", NULL);
    assert_refused(&(tarn_csv_options){.comment = "a\nb"}, "no line end");
}

/* What is as wide as a record is one, whatever it begins with. */
static void keeps_records_that_begin_like_comments(void **state) {
    (void)state;
    assert_reads("id,name,tags\n1,Ann,#red\n#2,Bob,x\n", NULL, "id;name;tags/1;Ann;#red/#2;Bob;x", NULL);
    assert_reads("day,note\n2024-01-01,x\n# stopped, restarted\n2024-01-02,y\n", NULL,
                 "day;note/2024-01-01;x/# stopped; restarted/2024-01-02;y", NULL);
    assert_reads("n,a\n1,x\n# pause\n#2,y\n#3,\"u, v\"\n4,z\n", NULL, "n;a/1;x/#2;y/#3;u, v/4;z",
                 "line 3 left out as a comment");
    assert_reads("#x\n1\n2\n3\n", NULL, "#x/1/2/3", NULL);
    assert_reads("x\n1\n#2\n3\n", NULL, "x/1/#2/3", NULL);
    assert_reads("n,a\n1,x\n#2,y\n", &(tarn_csv_options){.comment = "#"}, "n;a/1;x", "line 3 left out as a comment");
}

static void tells_commas_in_numbers_from_those_between_cells(void **state) {
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"Betrag\n1,11\n2,12\n", "Betrag/1,11/2,12"},
        {"amount\n1.234,50\n2.345,60\n12,00\n", "amount/1.234,50/2.345,60/12,00"},
        {"Preis\n1,50 \xE2\x82\xAC\n-2.000,60 \xE2\x82\xAC\n", "Preis/1,50 \xE2\x82\xAC/-2.000,60 \xE2\x82\xAC"},
        {"Price\nUSD 1,234.50\nn/a\n$12\n", "Price/USD 1,234.50/n/a/$12"},
        {"Population\n1,234\n2,345,678\n999\n", "Population/1,234/2,345,678/999"},
        {"share\n12,5 %\n7 %\n", "share/12,5 %/7 %"},
        {"City\nDover, Kent\nBath\nYork, Yorkshire\n", "City/Dover, Kent/Bath/York, Yorkshire"},
        {"1,05\n2,50\n13,99\n", "column_1/1,05/2,50/13,99"},
        {"1.234,5\n2.345,6\n", "column_1/1.234,5/2.345,6"},
        {"a,b\n1,11\n2,12\n", "a;b/1;11/2;12"},
        {"1,2\n3,4\n5,6\n", "column_1;column_2/1;2/3;4/5;6"},
        {"123,456,789\n234,567,891\n", "column_1;column_2;column_3/123;456;789/234;567;891"},
        {"1.5e0,-2.5e0\n3.5e0,-4.5e0\n", "column_1;column_2/1.5;-2.5/3.5;-4.5"},
        {"n\n1,x\n2,y\n", "column_1;column_2/1;x/2;y"},
        {"id,tags\n1,a;b;c;d;e;f\n2,a;b;c;d;e;g\n3,a;b;c;d;e;h\n4,a;b;c;d;e;i\n",
         "id;tags/1;a;b;c;d;e;f/2;a;b;c;d;e;g/3;a;b;c;d;e;h/4;a;b;c;d;e;i"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_reads(cases[i].text, NULL, cases[i].expected, NULL);
}

static void finds_the_delimiter_between_titles_and_notes(void **state) {
    (void)state;
    const char *notes = "left out as notes";
    assert_reads("Umsatz in EUR\n\nMonat;Wert\nJan;1,5\nFeb;2,5\n\nQuelle: Statistik\nStand: 2024\n", NULL,
                 "Monat;Wert/Jan;1,5/Feb;2,5", notes);
    assert_reads("Umsatz, netto\n\nMonat;Wert\nJan;1,5\nFeb;2,5\n\nQuelle: Amt, Bonn\n", NULL,
                 "Monat;Wert/Jan;1,5/Feb;2,5", notes);
    assert_reads("Sales\n\nmonth,value\nJan,1\nFeb,2\n\nSource: office\nas of 2024\n", NULL, "month;value/Jan;1/Feb;2",
                 notes);
    assert_reads("Konten\nvon X\nnur intern\n\nKonto|Betrag\nGiro|1,5\nSpar|2,5\n", NULL,
                 "Konto;Betrag/Giro;1,5/Spar;2,5", NULL);
    assert_reads("Werte\n\n1,5;2,5\n2,5;3,5\n4,5;1,5\n", NULL, "column_1;column_2/1,5;2,5/2,5;3,5/4,5;1,5", NULL);
}

static void takes_the_delimiter_that_a_first_line_tells(void **state) {
    (void)state;
    assert_reads("sep=;\nid;name\n1;a,b\n", NULL, "id;name/1;a,b", "line 1, which tells the delimiter, left out");
    assert_reads("\"sep=,\"\r\nid,x\r\n1,2\r\n", NULL, "id;x/1;2", NULL);
    assert_reads("sep=,x\n1,2\n", NULL, "sep=;x/1;2", NULL);
}

static void reads_spaces_before_quotes(void **state) {
    (void)state;
    assert_reads("id, name\n1, \"a, b\"\n2, \"c\" \n", NULL, "id;name/1;a, b/2;c", NULL);
    assert_reads("id,name\n1, \"say \"\"no\"\"\" \n2, \"x, y\"\n", NULL, "id;name/1;say \"no\"/2;x, y", NULL);
}

static void reads_escapes(void **state) {
    (void)state;
    assert_reads("id,title,year\n1,one\\, two,1990\n2,three,1991\n", NULL, "id;title;year/1;one, two;1990/2;three;1991",
                 "a backslash is taken to escape");
    assert_reads("id,path,n\n1,c:\\dir\\,3\n2,d:\\x,4\n", NULL, "id;path;n/1;c:\\dir\\;3/2;d:\\x;4", NULL);
    assert_reads("a,b\nx^,y,1\nu^\nv,2\nw^^,3\n", &(tarn_csv_options){.escape = '^'}, "a;b/x,y;1/u\nv;2/w^;3", NULL);
}

static void takes_delimiters_of_any_kind(void **state) {
    (void)state;
    assert_reads("a||b||c\n1||x|y||3\n", &(tarn_csv_options){.long_delimiter = "||"}, "a;b;c/1;x|y;3", NULL);
    assert_reads("a||b||c\n1||x, y||3\n2||z||4\n", NULL, "a;b;c/1;x, y;3/2;z;4", NULL);
    assert_reads("a~|~\"b~|~c\"\n1~|~2\n", &(tarn_csv_options){.long_delimiter = "~|~"}, "a;b~|~c/1;2", NULL);
    assert_reads("a\xC2\xA6"
                 "b\n1\xC2\xA6"
                 "2\n",
                 &(tarn_csv_options){.long_delimiter = "\xC2\xA6"}, "a;b/1;2", NULL);
    assert_reads("a\x01"
                 "b\n1\x01"
                 "2\n",
                 &(tarn_csv_options){.delimiter = 1}, "a;b/1;2", NULL);
    assert_reads("a\x01"
                 "b\n1\x01"
                 "x, y\n2\x01z\n",
                 NULL, "a;b/1;x, y/2;z", NULL);
    assert_refused(&(tarn_csv_options){.long_delimiter = "|\"|"}, "no quotes");
}

static void cuts_fixed_widths(void **state) {
    (void)state;
    static const uint32_t widths[] = {5, 6, 4};
    tarn_csv_options options = {.widths = widths, .n_widths = 3};
    assert_reads("ID   NAME  NUM\n0001 Ann    12\n\n0002 Zo\xC3\xAB\n", &options,
                 "ID;NAME;NUM/0001;Ann;12/0002;Zo\xC3\xAB;", NULL);
    assert_reads("id   name  num rest\r\n1    a     2   x y\r\n", &options, "id;name;num;rest/1;a;2;x y", NULL);
    assert_reads("id   name    sum\n1    Ann   10.50\n2    Bob    9.25\n3    Cid  100.00\n", NULL,
                 "id   name    sum/1    Ann   10.50/2    Bob    9.25/3    Cid  100.00", "fixed width; cut them by");
    assert_refused(&(tarn_csv_options){.widths = (const uint32_t[]){3, 0}, .n_widths = 2}, "width 2 is 0");
}

static void reads_local_numbers(void **state) {
    (void)state;
    tarn_csv_options comma = {.decimal = ','}, point = {.decimal = '.'};
    assert_reads("a;b\n1.234,5;1\n-2,25;3.000\n", &comma, "a;b/1234.5;1/-2.25;3000", NULL);
    assert_reads("a;b\n1.5;1\n2.25;x\n", &comma, "a;b/1.5;1/2.25;x", NULL); /* no numbers: text as it is */
    assert_reads("a|b\n1,234.5|1 000\n2|2 000 000\n", &point, "a;b/1234.5;1000/2;2000000", NULL);
    static const struct {
        char decimal;
        const char *text, *plain; /* NULL: none */
    } cases[] = {
        {',', "1.234.567,8", "1234567.8"},
        {',', "1.23", NULL},
        {',', "12.34,5", NULL},
        {',', "-1,5e3", "-1.5e3"},
        {',', "1'234", "1234"},
        {',', "1,", NULL},
        {',', ",5", ".5"},
        {',', "1.234 567", NULL},
        {'.', "1,234", "1234"},
        {'.', "1,234,56", NULL},
        {'.', "", NULL},
        {'.', "x", NULL},
        {'.',
         "1\xC2\xA0"
         "234.5",
         "1234.5"},
        {'.', "1234,567", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t out[TARN_CSV_LONGEST_NUMBER];
        size_t size = 0;
        bool is =
            tarn_csv_plain_number(cases[i].decimal, (const uint8_t *)cases[i].text, strlen(cases[i].text), out, &size);
        if (is != (cases[i].plain != NULL) ||
            (is && (size != strlen(cases[i].plain) || memcmp(out, cases[i].plain, size) != 0)))
            fail_msg("%c: %s", cases[i].decimal, cases[i].text);
    }
}

static void leaves_out_what_stands_below(void **state) {
    (void)state;
    assert_reads("x,y\n1,2\n3,4\n\nSource: the office\n", NULL, "x;y/1;2/3;4",
                 "line 5 below the table left out as notes");
    assert_reads("x,y,z\n1,2,3\n4,5,6\n,,\n* estimated,,\n", NULL, "x;y;z/1;2;3/4;5;6",
                 "lines 4 to 5 below the table left out as notes");
    assert_reads("name,y,z\nann,2,3\nbob,5,6\ncid,,\n", NULL, "name;y;z/ann;2;3/bob;5;6/cid;;", NULL);
    assert_reads("x,y\n1,2\n3,4\n\nSource: me\n", &(tarn_csv_options){.skip_footer = -1}, "x;y/1;2/3;4/Source: me;",
                 NULL);
    assert_reads("x,y\n1,2\n3,4\nsum,6\n", &(tarn_csv_options){.skip_footer = 1}, "x;y/1;2/3;4",
                 "line 4 at the end left out");
    assert_reads("who,y\nann,2\nbob,4\nTotal:,6\n", NULL, "who;y/ann;2/bob;4/Total:;6",
                 "line 4 (\"Total\") looks like totals and was kept as a row");
    assert_reads("x,y\n1,2\n", &(tarn_csv_options){.skip_footer = 9, .header_row = -1}, "column_1;column_2", NULL);
}

static void tells_why_a_column_is_text(void **state) {
    (void)state;
    assert_reads("a,b\n1,x\n2,y\n3,z\n\n4,\"u\nv\"\nn/a,w\n5,q\n6,r\n7,s\n8,t\n", NULL,
                 "a;b/1;x/2;y/3;z/4;u\nv/n/a;w/5;q/6;r/7;s/8;t", "a: 1 of 9 is no number: \"n/a\" (line 8)");
    assert_reads("d\n2024-01-01\n2024-01-02\n2024-01-03\n2024-01-04\n-\n?\n2024-01-05\n2024-01-06\n", NULL,
                 "d/2024-01-01/2024-01-02/2024-01-03/2024-01-04/-/?/2024-01-05/2024-01-06",
                 "d: 2 of 8 are no dates: \"-\" (line 6), \"?\" (line 7)");
    csv_table t;
    const char *codes = "zip\n10001\n10002\n10003\n10004\n00501\n"; /* text on purpose */
    assert_int_equal(csv_read(codes, strlen(codes), NULL, NULL, &t, NULL), TARN_OK);
    assert_int_equal(t.report->n_warnings, 0);
    csv_free(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_out_comments),
        cmocka_unit_test(takes_the_delimiter_that_a_first_line_tells),
        cmocka_unit_test(reads_spaces_before_quotes),
        cmocka_unit_test(reads_escapes),
        cmocka_unit_test(takes_delimiters_of_any_kind),
        cmocka_unit_test(cuts_fixed_widths),
        cmocka_unit_test(reads_local_numbers),
        cmocka_unit_test(leaves_out_what_stands_below),
        cmocka_unit_test(tells_why_a_column_is_text),
        cmocka_unit_test(keeps_records_that_begin_like_comments),
        cmocka_unit_test(tells_commas_in_numbers_from_those_between_cells),
        cmocka_unit_test(finds_the_delimiter_between_titles_and_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
