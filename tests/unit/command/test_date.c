#include "base/asker.h"
#include "command/date_text.h"
#include "support_command.h"

#include <stdlib.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void test_forms(void **state) {
    const command_case cases[] = {
        {.command = "standardize-date",
         .result = "tdD",
         .changed = 27,
         CELLS({"2026-02-01", "2026-02-01"}, {"2026/2/1", "2026-02-01"}, {"2026.2.1", "2026-02-01"},
               {"20260201", "2026-02-01"}, {"1.2.2026", "2026-02-01"}, {"1.2.26", "2026-02-01"},
               {"1-Feb-2026", "2026-02-01"}, {"01-FEB-69", "1969-02-01"}, {"1 February 2026", "2026-02-01"},
               {"1st Feb, 2026", "2026-02-01"}, {"Feb 1, 2026", "2026-02-01"}, {"february 1 2026", "2026-02-01"},
               {"Sept. 22nd, 68", "2068-09-22"}, {"Sunday, 1 Feb 2026", "2026-02-01"}, {"2026-Feb-01", "2026-02-01"},
               {" 2024-02-29 ", "2024-02-29"}, {"0001-01-01", "0001-01-01"}, {"9999-12-31", "9999-12-31"},
               {"2026-02-01T23:59:59.5Z", "2026-02-01"}, {"2026-02-01 23:59:59+05:30", "2026-02-01"},
               {"2026-02-01 23:59 -0800", "2026-02-01"}, {"Feb 1, 2026, 11:05 PM", "2026-02-01"},
               {"1-Feb-2026 1:05am", "2026-02-01"}, {"2026-02-01 10:00 UTC", "2026-02-01"}, {"", NULL}, {"  ", NULL},
               {"1999-12-31", "1999-12-31"}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

/* Apply to one table, and say what the first cell became by asking for what it must be. */
static void check_order(fixture *f, const char *const *parameters, const char *const *values, const char *first) {
    size_t count = 0;
    while (values[count] != NULL)
        count++;
    tarn_outcome outcome = {0};
    uint64_t table = make_table(f, NULL, values, count);
    assert_ok(apply_to(f, table, "standardize-date", parameters, &outcome, error));
    assert_int_equal(outcome.cells, count);
    free(outcome.message);
    assert_ok(apply_to(f, table, "set", PARAMETERS("column", "n", "expr", "CASE WHEN n = 0 THEN v::VARCHAR END"),
                       &outcome, error));
    free(outcome.message);
    tarn_error failure = {0};
    assert_int_equal(apply_to(f, table, "cast", PARAMETERS("column", "n", "type", "boolean"), &outcome, &failure),
                     TARN_E_INVALID);
    assert_non_null(strstr(failure.message, first));
}

/* The other values of the column tell the order; equal readings need none. */
static void test_order_found(void **state) {
    fixture *f = *state;
    check_order(f, NULL, VALUES("1/2/2026", "13/2/2026"), "2026-02-01");
    check_order(f, NULL, VALUES("1/2/2026", "2/13/2026"), "2026-01-02");
    check_order(f, NULL, VALUES("01-02-26", "99-12-31"), "2001-02-26");
    check_order(f, NULL, VALUES("5/5/2026", "2026-01-02"), "2026-05-05");
    check_order(f, NULL, VALUES("5/5/26", "5/6/2026", "5/20/2026"), "2026-05-05");
    check_order(f, PARAMETERS("order", "mdy"), VALUES("1/2/2026", "1.2.2026"), "2026-01-02");
    check_order(f, PARAMETERS("order", "ymd"), VALUES("01/02/03", "2026-01-01"), "2001-02-03");
}

static void test_refusals(void **state) {
    fixture *f = *state;
    assert_refuses(f, "standardize-date", NULL, NULL, VALUES("5/5/2026", "1/2/2026"), TARN_E_INVALID,
                   "row id 1: \"1/2/2026\" can be dmy or mdy");
    assert_refuses(f, "standardize-date", NULL, NULL, VALUES("01/02/26"), TARN_E_INVALID, "can be dmy or mdy or ymd");
    assert_refuses(f, "standardize-date", NULL, NULL, VALUES("13/2/2026", "2/13/2026"), TARN_E_INVALID,
                   "have no one order");
    assert_refuses(f, "standardize-date", PARAMETERS("order", "dmy"), NULL, VALUES("2/13/2026"), TARN_E_INVALID,
                   "row id 0, column \"v\": \"2/13/2026\" is no date that can be read in this order");
    static const char *const bad[] = {"soon",
                                      "2026-02-30",
                                      "2026-13-01",
                                      "31.6.2026",
                                      "1.2.026",
                                      "2026-2",
                                      "2026-01-01x",
                                      "202602011",
                                      "2026-01-01 25:00",
                                      "2026-01-01 10",
                                      "2026-01-01 10:60",
                                      "2026-01-01 13:00 PM",
                                      "0000-01-01",
                                      "1/2-2026",
                                      "Foo 1, 2026",
                                      "1 Foo 2026",
                                      "1-Feb",
                                      "Feb 2026",
                                      "2026-01-01 10:00:61",
                                      "1.2.3.4",
                                      "2026-01-01 10:00+16",
                                      "2026-01-01 10:00+0a",
                                      "Feb x",
                                      "2023-02-29"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_refuses(f, "standardize-date", NULL, NULL, VALUES("2026-01-01", bad[i]), TARN_E_INVALID, "row id 1");
    assert_refuses(f, "standardize-date", NULL, "DATE", VALUES("2026-01-01"), TARN_E_INVALID, "of type text");
    assert_refuses(f, "shift-date", PARAMETERS("amount", "1", "unit", "hour"), "DATE", VALUES("2026-01-01"),
                   TARN_E_INVALID, "without times of day");
    assert_refuses(f, "extract-part", PARAMETERS("part", "minute"), "DATE", VALUES("2026-01-01"), TARN_E_INVALID,
                   "there is no minute");
    assert_refuses(f, "calculate-age", PARAMETERS("on", "1/2/2026"), "DATE", VALUES("2026-01-01"), TARN_E_INVALID,
                   "a date such as");
    assert_refuses(f, "calculate-age", NULL, "DATE", VALUES("2026-01-01"), TARN_E_INVALID,
                   "needs " TARN_ASKER("--set on=", "on: "));
}

static void test_bad_values(void **state) {
    const command_case cases[] = {
        {.command = "standardize-date",
         .parameters = {"policy", "null", "order", "dmy"},
         .result = "tdD",
         .changed = 3,
         CELLS({"1/2/2026", "2026-02-01"}, {"soon", NULL}, {"", NULL}, {NULL, NULL})},
        {.command = "standardize-date",
         .parameters = {"policy", "text", "order", "mdy", "pivot", "0"},
         .changed = 2,
         CELLS({"1/2/26", "1926-01-02"}, {"13/2/2026", "13/2/2026"}, {"Mar 1, 2024", "2024-03-01"},
               {"2026-02-28", "2026-02-28"}, {" ", " "}, {"", ""}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

static void test_shift(void **state) {
    const command_case cases[] = {
        {.command = "shift-date",
         .parameters = {"amount", "-1"},
         .type = "DATE",
         .changed = 2,
         CELLS({"2026-03-01", "2026-02-28"}, {"1970-01-01", "1969-12-31"}, {NULL, NULL})},
        {.command = "shift-date",
         .parameters = {"amount", "1", "unit", "month"},
         .type = "DATE",
         .changed = 2,
         CELLS({"2026-01-31", "2026-02-28"}, {"2026-02-28", "2026-03-28"}, {NULL, NULL})},
        {.command = "shift-date",
         .parameters = {"amount", "2", "unit", "hour"},
         .type = "TIMESTAMP",
         .changed = 1,
         CELLS({"2026-01-31 23:00:00", "2026-02-01 01:00:00"}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

static void test_parts(void **state) {
    const command_case cases[] = {
        {.command = "extract-part",
         .parameters = {"part", "weekday"},
         .type = "DATE",
         .result = "l",
         .changed = 2,
         CELLS({"2026-02-01", "7"}, {"2026-02-02", "1"}, {NULL, NULL})},
        {.command = "extract-part",
         .parameters = {"part", "hour"},
         .type = "TIMESTAMP",
         .result = "l",
         .changed = 1,
         CELLS({"2026-02-01 23:10:00", "23"}, {NULL, NULL})},
        {.command = "calculate-age",
         .parameters = {"on", "2026-02-28"},
         .type = "DATE",
         .result = "l",
         .changed = 4,
         CELLS({"2000-02-28", "26"}, {"2000-03-01", "25"}, {"2026-02-28", "0"}, {"2030-02-28", "-4"}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

/* Every day from 1600 to 2400 read from what was printed. */
static void test_calendar(void **state) {
    (void)state;
    for (int32_t day = -135140; day < 157054; day++) {
        char text[TARN_DATE_TEXT_SIZE];
        tarn_date_reading reading;
        size_t size = tarn_date_print(day, text);
        assert_true(tarn_date_read(text, size, 69, &reading));
        assert_int_equal(reading.days[TARN_DATE_DMY], day);
    }
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_forms), TEST(test_order_found),          TEST(test_refusals), TEST(test_bad_values), TEST(test_shift),
        TEST(test_parts), cmocka_unit_test(test_calendar),
    };
    return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
