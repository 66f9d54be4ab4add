#include "cases_unicode.h"
#include "support_command.h"

#include <stdio.h>
#include <stdlib.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static int64_t count_changes(const command_pair *cells, size_t count) {
    int64_t changes = 0;
    for (size_t i = 0; i < count; i++)
        changes += cells[i].before != NULL && strcmp(cells[i].before, cells[i].after) != 0;
    return changes;
}

/* What Python's str methods give. */
static void test_unicode(void **state) {
#define UNICODE(name, list)                                                                                            \
    { .command = (name), .cells = (list), .count = COUNT(list), .changed = count_changes(list, COUNT(list)) }
    const command_case cases[] = {
        UNICODE("trim", unicode_trim),
        UNICODE("uppercase", unicode_uppercase),
        UNICODE("lowercase", unicode_lowercase),
        UNICODE("title-case", unicode_title_case),
        UNICODE("sentence-case", unicode_sentence_case),
    };
    run_cases(*state, cases, COUNT(cases));
}

static void test_title(void **state) {
    const command_case cases[] = {
        {.command = "title-case",
         .changed = 19,
         CELLS({"DON'T", "Don't"}, {"macy's", "Macy's"}, {"3RD street", "3rd Street"}, {"o'brien", "O'Brien"},
               {"o’neil’s", "O’Neil’s"}, {"l'eau", "L'Eau"}, {"1980S", "1980s"}, {"the 80'S", "The 80's"},
               {"4x4", "4X4"}, {"THEY'RE", "They're"}, {"y'all", "Y'all"}, {"D'ANGELO", "D'Angelo"},
               {"21ST-century", "21st-Century"}, {"éCOLE'S 2ND", "École's 2nd"}, {"1ère 1ER", "1Ère 1er"},
               {"'tis", "'Tis"}, {"i'd've", "I'd've"}, {"2ndary", "2Ndary"}, {"it's", "It's"}, {"It's", "It's"},
               {"", ""}, {NULL, NULL})},
        {.command = "title-case",
         .changed = 12,
         CELLS({"SMITH II", "Smith II"}, {"king henry viii of england", "King Henry VIII Of England"},
               {"Smith, iv", "Smith, IV"}, {"édouard vii", "Édouard VII"}, {"o'brien III's", "O'Brien III's"},
               {"LOUIS XI", "Louis XI"}, {"President Xi", "President Xi"},
               {"president xi jinping", "President Xi Jinping"}, {"kan vi gå", "Kan Vi Gå"}, {"ii corps", "Ii Corps"},
               {"DAVID DIXIE", "David Dixie"}, {"mixed ix-ray", "Mixed Ix-Ray"}, {"rock iii2", "Rock Iii2"},
               {"Pius XII", "Pius XII"})},
    };
    run_cases(*state, cases, COUNT(cases));
}

