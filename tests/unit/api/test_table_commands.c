/* Commands that change rows and columns as a whole: what each leaves, that undo and redo find the same tables again,
   and that a preview shows what then comes. */
#include "support_api.h"

#include <stdlib.h>
#include <string.h>

typedef struct example {
    const char *name;
    const char *table; /* CSV; NULL: `sales` */
    const char *command;
    const char *parameters[14]; /* names and values by turns */
    const char *wanted;         /* rows as "a|b;c|d" */
    const char *columns;        /* names by commas; NULL: not looked at */
    int64_t rows, cells;        /* said to have changed */
    const char *message;        /* part of what is said; NULL: not looked at */
} example;

static const char sales[] = "id,city,amount\n"
                            "1,Oslo,10\n"
                            "2,,20\n"
                            "3,Rome,5\n"
                            "2,\"\",20\n"
                            "1,Oslo,10\n";
static const char towns[] = "town,country\noslo ,NO\nROME,IT\nBern,CH\n";

/* The example tables are followed by a row that is deleted, moved and edited before the command runs: see below. */
static const example examples[] = {
    {"rename",
     NULL,
     "rename",
     {"column", "CITY", "to", "town"},
     "1|Oslo|10;2|NULL|20;3|Rome|5;2||20;1|Oslo|10",
     "id,town,amount",
     0,
     0,
     "renamed column CITY to town"},
    {"drop two",
     NULL,
     "drop",
     {"column", "id", "column", "amount"},
     "Oslo;NULL;Rome;;Oslo",
     "city",
     0,
     0,
     "dropped 2 columns"},
    {"duplicate",
     NULL,
     "duplicate",
     {"column", "id"},
     "1|1|Oslo|10;2|2|NULL|20;3|3|Rome|5;2|2||20;1|1|Oslo|10",
     "id,id 2,city,amount",
     0,
     5,
     "duplicated column id"},
    {"duplicate as", NULL, "duplicate", {"column", "id", "name", "nr"}, NULL, "id,nr,city,amount", 0, 5, NULL},
    {"reorder",
     NULL,
     "reorder",
     {"column", "amount", "column", "id"},
     "10|1|Oslo;20|2|NULL;5|3|Rome;20|2|;10|1|Oslo",
     "amount,id,city",
     0,
     0,
     "moved 2 columns"},
    {"reorder to the end", NULL, "reorder", {"column", "id", "position", "9"}, NULL, "city,amount,id", 0, 0, NULL},
    {"add by expression",
     NULL,
     "add-column",
     {"name", "twice", "expr", "amount * 2"},
     "1|Oslo|10|20;2|NULL|20|40;3|Rome|5|10;2||20|40;1|Oslo|10|20",
     "id,city,amount,twice",
     0,
     5,
     "added column twice"},
    {"add a constant",
     NULL,
     "add-column",
     {"name", "d", "value", "2026-01-02", "type", "date", "position", "1"},
     "2026-01-02|1|Oslo|10;2026-01-02|2|NULL|20;2026-01-02|3|Rome|5;2026-01-02|2||20;2026-01-02|1|Oslo|10",
     "d,id,city,amount",
     0,
     5,
     NULL},
    {"add an empty one",
     NULL,
     "add-column",
     {"name", "e", "type", "integer"},
     "1|Oslo|10|NULL;2|NULL|20|NULL;3|Rome|5|NULL;2||20|NULL;1|Oslo|10|NULL",
     NULL,
     0,
     0,
     NULL},
    {"add over the whole table",
     NULL,
     "add-column",
     {"name", "share", "expr", "sum(amount) OVER ()", "type", "integer"},
     "1|Oslo|10|65;2|NULL|20|65;3|Rome|5|65;2||20|65;1|Oslo|10|65",
     NULL,
     0,
     5,
     NULL},
    {"combine",
     NULL,
     "combine-columns",
     {"column", "city", "column", "id", "name", "key", "separator", "-"},
     "Oslo-1|10;2|20;Rome-3|5;-2|20;Oslo-1|10",
     "key,amount",
     0,
     5,
     "combined columns into key"},
    {"combine, keep nulls",
     NULL,
     "combine-columns",
     {"column", "city", "column", "id", "name", "city", "separator", "-", "skip", "false"},
     "Oslo-1|10;-2|20;Rome-3|5;-2|20;Oslo-1|10",
     "city,amount",
     0,
     5,
     NULL},
    {"combine and keep",
     NULL,
     "combine-columns",
     {"column", "city", "column", "city", "name", "twice", "keep", "true"},
     "1|Oslo|Oslo Oslo|10;2|NULL|NULL|20;3|Rome|Rome Rome|5;2|| |20;1|Oslo|Oslo Oslo|10",
     "id,city,twice,amount",
     0,
     4,
     NULL},
    {"split by a delimiter",
     "a,b\nx;y,1\n,2\n\"\",3\nx;y;z,4\n",
     "split-column",
     {"column", "a", "delimiter", ";"},
     "x|y|NULL|1;NULL|NULL|NULL|2;|NULL|NULL|3;x|y|z|4",
     "a 1,a 2,a 3,b",
     0,
     6,
     "split column a"},
    {"split into named columns",
     "a,k\nx;y,1\n,2\nx,3\nx;y;z,4\n",
     "split-column",
     {"column", "a", "delimiter", ";", "name", "first", "name", "rest", "keep", "true"},
     "x;y|x|y|1;NULL|NULL|NULL|2;x|x|NULL|3;x;y;z|x|y;z|4",
     "a,first,rest,k",
     0,
     5,
     NULL},
    {"split at positions",
     "a\n20260102\n2026\n\"\"\n",
     "split-column",
     {"column", "a", "positions", "4,6"},
     "2026|01|02;2026|NULL|NULL;NULL|NULL|NULL",
     "a 1,a 2,a 3",
     0,
     4,
     NULL},
    {"split every three characters",
     "a,b\nabcdefgh,1\nxy,2\ne\u0301e\u0301e\u0301f,3\n",
     "split-column",
     {"column", "a", "every", "3"},
     "abc|def|gh|1;xy|NULL|NULL|2;e\u0301e\u0301e\u0301|f|NULL|3",
     "a 1,a 2,a 3,b",
     0,
     6,
     "split column a"},
    {"split every two words, to rows",
     "a,b\none two  three,1\n\" x \",2\n,3\n",
     "split-column",
     {"column", "a", "words", "2", "to", "rows"},
     "one two|1;three|1;x|2;NULL|3",
     "a,b",
     4,
     8,
     NULL},
    {"split by a pattern",
     "a\nx1y22z\nq\n",
     "split-column",
     {"column", "a", "pattern", "[0-9]+"},
     "x|y|z;q|NULL|NULL",
     NULL,
     0,
     4,
     NULL},
    {"split to rows",
     "a,b\nx;y,1\n,2\n\"\",3\nz,4\n",
     "split-column",
     {"column", "a", "delimiter", ";", "to", "rows"},
     "x|1;y|1;NULL|2;|3;z|4",
     "a,b",
     5,
     10,
     "the table now has 5 rows"},
    {"cast to text",
     NULL,
     "cast",
     {"column", "amount", "type", "text"},
     "1|Oslo|10;2|NULL|20;3|Rome|5;2||20;1|Oslo|10",
     NULL,
     5,
     5,
     NULL},
    {"cast, null",
     "a,k\n1,1\n x ,2\n2.5,3\n 7 ,4\n,5\n",
     "cast",
     {"column", "a", "type", "integer", "policy", "null"},
     "1|1;NULL|2;NULL|3;7|4;NULL|5",
     NULL,
     4,
     4,
     NULL},
    {"cast, text",
     "a\n01\nx\n2.5\n",
     "cast",
     {"column", "a", "type", "integer", "policy", "text"},
     "1;x;2.5",
     NULL,
     1,
     1,
     NULL},
    {"transpose",
     NULL,
     "transpose",
     {"column", "city"},
     "id|1|2|3|2|1;amount|10|20|5|20|10",
     "column,Oslo,null,Rome,empty,Oslo 2",
     2,
     12,
     NULL},
    {"transpose mixed", "a,b\n1,x\n", "transpose", {NULL}, "a|1;b|x", "column,row 1", 2, 4, NULL},
    {"pivot",
     NULL,
     "pivot",
     {"column", "city", "value", "amount", "group", "id", "agg", "max"},
     "1|NULL|10|NULL|NULL;2|20|NULL|NULL|20;3|NULL|NULL|5|NULL",
     "id,empty,Oslo,Rome,null",
     3,
     15,
     NULL},
    {"pivot, count",
     NULL,
     "pivot",
     {"column", "id", "agg", "count", "group", "city"},
     "|0|1|0;Oslo|2|0|0;Rome|0|0|1;NULL|0|1|0",
     "city,1,2,3",
     4,
     16,
     NULL},
    {"pivot, first and all others",
     NULL,
     "pivot",
     {"column", "city", "value", "amount", "agg", "first"},
     "1|NULL|10|NULL|NULL;2|20|NULL|NULL|20;3|NULL|NULL|5|NULL",
     NULL,
     3,
     15,
     NULL},
    {"unpivot",
     NULL,
     "unpivot",
     {"column", "id", "column", "amount"},
     "Oslo|id|1;Oslo|amount|10;NULL|id|2;NULL|amount|20;Rome|id|3;Rome|amount|5;|id|2;|amount|20;Oslo|id|1;Oslo|amount|"
     "10",
     "city,name,value",
     10,
     30,
     NULL},
    {"unpivot mixed, without nulls",
     NULL,
     "unpivot",
     {"column", "city", "column", "amount", "name", "what", "value", "it"},
     "1|city|Oslo;1|amount|10;2|amount|20;3|city|Rome;3|amount|5;2|city|;2|amount|20;1|city|Oslo;1|amount|10",
     "id,what,it",
     9,
     27,
     NULL},
    {"unpivot with nulls",
     "a,b\n,1\n",
     "unpivot",
     {"column", "a", "column", "b", "nulls", "true"},
     "a|NULL;b|1",
     NULL,
     2,
     4,
     NULL},
    {"filter",
     NULL,
     "filter",
     {"where", "amount >= 10"},
     "1|Oslo|10;2|NULL|20;2||20;1|Oslo|10",
     NULL,
     1,
     0,
     "removed 1 row"},
    {"delete by ids", NULL, "delete", {"rows", "0, 2-3"}, "2|NULL|20;1|Oslo|10", NULL, 3, 0, "removed 3 rows"},
    {"delete by a condition", NULL, "delete", {"where", "city = 'Oslo'"}, "2|NULL|20;3|Rome|5;2||20", NULL, 2, 0, NULL},
    {"sample", NULL, "sample", {"size", "0"}, "", NULL, 5, 0, NULL},
    {"sample a share", NULL, "sample", {"size", "40%", "seed", "7"}, NULL, NULL, 3, 0, NULL},
    {"remove duplicates", NULL, "remove-duplicates", {NULL}, "1|Oslo|10;2|NULL|20;3|Rome|5;2||20", NULL, 1, 0, NULL},
    {"remove duplicates by a column",
     NULL,
     "remove-duplicates",
     {"column", "id", "keep", "last"},
     "3|Rome|5;2||20;1|Oslo|10",
     NULL,
     2,
     0,
     NULL},
    {"keep the lowest",
     "k,v,n\na,2,1\nb,,2\na,1,3\nb,5,4\na,1,5\n",
     "remove-duplicates",
     {"column", "k", "keep", "lowest", "by", "v"},
     "a|1|3;b|5|4",
     NULL,
     3,
     0,
     NULL},
    {"keep the highest",
     "k,v\na,2\nb,\na,3\nb,\n",
     "remove-duplicates",
     {"column", "k", "keep", "highest", "by", "v"},
     "b|NULL;a|3",
     NULL,
     2,
     0,
     NULL},
    {"sort",
     NULL,
     "sort",
     {"column", "city", "column", "id", "direction", "desc"},
     "3|Rome|5;1|Oslo|10;1|Oslo|10;2||20;2|NULL|20",
     NULL,
     4,
     0,
     "moved 4 rows"},
    {"sort by the numbers in texts",
     "a,b\nitem 10,1\nItem 9,2\nitem 009,3\nx,4\nitem,5\n",
     "sort",
     {"column", "a", "natural", "true"},
     "item|5;Item 9|2;item 009|3;item 10|1;x|4",
     NULL,
     3,
     0,
     NULL},
    {"sort by a language",
     "a,b\nz,1\nä,2\nB,3\na,4\nÖ,5\nb,6\n",
     "sort",
     {"column", "a", "language", "de", "direction", "desc"},
     "z|1;Ö|5;B|3;b|6;ä|2;a|4",
     NULL,
     4,
     0,
     NULL},
    {"sort by another language",
     "a,b\nz,1\nä,2\nB,3\na,4\nÖ,5\nb,6\n",
     "sort",
     {"column", "a", "language", "sv"},
     "a|4;b|6;B|3;z|1;ä|2;Ö|5",
     NULL,
     5,
     0,
     NULL},
    {"sort, nulls first",
     NULL,
     "sort",
     {"column", "city", "column", "amount", "direction", "asc", "direction", "desc", "nulls", "first"},
     "2|NULL|20;2||20;1|Oslo|10;1|Oslo|10;3|Rome|5",
     NULL,
     5,
     0,
     NULL},
    {"insert",
     NULL,
     "insert",
     {"values", "[{\"CITY\": \"Bern\", \"amount\": 7}, {}]", "position", "1"},
     "1|Oslo|10;NULL|Bern|7;NULL|NULL|NULL;2|NULL|20;3|Rome|5;2||20;1|Oslo|10",
     NULL,
     2,
     6,
     "added 2 rows"},
    {"insert at the end",
     NULL,
     "insert",
     {"values", "{\"id\": 9}"},
     "1|Oslo|10;2|NULL|20;3|Rome|5;2||20;1|Oslo|10;9|NULL|NULL",
     NULL,
     1,
     3,
     NULL},
    {"fill down",
     NULL,
     "fill-down",
     {"column", "city"},
     "1|Oslo|10;2|Oslo|20;3|Rome|5;2|Rome|20;1|Oslo|10",
     NULL,
     2,
     2,
     NULL},
    {"fill up nulls only",
     NULL,
     "fill-up",
     {"column", "city", "column", "amount", "empty", "false"},
     "1|Oslo|10;2|Rome|20;3|Rome|5;2||20;1|Oslo|10",
     NULL,
     1,
     1,
     NULL},
    {"edit many",
     NULL,
     "edit-many",
     {"cells", "[{\"row\":0,\"column\":\"city\",\"value\":null},{\"row\":0,\"column\":\"amount\",\"value\":11},"
               "{\"row\":4,\"column\":\"city\",\"value\":\"a\"},{\"row\":4,\"column\":\"city\",\"value\":\"b\"}]"},
     "1|NULL|11;2|NULL|20;3|Rome|5;2||20;1|b|10",
     NULL,
     2,
     3,
     NULL},
    {"paste a block",
     NULL,
     "edit-many",
     {"block", "a\t1\n\"b\t\"\"\"\t\n", "row", "1", "column", "city"},
     "1|Oslo|10;2|a|1;3|b\t\"|NULL;2||20;1|Oslo|10",
     NULL,
     2,
     4,
     NULL},
    {"clear",
     NULL,
     "clear",
     {"column", "city", "column", "id", "rows", "0-1"},
     "NULL|NULL|10;NULL|NULL|20;3|Rome|5;2||20;1|Oslo|10",
     NULL,
     2,
     3,
     NULL},
    {"clear by a condition",
     NULL,
     "clear",
     {"column", "amount", "where", "id = 2"},
     "1|Oslo|10;2|NULL|NULL;3|Rome|5;2||NULL;1|Oslo|10",
     NULL,
     2,
     2,
     NULL},
    {"clear all",
     NULL,
     "clear",
     {"column", "city"},
     "1|NULL|10;2|NULL|20;3|NULL|5;2|NULL|20;1|NULL|10",
     NULL,
     4,
     4,
     NULL},
    {"edit",
     NULL,
     "edit",
     {"column", "city", "row", "1", "value", "Bern"},
     "1|Oslo|10;2|Bern|20;3|Rome|5;2||20;1|Oslo|10",
     NULL,
     1,
     1,
     NULL},
    {"query",
     NULL,
     "query",
     {"sql", "SELECT city, count(*) AS n FROM T GROUP BY ALL ORDER BY ALL"},
     "|1;Oslo|2;Rome|1;NULL|1",
     "city,n",
     4,
     8,
     NULL},
    {"stack",
     NULL,
     "stack",
     {"table", "more"},
     "1|Oslo|10.0|NULL;2|NULL|20.0|NULL;3|Rome|5.0|NULL;2||20.0|NULL;"
     "1|Oslo|10.0|NULL;NULL|x|1.5|yes",
     "id,city,amount,extra",
     6,
     24,
     "id only in this table, amount is int64 in this table and float64 in more, extra "
     "only in more"},
    {"join",
     NULL,
     "join",
     {"table", "towns", "on", "city=town", "clean", "true"},
     "1|Oslo|10|NO;2|NULL|20|NULL;3|Rome|5|IT;2||20|NULL;1|Oslo|10|NO",
     "id,city,amount,country",
     5,
     20,
     "2 rows without a partner"},
    {"inner join",
     NULL,
     "join",
     {"table", "towns", "on", "city=town", "clean", "true", "how", "inner"},
     "1|Oslo|10|NO;3|Rome|5|IT;1|Oslo|10|NO",
     NULL,
     3,
     12,
     NULL},
    {"right join",
     NULL,
     "join",
     {"table", "towns", "on", "city=town", "clean", "true", "how", "right"},
     "1|Oslo|10|NO;3|Rome|5|IT;1|Oslo|10|NO;NULL|Bern|NULL|CH",
     NULL,
     4,
     16,
     "1 row without a partner"},
    {"full join",
     NULL,
     "join",
     {"table", "towns", "on", "city=town", "how", "full"},
     "1|Oslo|10|NULL;2|NULL|20|NULL;3|Rome|5|NULL;2||20|NULL;1|Oslo|10|NULL;NULL|oslo |NULL|NO;NULL|ROME|NULL|IT;"
     "NULL|Bern|NULL|CH",
     NULL,
     8,
     32,
     NULL},
    {"anti join",
     NULL,
     "join",
     {"table", "towns", "on", "city=town", "clean", "true", "how", "anti"},
     "2|NULL|20;2||20",
     "id,city,amount",
     2,
     6,
     NULL},
    {"join with itself",
     NULL,
     "join",
     {"table", "t@1", "on", "id", "how", "inner"},
     "1|Oslo|10|Oslo|10;1|Oslo|10|Oslo|10;2|NULL|20|NULL|20;2|NULL|20||20;3|Rome|5|Rome|5;2||20|NULL|20;2||20||20;"
     "1|Oslo|10|Oslo|10;1|Oslo|10|Oslo|10",
     "id,city,amount,city (t@1),amount (t@1)",
     9,
     45,
     NULL},
    {"join keys of two types",
     NULL,
     "join",
     {"table", "codes", "on", "id"},
     "1|Oslo|10|1|one;2|NULL|20|NULL|NULL;3|Rome|5|NULL|NULL;2||20|NULL|NULL;1|Oslo|10|1|one",
     "id,city,amount,id (codes),word",
     5,
     25,
     NULL},
};

