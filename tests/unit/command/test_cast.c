/* Every pair of types: what is cast without a word of complaint comes back as it was. */
#include "support_command.h"

#include "arrow/builder.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* A type, and values of it that others do not have. */
typedef struct kind {
    const char *type;
    const char *values[12]; /* as text; ends with NULL */
} kind;

static const kind kinds[] = {
    {"VARCHAR",
     {"1", "007", "1.5", "1E5", "-0.25", "true", "2024-02-29", "2024-02-29 10:00:00", "2024-02-29 10:00:00+02:00",
      "10:00:00", "word"}},
    {"BOOLEAN", {"true", "false"}},
    {"TINYINT", {"0", "1", "-128", "127"}},
    {"UTINYINT", {"0", "255"}},
    {"SMALLINT", {"300", "-32768"}},
    {"INTEGER", {"16777217", "2147483647", "2", "20240229"}},
    {"UINTEGER", {"4294967295"}},
    {"BIGINT", {"9007199254740993", "9223372036854775807", "-9223372036854775808", "5"}},
    {"UBIGINT", {"18446744073709551615", "7"}},
    {"HUGEINT", {"99999999999999999999999999999999999999", "-5"}},
    {"FLOAT", {"0.1", "16777216", "-2.5", "inf", "nan", "3e38"}},
    {"DOUBLE", {"0.1", "2.5", "-0.0", "1e300", "9007199254740993", "nan", "0.30000000000000004", "1e-10"}},
    {"DECIMAL(10,2)", {"1.50", "2.00", "-0.01", "99999999.99"}},
    {"DECIMAL(18,6)", {"0.000001", "123456789012.345678", "7.000000"}},
    {"DECIMAL(38,10)", {"1234567890123456789012345678.0123456789", "3.5000000000"}},
    {"DATE", {"2024-02-29", "0001-01-01", "9999-12-31"}},
    {"TIMESTAMP", {"2024-02-29 10:00:00", "2024-02-29 00:00:00", "2024-02-29 10:00:00.123456"}},
    {"TIMESTAMP_S", {"2024-02-29 10:00:01", "2024-02-29 00:00:00"}},
    {"TIMESTAMP_MS", {"2024-02-29 10:00:00.123"}},
    {"TIMESTAMP_NS", {"2024-02-29 10:00:00.123456789", "2024-02-29 00:00:00"}},
    {"TIMESTAMPTZ", {"2024-02-29 10:00:00+02:00", "2024-02-29 00:00:00+00:00"}},
    {"TIME", {"10:00:00", "00:00:00", "23:59:59.999999"}},
    {"INTERVAL", {"1 day", "02:00:00"}},
    {"UUID", {"00000000-0000-0000-0000-0000000000ff"}},
    {"BLOB", {"abc", "\\xFF"}},
};

/* The type of column v, as people name it, is given by the kind; its one value as text, heap. */
static char *value_of(fixture *f, uint64_t table, int64_t *nulls) {
    tarn_version *version;
    tarn_batch *batch;
    tarn_buffer text = {0};
    bool is_null;
    assert_ok(tarn_store_version(f->store, table, TARN_HEAD, &version, error));
    assert_ok(tarn_version_read(version, 0, 0, &batch, error));
    assert_ok(tarn_array_print(tarn_batch_schema(batch), tarn_batch_array(batch), 0, &text, &is_null, error));
    assert_ok(tarn_buffer_append(&text, "", 1, error));
    *nulls = is_null;
    tarn_batch_release(batch);
    tarn_version_release(version);
    return (char *)text.data;
}

static bool cast(fixture *f, uint64_t table, const char *type, const char *policy) {
    tarn_outcome outcome = {0};
    tarn_error failure = {0};
    tarn_status status = apply_to(f, table, "cast", PARAMETERS("type", type, "policy", policy), &outcome, &failure);
    bool is_misfit = status == TARN_E_INVALID && strstr(failure.message, "not fit") != NULL;
    if (status != TARN_OK && !is_misfit && status != TARN_E_SQL)
        fail_msg("cast to %s: %s", type, failure.message);
    tarn_outcome_clear(&outcome);
    return status == TARN_OK;
}

/* Texts of numbers say the same when they are the same number: 007 and 7, 1.50 and 1.5. */
static bool means_the_same(const char *before, const char *after) {
    char *end, *other;
    if (strcmp(before, after) == 0)
        return true;
    long double x = strtold(before, &end), y = strtold(after, &other);
    return *end == '\0' && *other == '\0' && x == y;
}