static void test_repair(void **state) {
    const command_case cases[] = {
        {.command = "repair-text",
         .changed = 9,
         CELLS({"cafÃ©", "café"}, {"ÃƒÂ©", "é"}, {"â€œquotedâ€\xC2\x9D", "“quoted”"}, {"â€™", "’"}, {"Â°C", "°C"},
               {"â‚¬5", "€5"}, {"ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"}, {"Ã¢â‚¬Å“", "“"}, {"Ã© â\xC2\x80\xC2\x99", "é ’"},
               {"São", "São"}, {"Ã©É", "Ã©É"}, {"naïve", "naïve"}, {"中Ã©", "中Ã©"}, {"Ã", "Ã"}, {"Straße", "Straße"},
               {"plain", "plain"}, {"", ""}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

static void test_kernels(void **state) {
    const command_case cases[] = {
        {.command = "collapse-spaces",
         .changed = 5,
         CELLS({"a  b", "a b"}, {"a b", "a b"}, {" a\t\n b ", " a b "}, {"\u00a0", " "}, {"a\u2003\u3000b", "a b"},
               {"a\tb", "a b"}, {"é b", "é b"}, {"", ""}, {NULL, NULL})},
        {.command = "remove-accents",
         .changed = 5,
         CELLS({"Crème Brûlée", "Creme Brulee"}, {"A\u030angström", "Angstrom"}, {"plain", "plain"}, {"ø", "ø"},
               {"Việt", "Viet"}, {"が हिन्दी 한국", "が हिन्दी 한국"}, {"❤\ufe0f", "❤\ufe0f"}, {"\u212b", "A"},
               {"й", "и"}, {"", ""}, {NULL, NULL})},
        {.command = "remove-non-printable",
         .changed = 4,
         CELLS({"a\x01"
                "b\tc\n",
                "abc"},
               {"zero\u200bwidth", "zerowidth"}, {"\ufeff\u202eab\u00ad", "ab"}, {"a\u2028b\177", "ab"},
               {"👨\u200d👩 a\u00a0b", "👨\u200d👩 a\u00a0b"}, {"", ""}, {NULL, NULL})},
        {.command = "remove-punctuation",
         .changed = 3,
         CELLS({"it's, (really) $5!", "its really 5"}, {"¿qué? «no» …", "qué no "}, {"。", ""}, {"a b", "a b"},
               {"5€", "5€"}, {"", ""}, {NULL, NULL})},
        {.command = "replace",
         .parameters = {"find", "aa", "replace", "b"},
         .changed = 3,
         CELLS({"aaa", "ba"}, {"a", "a"}, {"xaaaa", "xbb"}, {"a", "a"}, {"", ""}, {"AA", "AA"}, {NULL, NULL},
               {"éaaé", "ébé"})},
        {.command = "replace",
         .parameters = {"find", "b", "replace", "longer"},
         .changed = 2,
         CELLS({"bb", "longerlonger"}, {"a", "a"}, {"", ""}, {"ab", "alonger"}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

static void test_replace(void **state) {
    const command_case cases[] = {
        {.command = "replace",
         .parameters = {"find", "a.", "replace", "\\1", "case", "false"},
         .changed = 1,
         CELLS({"A.a.x", "\\1\\1x"}, {"ab", "ab"}, {"", ""}, {NULL, NULL})},
        {.command = "replace",
         .parameters = {"find", "(\\d+)-(\\d+)", "replace", "\\2/\\1", "regex", "true"},
         .changed = 1,
         CELLS({"1-2 and 3-4", "2/1 and 4/3"}, {"1", "1"}, {"", ""}, {NULL, NULL})},
        {.command = "replace",
         .parameters = {"find", "n/?a", "regex", "true", "case", "false", "whole", "true"},
         .changed = 2,
         CELLS({"N/A", ""}, {"na", ""}, {"banana", "banana"}, {"", ""}, {NULL, NULL})},
        {.command = "replace",
         .parameters = {"find", "x", "replace", "y", "whole", "true"},
         .changed = 1,
         CELLS({"x", "y"}, {"xx", "xx"}, {"X", "X"}, {"", ""}, {NULL, NULL})},
        {.command = "replace",
         .parameters = {"find", "x.", "replace", "it's", "whole", "true", "case", "false"},
         .changed = 1,
         CELLS({"X.", "it's"}, {"xx", "xx"}, {"", ""}, {NULL, NULL})},
        {.command = "replace",
         .parameters = {"find", "x", "replace", "y", "regex", "true", "case", "false"},
         .changed = 2,
         CELLS({"Xx", "yy"}, {"x", "y"}, {"", ""}, {NULL, NULL})},
        {.command = "replace",
         .parameters = {"find", "(x)y", "replace", "\\1", "regex", "true", "whole", "true"},
         .changed = 1,
         CELLS({"xy", "x"}, {"xyxy", "xyxy"}, {"", ""}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

static void test_expressions(void **state) {
    const command_case cases[] = {
        {.command = "replace-empty",
         .parameters = {"value", "none"},
         .changed = 4,
         CELLS({"", "none"}, {NULL, "none"}, {" \t", "none"}, {"\u00a0", "none"}, {"a ", "a "})},
        {.command = "extract",
         .parameters = {"pattern", "([a-z]+)(\\d+)", "group", "2"},
         .changed = 3,
         CELLS({"ab12 c3", "12"}, {"ab", NULL}, {"", NULL}, {NULL, NULL})},
        {.command = "extract",
         .parameters = {"pattern", "\\d*"},
         .changed = 1,
         CELLS({"12a", "12"}, {"1", "1"}, {"", ""}, {NULL, NULL})},
        {.command = "pad",
         .parameters = {"length", "3", "character", "é"},
         .changed = 3,
         CELLS({"a", "ééa"}, {"abcd", "abcd"}, {"abc", "abc"}, {"", "ééé"}, {"e\u0301x", "ée\u0301x"}, {NULL, NULL})},
        {.command = "pad",
         .parameters = {"length", "3", "side", "right"},
         .changed = 2,
         CELLS({"a", "a  "}, {"abcd", "abcd"}, {"", "   "}, {NULL, NULL})},
        {.command = "truncate",
         .parameters = {"length", "2"},
         .changed = 2,
         CELLS({"abc", "ab"}, {"e\u0301e\u0301e\u0301", "e\u0301e\u0301"}, {"ab", "ab"}, {"", ""}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

static void test_refusals(void **state) {
    fixture *f = *state;
    assert_refuses(f, "replace", PARAMETERS("find", "(", "replace", "x", "regex", "true"), NULL, VALUES("a"),
                   TARN_E_INVALID, "find \"(\" is no regular expression");
    assert_refuses(f, "replace", PARAMETERS("find", "(a)", "replace", "\\2", "regex", "true"), NULL, VALUES("a"),
                   TARN_E_INVALID, "has no such parentheses as");
    assert_refuses(f, "extract", PARAMETERS("pattern", "[a"), NULL, VALUES("a"), TARN_E_INVALID,
                   "pattern \"[a\" is no regular expression");
    assert_refuses(f, "extract", PARAMETERS("pattern", "(a)", "group", "2"), NULL, VALUES("a"), TARN_E_INVALID,
                   "has no such parentheses as");
    assert_refuses(f, "truncate", PARAMETERS("length", "-1"), NULL, VALUES("a"), TARN_E_INVALID, "from 0 to");
    assert_refuses(f, "truncate", PARAMETERS("length", " 1"), NULL, VALUES("a"), TARN_E_INVALID, "whole number");
    assert_refuses(f, "truncate", PARAMETERS("length", "1"), "DATE", VALUES("2026-01-02"), TARN_E_INVALID,
                   "column \"v\" has type date32");
    assert_refuses(f, "trim", PARAMETERS("column", "n"), NULL, VALUES("a"), TARN_E_INVALID, "of type text");
    assert_refuses(f, "trim", NULL, "JSON", VALUES("{}"), TARN_E_INVALID, "of type text");
    assert_refuses(f, "replace", PARAMETERS("find", ""), NULL, VALUES("a"), TARN_E_INVALID, "find is empty");
    assert_refuses(f, "pad", PARAMETERS("length", "2", "character", ""), NULL, VALUES("a"), TARN_E_INVALID, "empty");
    assert_refuses(f, "pad", PARAMETERS("length", "2", "side", "top"), NULL, VALUES("a"), TARN_E_INVALID,
                   "left, right");
}

/* An ENUM becomes text, and only what reads differently counts as changed. */
static void test_enum(void **state) {
    fixture *f = *state;
    tarn_outcome outcome = {0};
    uint64_t table = make_table(f, "ENUM('a', 'B')", (const char *const[]){"a", "B", NULL, "a"}, 4);
    assert_ok(apply_to(f, table, "uppercase", NULL, &outcome, error));
    assert_int_equal(outcome.cells, 2);
    assert_true(outcome.changed);
    free(outcome.message);
}

static void check_cells(fixture *f, uint64_t table, const char *const *wanted) {
    tarn_table_state state;
    tarn_version *version;
    tarn_batch *batch;
    assert_ok(tarn_store_find_id(f->store, table, &state, error));
    assert_ok(tarn_store_version(f->store, table, state.head, &version, error));
    assert_ok(tarn_version_read(version, 0, 0, &batch, error));
    const struct ArrowArray *array = tarn_batch_array(batch);
    const int32_t *ends = (const int32_t *)array->buffers[1] + array->offset;
    for (int64_t i = 0; i < array->length; i++) {
        assert_int_equal(ends[i + 1] - ends[i], strlen(wanted[i]));
        assert_memory_equal((const char *)array->buffers[2] + ends[i], wanted[i], strlen(wanted[i]));
    }
    tarn_batch_release(batch);
    tarn_version_release(version);
    tarn_table_state_clear(&state);
}

static void kill_odd_rows(fixture *f, uint64_t table, int64_t count) {
    tarn_event event = {.kind = "command", .rows = -1, .cells = -1};
    tarn_version *head;
    tarn_transaction *transaction;
    tarn_draft *draft;
    assert_ok(tarn_store_version(f->store, table, TARN_HEAD, &head, error));
    assert_ok(tarn_transaction_begin(f->store, &transaction, error));
    assert_ok(tarn_draft_edit(transaction, head, &draft, error));
    for (int64_t row = 1, changed; row < count; row += 2)
        assert_ok(tarn_draft_delete_rows(draft, &row, 1, &changed, error));
    assert_ok(tarn_transaction_commit(transaction, &event, NULL, error));
    tarn_version_release(head);
}

/* Kernels of every kind leave the texts of dead rows alone, and find what stands between them. */
static void test_dead_rows(void **state) {
    enum { ROWS = 6 };
    fixture *f = *state;
    static const struct {
        const char *command, *parameters[5];
        const char *before[ROWS], *after[ROWS];
    } cases[] = {
        {"uppercase",
         {NULL},
         {"a", "b", "stra\u00dfe", "stra\u00dfe", "\u00e9", "\u00e9"},
         {"A", "b", "STRASSE", "stra\u00dfe", "\u00c9", "\u00e9"}},
        {"lowercase",
         {NULL},
         {"A", "B", "O\u03a3", "O\u03a3", "\u00c9", "\u00c9"},
         {"a", "B", "o\u03c2", "O\u03a3", "\u00e9", "\u00c9"}},
        {"title-case", {NULL}, {"a", "a", "", "b", "c", "c"}, {"A", "a", "", "b", "C", "c"}},
        {"trim", {NULL}, {" a", " a", "b", "b ", " ", " "}, {"a", " a", "b", "b ", "", " "}},
        {"replace", {"find", "a"}, {"b", "ba", "ba", "a", "ab", "ab"}, {"b", "ba", "b", "a", "b", "ab"}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        tarn_outcome outcome = {0};
        uint64_t table = make_table(f, NULL, cases[i].before, ROWS);
        kill_odd_rows(f, table, ROWS);
        assert_ok(apply_to(f, table, cases[i].command, cases[i].parameters, &outcome, error));
        free(outcome.message);
        check_cells(f, table, cases[i].after);
    }
}

/* One text of many changes: what is left alone before it is not mistaken for it, wherever characters end. */
static void test_the_last_of_many(void **state) {
    enum { MANY = 20000 };
    fixture *f = *state;
    static const struct {
        const char *command, *parameters[5], *before, *after;
    } cases[] = {
        {"lowercase", {NULL}, "\u00c4", "\u00e4"},
        {"uppercase", {NULL}, "\u00df", "SS"},
        {"trim", {NULL}, "a\u3000", "a"},
        {"replace", {"find", "\u00df"}, "\u00df", ""},
    };
    char(*texts)[16] = calloc(MANY, sizeof *texts);
    const char **values = calloc(MANY, sizeof *values);
    for (size_t i = 0; i < COUNT(cases); i++) {
        bool is_upper = strcmp(cases[i].command, "uppercase") == 0;
        tarn_outcome outcome = {0};
        for (int k = 0; k < MANY; k++) {
            snprintf(texts[k], sizeof *texts, "%s\u6f22%d", is_upper ? "\u00c4" : "\u00e4", k * 7);
            values[k] = texts[k];
        }
        values[MANY - 1] = cases[i].before;
        uint64_t table = make_table(f, NULL, values, MANY);
        assert_ok(apply_to(f, table, cases[i].command, cases[i].parameters, &outcome, error));
        assert_int_equal(outcome.cells, 1);
        free(outcome.message);
        values[MANY - 1] = cases[i].after;
        check_cells(f, table, values);
        outcome = (tarn_outcome){0}; /* and then there is nothing to do any more */
        assert_ok(apply_to(f, table, cases[i].command, cases[i].parameters, &outcome, error));
        assert_false(outcome.changed);
        free(outcome.message);
    }
    free(values);
    free(texts);
}

/* Columns named twice change once, and a row with two changed cells counts once. */
static void test_several_columns(void **state) {
    fixture *f = *state;
    tarn_outcome outcome = {0};
    uint64_t table = make_table(f, NULL, (const char *const[]){" a", "b", NULL}, 3);
    assert_ok(apply_to(f, table, "set", PARAMETERS("column", "n", "expr", "CASE WHEN n < 2 THEN ' ' || n END"),
                       &outcome, error));
    free(outcome.message);
    assert_ok(apply_to(f, table, "trim", PARAMETERS("column", "v", "column", "n", "column", "V"), &outcome, error));
    assert_int_equal(outcome.cells, 3);
    assert_int_equal(outcome.rows, 2);
    assert_string_equal(outcome.message, "changed 3 cells in 2 rows");
    free(outcome.message);
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_unicode),
        TEST(test_kernels),
        TEST(test_title),
        TEST(test_repair),
        TEST(test_replace),
        TEST(test_expressions),
        TEST(test_refusals),
        TEST(test_enum),
        TEST(test_several_columns),
        TEST(test_dead_rows),
        TEST(test_the_last_of_many),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
