/* Whether a text's first lines have the names of its columns: many small tables with the line that is right. */
#include "support_csv.h"

#include "io/grid.h"

#include <stdlib.h>
#include <string.h>

typedef struct known {
    const char *text;
    uint64_t line; /* with the names; 0: there are none */
} known;

static const known tables[] = {
    {"Name,Age\nBob,5\nAnn,6\n", 1},
    {"Bob,5\nAnn,6\nCid,7\n", 0},
    {"2020-01-01,2020-01-02\n5,6\n7,8\n", 1},
    {"country,2010,2015,2020\nFR,1,2,3\nDE,4,5,6\n", 1},
    {"id,true,false\n1,5,6\n2,7,8\n", 1},
    {"1\n2\n3\n", 0},
    {"value\n1\n2\n", 1},
    {"Paris\nRome\nParis\nOslo\n", 0},
    {"city\nParis\nRome\nParis\nOslo\nRome\nParis\n", 1},
    {"a,a,b\n1,2,3\n", 1},
    {",x,y\n0,1.5,2\n1,2.5,3\n", 1},
    {"x,y\n1,2\n", 1},
    {"x,y\n", 1},
    {"5,6\n", 0},
    {"a,5\n", 0},
    {"name,city,country\nBob,Paris,France\nAnn,Rome,Italy\n", 1},
    {"Bob,bob@x.org,2020-01-01\nAnn,ann@x.org,2020-02-01\n", 0},
    {"id,code\nA1,B2\nA3,B4\nA5,B6\n", 1},
    {"A1,B2\nA3,B4\nA5,B6\nA7,B8\n", 0},
    {"NA,3,4\n1,2,3\n2,4,5\n", 0},
    {"M,Bob,34\nF,Ann,28\nM,Cid,51\nF,Dee,44\n", 0},
    {"sex,name,age\nM,Bob,34\nF,Ann,28\nM,Cid,51\n", 1},
    {"date,open,close\n2020-01-01,1,2\n2020-01-02,2,3\n", 1},
    {"2020-01-01,1,2\n2020-01-02,2,3\n", 0},
    {"0,1,2,3,4\n0.5,0.6,0.1,0.3,0.9\n0.2,0.3,0.4,0.1,0.1\n", 1},
    {"1,2,3,4\n5,6,7,8\n9,10,11,12\n", 0},
    {"5.1,3.5,1.4,setosa\n4.9,3.0,1.4,setosa\n6.1,3.0,4.4,virginica\n", 0},
    {"Age,0-4,5-9,10-14\nF,1,2,3\nM,4,5,6\n", 1},
    {"zip,city\n00501,Holtsville\n10001,New York\n", 1},
    {"00501,Holtsville\n10001,New York\n00601,Adjuntas\n", 0},
    {"Report of sales\nYear 2024\n\nregion,amount,when\nN,5,2024-01-01\nS,6,2024-01-02\n", 4},
    {"Report,,\n,,\nregion,amount,when\nN,5,2024-01-01\nS,6,2024-01-02\n", 3},
    {"Created:,2024-01-05,,\nBy:,Bob,,\nregion,amount,when,x\nN,5,2024-01-01,1\nS,6,2024-01-02,2\n", 3},
    {",2023,,2024,\nregion,Sales,Cost,Sales,Cost\nN,1,2,3,4\nS,5,6,7,8\n", 1},
    {"name,weight,height\n,kg,cm\nBob,80,180\nAnn,60,165\n", 1},
    {"name,weight,height\ntext,kg,cm\nBob,80,180\nAnn,60,165\nC,1,2\n", 1},
    {"id,flag\n1,true\n2,false\n", 1},
    {"true,false\nfalse,true\ntrue,true\n", 0},
    {"31.12.2024;5,50\n01.01.2025;6,10\n02.01.2025;7,10\n", 0},
    {"Datum;Betrag\n31.12.2024;5,50\n01.01.2025;6,10\n", 1},
    {"id,name,ts\n1,Bob,2024-01-01 10:00\n", 1},
    {"1,Bob,2024-01-01 10:00\n", 0},
    {"q1,q2,q3\nyes,no,yes\nno,no,yes\nyes,yes,no\n", 1},
    {"yes,no,yes\nno,no,yes\nyes,yes,no\n", 0},
    {"Total,10\nOther,20\n", 0},
    {"1990\n2000\n2010\n", 0},
    {"year\n1990\n2000\n", 1},
    {"2020,2021,2022\n1.5,2.5,3.5\n2,3,4\n3,4,5\n", 1},
    {"SEPAL,PETAL\n1e-5,2e3\n", 1},
    {"name,1\nBob,x\nAnn,y\nCid,z\n", 1},
    {"NaN,a\n1,x\n2,y\n", 1},
    {"inf,1\n2,3\n4,5\n", 0},
    {"\"a\",\"b\"\n\"1\",\"2\"\n", 1},
    {"\"1\",\"2\"\n\"3\",\"4\"\n", 0},
    {"https://a.b/c,ok\nhttps://a.b/d,ok\nhttps://a.b/e,bad\n", 0},
    {"url,state\nhttps://a.b/c,ok\nhttps://a.b/d,ok\nhttps://a.b/e,bad\n", 1},
    {"id,id,id\n1,2,3\n", 1},
    {"a,b,c\n1,2\n3,4\n", 1},
    {"a,b\n1,2,3\n4,5,6\n", 1},
    {"Nr.,Größe,Wert €\n1,L,5\n2,M,6\n", 1},
    {"First Name,Last Name\nBob,Lee\nAnn,Kim\n", 1},
    {"date,2024-01-01,2024-01-02\nBob,8,7\nAnn,6,5\n", 1},
    {"05:30,06:30\n1,2\n3,4\n", 1},
    {"product,Q1 2024,Q2 2024\nA,1,2\nB,3,4\n", 1},
    {"x\n", 1},
    {"-,5\n3,6\n4,7\n", 0},
};