static void check_pair(fixture *f, const kind *from, const char *value, const kind *to, size_t *kept, size_t *refused) {
    int64_t was_null, is_null;
    uint64_t table = make_table(f, from->type, &value, 1);
    char *before = value_of(f, table, &was_null), *after;
    assert_false(was_null);
    if (!cast(f, table, to->type, "fail")) { /* then it is null by the other policy, and text stays by the third */
        (*refused)++;
        free(before);
        return;
    }
    (*kept)++;
    assert_true(cast(f, table, from->type, "round"));
    after = value_of(f, table, &is_null);
    bool is_word = strcmp(from->type, "VARCHAR") == 0 && /* 1 becomes true, or a second */
                   (strcmp(to->type, "BOOLEAN") == 0 || strcmp(to->type, "INTERVAL") == 0);
    bool is_longer = strncmp(before, after, strlen(before)) == 0; /* 2024-02-29 and 2024-02-29 00:00:00 */
    bool is_zoned = strstr(before, "+02:00") != NULL;             /* is written in UTC afterwards */
    if (!is_word && (is_null || !(means_the_same(before, after) || is_longer || is_zoned)))
        fail_msg("%s \"%s\" became %s and came back as \"%s\"", from->type, before, to->type, is_null ? "NULL" : after);
    free(before);
    free(after);
}

static void test_there_and_back(void **state) {
    size_t kept = 0, refused = 0;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        for (size_t k = 0; k < COUNT(kinds); k++) {
            for (const char *const *value = kinds[i].values; *value != NULL; value++)
                check_pair(*state, &kinds[i], *value, &kinds[k], &kept, &refused);
        }
    }
    assert_true(kept > 400 && refused > 400);
}

/* What must not pass, pair by pair, and what must. */
static void test_losses(void **state) {
    fixture *f = *state;
    static const struct {
        const char *from, *to, *value;
    } losses[] = {
        {"VARCHAR", "timestamp", "2024-01-01 10:00:00+02:00"},
        {"VARCHAR", "timestamp", "2024-01-01T10:00:00Z"},
        {"VARCHAR", "timestamp", "2024-01-01 10:00:00 Europe/Berlin"},
        {"VARCHAR", "timestamp", "2024-01-01 10:00:00.1234567"},
        {"VARCHAR", "date", "2024-01-01 10:00:00"},
        {"VARCHAR", "date", "2024-01-01 afternoon"},
        {"VARCHAR", "time", "10:00:00+02:00"},
        {"VARCHAR", "time", "2024-01-01 10:00:00"},
        {"VARCHAR", "integer", "1.5"},
        {"VARCHAR", "integer", "1E5"},
        {"VARCHAR", "bigint", "2e10"},
        {"VARCHAR", "integer", "0x1F"},
        {"VARCHAR", "integer", "1_000"},
        {"VARCHAR", "integer", "1 000"},
        {"VARCHAR", "decimal(10,2)", "1.005"},
        {"VARCHAR", "decimal(10,2)", "1E5"},
        {"VARCHAR", "double", "9007199254740993"},
        {"VARCHAR", "double", "0.12345678901234567890"},
        {"VARCHAR", "double", "1e400"},
        {"VARCHAR", "float", "16777217"},
        {"VARCHAR", "double", "1_0.5"},
        {"DOUBLE", "bigint", "1.5"},
        {"DOUBLE", "decimal(10,2)", "0.125"},
        {"DOUBLE", "float", "0.1"},
        {"DOUBLE", "boolean", "0.5"},
        {"FLOAT", "decimal(5,2)", "0.125"},
        {"BIGINT", "double", "9007199254740993"},
        {"BIGINT", "float", "16777217"},
        {"BIGINT", "boolean", "2"},
        {"DECIMAL(10,3)", "decimal(10,2)", "1.005"},
        {"DECIMAL(10,2)", "integer", "0.50"},
        {"DECIMAL(38,0)", "double", "12345678901234567891"},
        {"TIMESTAMP", "date", "2024-01-01 10:00:00"},
        {"TIMESTAMP", "time", "2024-01-01 10:00:00"},
        {"TIMESTAMPTZ", "date", "2024-01-01 10:00:00+00"},
        {"TIMESTAMP_NS", "timestamp", "2024-01-01 10:00:00.123456789"},
        {"TIMESTAMP", "timestamp_s", "2024-01-01 10:00:00.5"},
    };
    for (size_t i = 0; i < COUNT(losses); i++) {
        uint64_t table = make_table(f, losses[i].from, &losses[i].value, 1);
        int64_t is_null;
        if (cast(f, table, losses[i].to, "fail"))
            fail_msg("%s %s became %s without a word", losses[i].from, losses[i].value, losses[i].to);
        assert_true(cast(f, table, losses[i].to, "null"));
        free(value_of(f, table, &is_null));
        assert_true(is_null);
    }
}