static size_t fill_parameters(const example *e, tarn_parameter *parameters) {
    size_t count = 0;
    while (count < 7 && e->parameters[2 * count] != NULL) {
        parameters[count] = (tarn_parameter){e->parameters[2 * count], e->parameters[2 * count + 1]};
        count++;
    }
    return count;
}

static void check_columns(fixture *f, const char *wanted) {
    struct ArrowSchema schema;
    char names[512] = "";
    assert_ok(f, tarn_schema(f->workspace, "t", &schema, &f->error));
    for (int64_t i = 0; i < schema.n_children; i++) {
        strcat(names, i == 0 ? "" : ",");
        strcat(names, schema.children[i]->name);
    }
    schema.release(&schema);
    assert_string_equal(names, wanted);
}

/* Everything about a table's head as text: names, types, values. */
static char *picture(fixture *f) {
    struct ArrowSchema schema;
    struct ArrowArray rows;
    tarn_text text = {0};
    tarn_page_options options = {.count = 100000, .ids = true};
    assert_ok(f, tarn_page(f->workspace, "t", &options, &schema, &rows, &f->error));
    char *out = calloc(1, 1 << 20);
    for (int64_t column = 0; column < schema.n_children; column++) {
        strcat(strcat(strcat(out, schema.children[column]->name), ":"), schema.children[column]->format);
        for (int64_t row = 0; row < rows.length; row++) {
            assert_ok(f, tarn_print_json(schema.children[column], rows.children[column], row, &text, &f->error));
            strcat(out, " ");
            strncat(out, text.data, text.size);
            text.size = 0;
        }
    }
    tarn_text_clear(&text);
    rows.release(&rows);
    schema.release(&schema);
    return out;
}