static csv_table read_text(const char *text) {
    csv_table table;
    tarn_error error;
    if (csv_read(text, strlen(text), NULL, NULL, &table, &error) != TARN_OK)
        fail_msg("%s: %s", text, error.message);
    return table;
}

static void finds_the_line_with_the_names(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        csv_table t = read_text(tables[i].text);
        if (t.report->header_row != tables[i].line)
            fail_msg("names in line %llu, not %llu:\n%s", (unsigned long long)t.report->header_row,
                     (unsigned long long)tables[i].line, tables[i].text);
        csv_free(&t);
    }
}

static bool warns(const csv_table *table, const char *part) {
    for (size_t i = 0; i < table->report->n_warnings; i++) {
        if (strstr(table->report->warnings[i], part) != NULL)
            return true;
    }
    return false;
}

static void says_what_stood_above_and_below_the_names(void **state) {
    (void)state;
    csv_table t = read_text("Harvest report,,\n,,\nfield,tons,day\nnorth,5,2024-01-01\nsouth,6,2024-01-02\n");
    assert_int_equal(t.report->rows, 2);
    assert_true(warns(&t, "lines 1 to 2 above the names (line 3) left out"));
    csv_free(&t);
    t = read_text("name,mass,length\n,kg,cm\nash,80,180\noak,60,165\nelm,70,170\n");
    assert_int_equal(t.report->header_rows, 1);
    assert_int_equal(t.report->rows, 3);
    assert_string_equal(t.report->columns[1].type, "int64");
    assert_true(warns(&t, "line 2 below the names holds units, not values, and was left out: kg, cm"));
    csv_free(&t);
    /* Titles above values without names cannot be values where the first column has none that are words. */
    t = read_text("measured at noon\n1,2,3\n4,5,6\n");
    assert_int_equal(t.report->header_row, 0);
    assert_int_equal(t.report->rows, 2);
    assert_true(warns(&t, "line 1 above the values left out"));
    csv_free(&t);
}

static void upper_names_are_no_title(void **state) {
    (void)state;
    csv_table t = read_text("id,score,,,\n,one,two,three,four\n1,2,3,4,5\n2,3,4,5,6\n");
    assert_int_equal(t.report->header_rows, 2);
    assert_string_equal(t.report->columns[4].name, "score / four");
    csv_free(&t);
}

static void says_once_that_names_are_missing_or_changed(void **state) {
    (void)state;
    char text[4000] = "x";
    for (int i = 0; i < 400; i++)
        strcat(text, i % 2 == 0 ? "," : ",x");
    strcat(text, "\n1");
    for (int i = 0; i < 400; i++)
        strcat(text, ",1");
    csv_table t = read_text(text);
    assert_int_equal(t.report->n_columns, 401);
    assert_int_equal(t.report->n_warnings, 2);
    assert_true(warns(&t, "columns without a name are called by their places: column_2, column_4"));
    assert_true(warns(&t, "and 195 more"));
    assert_string_equal(t.report->columns[400].name, "x_201");
    csv_free(&t);
}

static void a_width_past_65536_is_what_it_is(void **state) {
    (void)state;
    enum { WIDTH = 70000 };
    char *text = malloc(2 * (WIDTH + 1) + 1);
    memset(text, ',', 2 * (WIDTH + 1));
    text[WIDTH] = text[2 * WIDTH + 1] = '\n';
    text[2 * (WIDTH + 1)] = '\0';
    csv_table t = read_text(text);
    assert_int_equal(t.report->n_columns, WIDTH + 1);
    assert_int_equal(t.report->ragged.total, 0);
    csv_free(&t);
    free(text);
}

static void knows_words_for_nothing(void **state) {
    (void)state;
    assert_true(tarn_grid_is_null_word("N/A", 3));
    assert_true(tarn_grid_is_null_word("-", 1));
    assert_false(tarn_grid_is_null_word("name", 4));
    assert_false(tarn_grid_is_null_word("nap", 3));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_line_with_the_names),
        cmocka_unit_test(says_what_stood_above_and_below_the_names),
        cmocka_unit_test(upper_names_are_no_title),
        cmocka_unit_test(says_once_that_names_are_missing_or_changed),
        cmocka_unit_test(a_width_past_65536_is_what_it_is),
        cmocka_unit_test(knows_words_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