/* The first row's text as the type, cast by itself and beside a text that needs a closer look. */
static void check_paths(fixture *f, const char *type, const char *text) {
    const char *both[] = {text, " 1"};
    int64_t is_null_alone, is_null_beside;
    uint64_t table = make_table(f, "VARCHAR", both, 1);
    assert_true(cast(f, table, type, "null"));
    char *one = value_of(f, table, &is_null_alone);
    table = make_table(f, "VARCHAR", both, 2);
    assert_true(cast(f, table, type, "null"));
    char *other = value_of(f, table, &is_null_beside);
    if (is_null_alone != is_null_beside || strcmp(one, other) != 0)
        fail_msg("\"%s\" as %s is \"%s\" alone and \"%s\" beside another", text, type, one, other);
    free(one);
    free(other);
}

static void test_texts_alone_and_beside_others(void **state) {
    static const char *const types[] = {"integer", "bigint", "double",    "float",   "decimal(10,2)",
                                        "date",    "time",   "timestamp", "boolean", "timestamptz"};
    static const char *const texts[] = {
        "",
        " ",
        "x",
        "N/A",
        "-",
        "--",
        "null",
        "inf",
        "-inf",
        "Infinity",
        "nan",
        "-nan",
        "epoch",
        "infinity",
        "\tinf",
        "inf ",
        "1",
        "-0",
        "007",
        "1e5",
        "e",
        "1.5",
        "1.",
        ".5",
        "0.1",
        "2024-02-29",
        "true",
        "2024-02-30",
        "2024-02-29 10:00:00",
        "10:00:00",
        "0.30000000000000004",
        "0.10000000000000001",
        "123456789.12345678",
        "12345678901234567",
        "9007199254740993",
        "0.123456789012345678",
        "5e-324",
        "100000000000000000000",
        "0.00000000000000000012345678901234567",
        "1.7976931348623157",
        "0.000",
        "-0.0000000000000000",
        "12,5",
        "1_0",
    };
    for (size_t i = 0; i < COUNT(types); i++)
        for (size_t k = 0; k < COUNT(texts); k++)
            check_paths(*state, types[i], texts[k]);
}

/* Odd values in some runs of rows, and how many of them do not fit. */
static void test_runs_of_rows(void **state) {
    enum { ROWS = 7000, SIZE = 8 };
    fixture *f = *state;
    static char texts[ROWS][SIZE];
    static const char *values[ROWS];
    tarn_outcome outcome = {0};
    for (int i = 0; i < ROWS; i++) {
        snprintf(texts[i], SIZE, "%s", i == 10 ? "x" : i == 2500 ? "007" : i == 4600 ? "" : i == ROWS - 1 ? "1.5" : "");
        if (texts[i][0] == '\0' && i != 4600)
            snprintf(texts[i], SIZE, "%d", i);
        values[i] = texts[i];
    }
    uint64_t table = make_table(f, "VARCHAR", values, ROWS);
    assert_ok(apply_to(f, table, "cast", PARAMETERS("type", "integer", "policy", "null"), &outcome, error));
    assert_non_null(strstr(outcome.message, "2 values of \"v\" that do not fit"));
    assert_non_null(strstr(outcome.message, "1 value of \"v\" was written like 007"));
    tarn_outcome_clear(&outcome);
    tarn_version *version;
    tarn_batch *batch;
    assert_ok(tarn_store_version(f->store, table, TARN_HEAD, &version, error));
    assert_ok(tarn_version_read(version, 0, 0, &batch, error));
    const struct ArrowArray *made = tarn_batch_array(batch);
    const int32_t *numbers = (const int32_t *)made->buffers[1] + made->offset;
    assert_int_equal(made->length, ROWS);
    for (int i = 0; i < ROWS; i++) {
        bool is_null = tarn_array_is_null(tarn_batch_schema(batch), made, i);
        assert_int_equal(is_null, i == 10 || i == 4600 || i == ROWS - 1);
        if (!is_null)
            assert_int_equal(numbers[i], i == 2500 ? 7 : i);
    }
    tarn_batch_release(batch);
    tarn_version_release(version);
}

