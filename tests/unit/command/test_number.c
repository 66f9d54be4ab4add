#include "support_command.h"

#include "base/asker.h"
#include "command/amount.h"

#include <stdlib.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void test_arithmetic(void **state) {
    const command_case cases[] = {
        {.command = "round",
         .type = "DOUBLE",
         .parameters = {"digits", "1"},
         .changed = 3,
         CELLS({"1.25", "1.3"}, {"-1.25", "-1.3"}, {"2.0", "2.0"}, {"0.04", "0.0"}, {NULL, NULL})},
        {.command = "round",
         .type = "INTEGER",
         .parameters = {"digits", "-2"},
         .changed = 3,
         CELLS({"150", "200"}, {"-149", "-100"}, {"7", "0"}, {"300", "300"}, {NULL, NULL})},
        {.command = "round",
         .type = "DECIMAL(10,2)",
         .changed = 1,
         CELLS({"1.50", "2.00"}, {"3.00", "3.00"}, {NULL, NULL})},
        {.command = "clamp",
         .type = "BIGINT",
         .parameters = {"min", "0", "max", "100"},
         .changed = 2,
         CELLS({"-5", "0"}, {"0", "0"}, {"101", "100"}, {"100", "100"}, {NULL, NULL})},
        {.command = "clamp",
         .type = "DECIMAL(6,2)",
         .parameters = {"min", "0.5"},
         .changed = 1,
         CELLS({"0.49", "0.50"}, {"9.00", "9.00"}, {NULL, NULL})},
        {.command = "clamp", .type = "TINYINT", .parameters = {"max", "1000"}, .changed = 0, CELLS({"5", "5"})},
        {.command = "scale",
         .type = "INTEGER",
         .parameters = {"factor", "2", "offset", "-1"},
         .changed = 2,
         CELLS({"3", "5"}, {"0", "-1"}, {"1", "1"}, {NULL, NULL})},
        {.command = "scale",
         .type = "DECIMAL(10,2)",
         .parameters = {"factor", "0.1"},
         .result = "d:14,3",
         .changed = 2,
         CELLS({"1.25", "0.125"}, {"-0.01", "-0.001"}, {NULL, NULL})},
        {.command = "scale",
         .type = "DOUBLE",
         .parameters = {"factor", "1e3"},
         .changed = 1,
         CELLS({"1.5", "1500.0"}, {"0.0", "0.0"}, {NULL, NULL})},
        {.command = "pad-zeros",
         .type = "INTEGER",
         .parameters = {"length", "3"},
         .result = "u",
         .changed = 4,
         CELLS({"7", "007"}, {"-7", "-07"}, {"1234", "1234"}, {"0", "000"}, {NULL, NULL})},
        {.command = "pad-zeros",
         .parameters = {"length", "4"},
         .changed = 3,
         CELLS({"+7", "+007"}, {"A7", "00A7"}, {"", ""}, {"12345", "12345"}, {"12", "0012"}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

static void test_fix_negatives(void **state) {
    const command_case cases[] = {
        {.command = "fix-negatives",
         .changed = 7,
         CELLS({"(500.00)", "-500.00"}, {"500-", "-500"}, {"\u2212 500", "-500"}, {"($1,234.50)", "-$1,234.50"},
               {" ( 5 ) ", "-5"}, {"1.234,50 €-", "-1.234,50 €"}, {"- 5", "-5"}, {"-5", "-5"}, {"5", "5"},
               {"(none)", "(none)"}, {"(0)30-123", "(0)30-123"}, {"(Room 5)", "(Room 5)"}, {"", ""}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

static void test_currency(void **state) {
    const command_case cases[] = {
        {.command = "unformat-currency",
         .dead = "no amount",
         .result = "d:18,2",
         .changed = 11,
         CELLS({"$1,234.50", "1234.50"}, {"1,234", "1234.00"}, {"(500.00)", "-500.00"}, {"500-", "-500.00"},
               {"USD 7", "7.00"}, {"$(3.5)", "-3.50"}, {"-$0.01", "-0.01"}, {"12 CR", "-12.00"},
               {"1,234,567", "1234567.00"}, {" ", NULL}, {"5.-", "5.00"}, {NULL, NULL})},
        {.command = "unformat-currency",
         .result = "d:18,2",
         .changed = 6,
         CELLS({"1.234,50 €", "1234.50"}, {"1.234", "1234.00"}, {"12 345,6 kr", "12345.60"}, {"5,-", "5.00"},
               {"\u221212,00", "-12.00"}, {"–", NULL}, {NULL, NULL})},
        {.command = "unformat-currency",
         .parameters = {"decimal", "comma", "policy", "null"},
         .result = "d:18,3",
         .changed = 4,
         CELLS({"1,234", "1.234"}, {"1.5", NULL}, {"abc", NULL}, {"7", "7.000"}, {NULL, NULL})},
        {.command = "unformat-currency",
         .result = "d:38,1",
         .changed = 2,
         CELLS({"1234567890123456789012345678901234567.5", "1234567890123456789012345678901234567.5"}, {" ", NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

static void check_amount(const char *text, bool is_amount, long long units, int decimals, tarn_decimal_sign sign) {
    tarn_amount amount;
    if (tarn_amount_read(text, strlen(text), &amount) != is_amount)
        fail_msg("\"%s\" is %s amount", text, is_amount ? "an" : "no");
    if (!is_amount || amount.is_empty)
        return;
    assert_int_equal((long long)amount.units * (amount.negative ? -1 : 1), units);
    assert_int_equal(amount.decimals, decimals);
    assert_int_equal(amount.sign, sign);
}

static void test_amounts(void **state) {
    (void)state;
    check_amount("1,234", true, 1234, 3, TARN_DECIMAL_AMBIGUOUS);
    check_amount("0,234", true, 234, 3, TARN_DECIMAL_COMMA);
    check_amount("1234.567", true, 1234567, 3, TARN_DECIMAL_POINT);
    check_amount("12,34,567.8", true, 12345678, 1, TARN_DECIMAL_POINT);
    check_amount("1'234.50 CHF", true, 123450, 2, TARN_DECIMAL_POINT);
    check_amount("Fr. 5", true, 5, 0, TARN_DECIMAL_NONE);
    check_amount("R$ 1.234,5", true, 12345, 1, TARN_DECIMAL_COMMA);
    check_amount("1 234", true, 1234, 0, TARN_DECIMAL_NONE);
    check_amount(".5", true, 5, 1, TARN_DECIMAL_POINT);
    check_amount("5.", true, 5, 0, TARN_DECIMAL_POINT);
    check_amount("-", true, 0, 0, TARN_DECIMAL_NONE);
    for (size_t i = 0; i < 16; i++) {
        static const char *const wrong[16] = {"abc",       "1,23,4", "1.2.3",      "12,34.5", "1,234.5.6", "12 34",
                                              "$",         "()",     "2026-01-02", "5%",      "1/2",       "(5",
                                              "dollars 5", "1e5",    "1,2 3",      "--"};
        check_amount(wrong[i], false, 0, 0, TARN_DECIMAL_NONE);
    }
}

static void test_notes(void **state) {
    fixture *f = *state;
    tarn_outcome outcome = {0};
    uint64_t table = make_table(f, NULL, (const char *const[]){"1,234", "x", "2,5000"}, 3);
    assert_ok(apply_to(f, table, "unformat-currency", PARAMETERS("policy", "null"), &outcome, error));
    assert_string_equal(
        outcome.message,
        "changed 3 cells in 3 rows; 1 like \"1,234\" (row id 0) could be read in two ways: decimals were "
        "taken to follow a comma, as in the others; 1 that could not be read became null, the first in "
        "row id 1: \"x\"");
    free(outcome.message);
}

static void test_refusals(void **state) {
    fixture *f = *state;
    assert_refuses(f, "unformat-currency", NULL, NULL, VALUES("5", "abc", "n/a"), TARN_E_INVALID,
                   "column \"v\" has 2 values that are not an amount: row id 1: \"abc\", row id 2: \"n/a\"");
    assert_refuses(f, "unformat-currency", NULL, NULL, VALUES("1.50", "1,50", "1,234"), TARN_E_INVALID, "(row id 2)");
    assert_refuses(f, "unformat-currency", NULL, NULL, VALUES("1.234", "1,234"), TARN_E_INVALID, "decimal=point");
    assert_refuses(f, "unformat-currency", NULL, NULL, VALUES("12345678901234567890123456789012345678", "0.5"),
                   TARN_E_INVALID, "38 are the most");
    assert_refuses(f, "unformat-currency", NULL, "INTEGER", VALUES("5"), TARN_E_INVALID, "of type text");
    assert_refuses(f, "clamp", NULL, "INTEGER", VALUES("5"), TARN_E_INVALID, TARN_ASKER("min=", "min"));
    assert_refuses(f, "clamp", PARAMETERS("min", "2", "max", "1"), "INTEGER", VALUES("5"), TARN_E_INVALID, "exchange");
    assert_refuses(f, "clamp", PARAMETERS("min", "0.5"), "INTEGER", VALUES("5"), TARN_E_INVALID, "whole numbers");
    assert_refuses(f, "clamp", PARAMETERS("min", "0x10"), "INTEGER", VALUES("5"), TARN_E_INVALID, "must be a number");
    assert_refuses(f, "clamp", PARAMETERS("min", "1000"), "TINYINT", VALUES("5"), TARN_E_SQL, "row 0, v = '5'");
    assert_refuses(f, "scale", PARAMETERS("factor", "100"), "TINYINT", VALUES("1", "5"), TARN_E_SQL, "row 1, v = '5'");
    assert_refuses(f, "round", PARAMETERS("digits", "31"), "DOUBLE", VALUES("5"), TARN_E_INVALID, "from -30 to 30");
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_arithmetic),          TEST(test_fix_negatives), TEST(test_currency),
        cmocka_unit_test(test_amounts), TEST(test_notes),         TEST(test_refusals),
    };
    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