static void preview(fixture *f, const example *e) {
    tarn_parameter parameters[7];
    tarn_preview shown = {0};
    size_t count = fill_parameters(e, parameters);
    assert_ok(f, tarn_preview_command(f->workspace, "t", e->command, parameters, count, 2, NULL, &shown, &f->error));
    assert_true(shown.cell_count <= 2);
    assert_true(shown.message == NULL || shown.rows.length <= 2);
    tarn_preview_clear(&shown);
}

/* Undo and redo lead to the very same tables. */
static void go_back_and_forth(fixture *f, const char *before, const char *after) {
    tarn_change change = {0};
    assert_ok(f, tarn_undo(f->workspace, "t", 1, &change, &f->error));
    tarn_change_clear(&change);
    char *now = picture(f);
    assert_string_equal(now, before);
    free(now);
    assert_ok(f, tarn_redo(f->workspace, "t", 1, &change, &f->error));
    tarn_change_clear(&change);
    now = picture(f);
    assert_string_equal(now, after);
    free(now);
}

static void import_others(fixture *f) {
    import(f, "towns", towns);
    import(f, "more", "city,amount,extra\nx,1.5,yes\n");
    import(f, "codes", "id,word\n1,one\nx,two\n");
}

static void test_examples(void **state) {
    fixture *f = *state;
    import_others(f);
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const example *e = &examples[i];
        tarn_parameter parameters[7];
        tarn_change change = {0};
        size_t count = fill_parameters(e, parameters);
        print_message("%s\n", e->name);
        import(f, "t", e->table != NULL ? e->table : sales);
        char *before = picture(f);
        preview(f, e);
        assert_ok(f, tarn_apply(f->workspace, "t", e->command, parameters, count, NULL, &change, &f->error));
        assert_true(change.changed);
        if (change.rows != e->rows || change.cells != e->cells)
            fail_msg("%d rows and %d cells changed", (int)change.rows, (int)change.cells);
        if (e->message != NULL && strstr(change.message, e->message) == NULL)
            fail_msg("\"%s\" is not in \"%s\"", e->message, change.message);
        if (e->wanted != NULL)
            check_rows(f, "t", e->wanted);
        if (e->columns != NULL)
            check_columns(f, e->columns);
        tarn_change_clear(&change);
        char *after = picture(f);
        go_back_and_forth(f, before, after);
        free(before);
        free(after);
        assert_ok(f, tarn_drop(f->workspace, "t", &f->error));
    }
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_examples),
    };
    return cmocka_run_group_tests_name("table commands", tests, NULL, NULL);
}