static void test_fitting(void **state) {
    const command_case cases[] = {
        {.command = "cast",
         .parameters = {"type", "integer"},
         .result = "i",
         .dead = "no number",
         .changed = 8,
         CELLS({"5", "5"}, {" 7 ", "7"}, {"-3.00", "-3"}, {"+4", "4"}, {"6.", "6"}, {"007", "7"}, {"", NULL},
               {"  ", NULL}, {NULL, NULL})},
        {.command = "cast",
         .parameters = {"type", "double"},
         .result = "g",
         .changed = 9,
         CELLS({"0.1", "0.1"}, {"1e-3", "0.001"}, {"-.5", "-0.5"}, {"NaN", "nan"}, {"-Infinity", "-inf"},
               {"1E5", "100000.0"}, {"1152921504606846976", "1.152921504606847e+18"},
               {"0.30000000000000004", "0.30000000000000004"}, {"00.50", "0.5"})},
        {.command = "cast",
         .parameters = {"type", "decimal(10,2)"},
         .result = "d:10,2",
         .changed = 4,
         CELLS({"1.500", "1.50"}, {"2", "2.00"}, {"-.5", "-0.50"}, {"7.", "7.00"}, {NULL, NULL})},
        {.command = "cast",
         .parameters = {"type", "decimal(10,2)", "policy", "round"},
         .result = "d:10,2",
         .changed = 2,
         CELLS({"1.509", "1.51"}, {"1E2", "100.00"})},
        {.command = "cast",
         .parameters = {"type", "date"},
         .result = "tdD",
         .changed = 4,
         CELLS({"2024-02-29", "2024-02-29"}, {"2024/2/9", "2024-02-09"}, {"2024-02-29 00:00:00", "2024-02-29"},
               {"2024-02-29T00:00", "2024-02-29"})},
        {.command = "cast",
         .parameters = {"type", "timestamp", "policy", "round"},
         .result = "tsu:",
         .changed = 3,
         CELLS({"2024-01-01 10:00:00+02:00", "2024-01-01 08:00:00"}, {"2024-01-01T10:00:00Z", "2024-01-01 10:00:00"},
               {"2024-01-01 10:00:00", "2024-01-01 10:00:00"})},
        {.command = "cast",
         .type = "TIMESTAMP",
         .parameters = {"type", "date", "policy", "round"},
         .result = "tdD",
         .changed = 2,
         CELLS({"2024-01-01 10:00:00", "2024-01-01"}, {"2024-01-02 00:00:00", "2024-01-02"}, {NULL, NULL})},
        {.command = "cast",
         .type = "DOUBLE",
         .parameters = {"type", "bigint", "policy", "text"},
         .result = "u",
         .changed = 2,
         CELLS({"1.5", "1.5"}, {"2.0", "2"}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

static void check_note(fixture *f, const char *type, const char *policy, const char *value, const char *note) {
    tarn_outcome outcome = {0};
    uint64_t table = make_table(f, NULL, &value, 1);
    assert_ok(apply_to(f, table, "cast", PARAMETERS("type", type, "policy", policy), &outcome, error));
    if (outcome.message == NULL || strstr(outcome.message, note) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", outcome.message, note);
    tarn_outcome_clear(&outcome);
}

static void test_reports(void **state) {
    fixture *f = *state;
    check_note(f, "integer", "fail", "0123", "1 value of \"v\" was written like 007 or 1E5 and became a number");
    check_note(f, "double", "fail", "1E5", "if codes were meant, undo this");
    check_note(f, "integer", "round", "1.6", "1 value of \"v\" was rounded or cut to fit integer");
    check_note(f, "date", "null", "2024-01-01 10:00", "1 value of \"v\" that does not fit date became null");
    assert_refuses(
        f, "cast", PARAMETERS("type", "timestamp"), NULL, VALUES("2024-01-01 10:00:00Z"), TARN_E_INVALID,
        "1 value of \"v\" does not fit timestamp (row id 0: \"2024-01-01 10:00:00Z\"): values with a time zone "
        "need type=timestamptz");
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_there_and_back), TEST(test_losses),  TEST(test_texts_alone_and_beside_others),
        TEST(test_runs_of_rows),   TEST(test_fitting), TEST(test_reports),
    };
    return cmocka_run_group_tests_name("cast", tests, NULL, NULL);
}
