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
               {"USD 7", "7.00"}, {"$(3.5)", "-3.50"}, {"-$0.01", "-0.01"}, {"US$ 12", "12.00"},
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
        {.command = "unformat-currency",
         .result = "d:18,2",
         .changed = 3,
         CELLS({"$2.50", "2.50"}, {"$1,000", "1000.00"}, {"€3.75", "3.75"})},
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

/* One sign, one currency, one multiplier, and no other word. */
static void test_ornaments(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "--5",      "(-5)",      "-5-",        "-(5)",  "+-5",   "((5))",  "(5)-",    "5 pcs", "5 kg",      "5 km",
        "5 ft",     "abc 5",     "No 5",       "5 H",   "5 S",   "B12",    "K5",      "5 XYZ", "EUR 5 USD", "€5 USD",
        "£5 €",     "5 k k",     "k 5 Mio",    "5 mil", "-5 CR", "(5) DR", "CR 5 DR", "5 usb", "5 all",     "5 mm",
        "12,34,56", "1,23,4567", "123,45,678", "5E5",   "5E",    "$ -",    "e5",      "5 -- ", "5 TEUR k"};
    static const struct {
        const char *text, *currency;
        long long units;
        int exponent;
    } right[] = {{"$5", "$", 5, 0},
                 {"-$5", "$", -5, 0},
                 {"$-5", "$", -5, 0},
                 {"($5)", "$", -5, 0},
                 {"$(5)", "$", -5, 0},
                 {"5 usd", "USD", 5, 0},
                 {"$5 CAD", "CAD", 5, 0},
                 {"US$5", "USD", 5, 0},
                 {"5 US$", "USD", 5, 0},
                 {"R$ 5", "BRL", 5, 0},
                 {"R 5", "ZAR", 5, 0},
                 {"5 kr SEK", "SEK", 5, 0},
                 {"Rs.5", "Rs", 5, 0},
                 {"Rs. 5", "Rs", 5, 0},
                 {"5 zł", "PLN", 5, 0},
                 {"5 Kč", "CZK", 5, 0},
                 {"5 Ft", "HUF", 5, 0},
                 {"5 ₹", "INR", 5, 0},
                 {"¥5", "¥", 5, 0},
                 {"5 Euro", "EUR", 5, 0},
                 {"1.5k", "", 15, 3},
                 {"1.5K", "", 15, 3},
                 {"$2.5B", "$", 25, 9},
                 {"2.5bn USD", "USD", 25, 9},
                 {"1,5 Mio. €", "EUR", 15, 6},
                 {"3 Mrd", "", 3, 9},
                 {"2 lakh", "", 2, 5},
                 {"Rs 2 crore", "Rs", 2, 7},
                 {"TEUR 5", "EUR", 5, 3},
                 {"5 kEUR", "EUR", 5, 3},
                 {"12 T€", "EUR", 12, 3},
                 {"k€ 3", "EUR", 3, 3},
                 {"5 millions", "", 5, 6},
                 {"5 Millionen", "", 5, 6},
                 {"5 milhões", "", 5, 6},
                 {"5 milliards", "", 5, 9},
                 {"5 Tsd.", "", 5, 3},
                 {"5 тыс.", "", 5, 3},
                 {"5 млн руб.", "RUB", 5, 6},
                 {"5 万", "", 5, 4},
                 {"-5,-", "", -5, 0},
                 {"5,--", "", 5, 0},
                 {"5+", "", 5, 0},
                 {"5 MM", "", 5, 6}};
    for (size_t i = 0; i < COUNT(wrong); i++)
        check_amount(wrong[i], false, 0, 0, TARN_DECIMAL_NONE);
    for (size_t i = 0; i < COUNT(right); i++) {
        tarn_amount amount;
        if (!tarn_amount_read(right[i].text, strlen(right[i].text), &amount))
            fail_msg("\"%s\" is no amount", right[i].text);
        if (strcmp(amount.currency, right[i].currency) != 0 || amount.exponent != right[i].exponent ||
            (long long)amount.units * (amount.negative ? -1 : 1) != right[i].units)
            fail_msg("\"%s\": %s, exponent %d, %lld", right[i].text, amount.currency, amount.exponent,
                     (long long)amount.units);
    }
}

static void test_multiplied(void **state) {
    const command_case cases[] = {
        {.command = "unformat-currency",
         .parameters = {"m", "million", "cr", "negative"},
         .result = "d:18,1",
         .changed = 7,
         CELLS({"0.0001 k", "0.1"}, {"1.5k", "1500.0"}, {"2M", "2000000.0"}, {"2.25 Mio", "2250000.0"},
               {"7.5 CR", "-7.5"}, {"7.5 Dr", "7.5"}, {"0.0001 k", "0.1"}, {NULL, NULL})},
        {.command = "percent-to-number",
         .dead = "five",
         .result = "d:18,4",
         .changed = 9,
         CELLS({"-1,25%", "-0.0125"}, {"12,5 %", "0.1250"}, {"3%", "0.0300"}, {"%4", "0.0400"}, {"(2 %)", "-0.0200"},
               {"4 ‰", "0.0040"}, {"7 percent", "0.0700"}, {"100 Prozent", "1.0000"}, {"", NULL}, {NULL, NULL})},
        {.command = "percent-to-number",
         .parameters = {"bare", "percent", "policy", "null"},
         .result = "d:18,3",
         .changed = 3,
         CELLS({"12.5", "0.125"}, {"3%", "0.030"}, {"5 EUR%", NULL}, {NULL, NULL})},
        {.command = "percent-to-number",
         .parameters = {"bare", "number"},
         .result = "d:18,2",
         .changed = 2,
         CELLS({"3%", "0.03"}, {"0.5", "0.50"}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
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

static void check_note(fixture *f, const char *const *values, size_t count, const char *note) {
    tarn_outcome outcome = {0};
    uint64_t table = make_table(f, NULL, values, count);
    assert_ok(apply_to(f, table, "unformat-currency", NULL, &outcome, error));
    if (outcome.message == NULL || strstr(outcome.message, note) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", outcome.message, note);
    free(outcome.message);
}

static void test_reports(void **state) {
    fixture *f = *state;
    check_note(f, (const char *const[]){"$1", "5 EUR", "£3 GBP", "€2"}, 4,
               "amounts in several currencies became plain numbers: $ (1), EUR (2), GBP (1)");
    check_note(f, (const char *const[]){"1.50", "2,50", "3"}, 3, "decimals follow a point in 1 and a comma in 1");
    check_note(f, (const char *const[]){"1.5k", "2"}, 2, "1 with a multiplier such as k or Mio. was multiplied");
}

static void test_refusals(void **state) {
    fixture *f = *state;
    assert_refuses(f, "unformat-currency", NULL, NULL, VALUES("5", "abc", "n/a"), TARN_E_INVALID,
                   "column \"v\" has 2 values that are not an amount: row id 1: \"abc\", row id 2: \"n/a\"");
    assert_refuses(f, "unformat-currency", NULL, NULL, VALUES("1.50", "1,50", "1,234"), TARN_E_INVALID, "(row id 2)");
    assert_refuses(f, "unformat-currency", NULL, NULL, VALUES("$1,000", "€2.000,50"), TARN_E_INVALID, "no value in $");
    assert_refuses(f, "unformat-currency", NULL, NULL, VALUES("1.234", "1,234"), TARN_E_INVALID, "decimal=point");
    assert_refuses(f, "unformat-currency", NULL, NULL, VALUES("1.000", "2.500"), TARN_E_INVALID,
                   "no value of \"v\" tells whether the point of \"1.000\" (row id 0)");
    assert_refuses(f, "unformat-currency", PARAMETERS("policy", "null"), NULL, VALUES("1,000", "x"), TARN_E_INVALID,
                   "decimal=point or decimal=comma");
    assert_refuses(f, "unformat-currency", PARAMETERS("policy", "null"), NULL, VALUES("5", "12 CR"), TARN_E_INVALID,
                   "row id 1: \"12 CR\": CR can be money in or money out: give cr=positive or cr=negative");
    assert_refuses(f, "unformat-currency", NULL, NULL, VALUES("12 dr"), TARN_E_INVALID, "give dr=positive");
    assert_refuses(f, "unformat-currency", NULL, NULL, VALUES("$2M"), TARN_E_INVALID, "m=thousand or m=million");
    assert_refuses(f, "unformat-currency", PARAMETERS("cr", "positive", "dr", "positive"), NULL, VALUES("5"),
                   TARN_E_INVALID, "cannot both");
    assert_refuses(f, "unformat-currency", NULL, NULL, VALUES("--5", "(-5)", "5 pcs"), TARN_E_INVALID,
                   "3 values that are not an amount");
    assert_refuses(f, "unformat-currency", NULL, NULL, VALUES("999999999999999999999999999999 billion"), TARN_E_INVALID,
                   "38 are the most");
    assert_refuses(f, "percent-to-number", NULL, NULL, VALUES("3%", "0.5"), TARN_E_INVALID, "not a percentage");
    assert_refuses(f, "percent-to-number", NULL, NULL, VALUES("3%", "1,234 %"), TARN_E_INVALID, "decimal=");
    assert_refuses(f, "percent-to-number", NULL, NULL, VALUES("5%6"), TARN_E_INVALID, "5%6");
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
        TEST(test_arithmetic),
        TEST(test_fix_negatives),
        TEST(test_currency),
        cmocka_unit_test(test_amounts),
        cmocka_unit_test(test_ornaments),
        TEST(test_multiplied),
        TEST(test_reports),
        TEST(test_notes),
        TEST(test_refusals),
    };
    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
