#include "base/asker.h"
#include "command/date_text.h"
#include "support_command.h"

#include <stdio.h>
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

/* Each text is this day and time whatever the order. */
static void test_readings(void **state) {
    (void)state;
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"31.12.2024 23:59", "2024-12-31 23:59:00"},
        {"31. 12. 2024", "2024-12-31 00:00:00"},
        {"31.12.2024, 23.59 Uhr", "2024-12-31 23:59:00"},
        {"31-Dec-24 17:30", "2024-12-31 17:30:00"},
        {"31-Dec-2024 5:30:15 PM", "2024-12-31 17:30:15"},
        {"2024-12-31 12:05 AM", "2024-12-31 00:05:00"},
        {"2024-12-31 12:05 p.m.", "2024-12-31 12:05:00"},
        {"2024-12-31 5:30\u202fPM", "2024-12-31 17:30:00"},
        {"2024-12-31 5pm", "2024-12-31 17:00:00"},
        {"2024-12-31T24:00", "2025-01-01 00:00:00"},
        {"2024-12-31T23:59:60Z", "2025-01-01 00:00:00"},
        {"20241231T235959Z", "2024-12-31 23:59:59"},
        {"20241231235959", "2024-12-31 23:59:59"},
        {"202412312359", "2024-12-31 23:59:00"},
        {"2024-12-31 23:59:59,25", "2024-12-31 23:59:59.25"},
        {"2024-12-31 23:59:59.1234567", "2024-12-31 23:59:59.123457"},
        {"Tue Dec 31 23:59:00 2024", "2024-12-31 23:59:00"},
        {"Tue Dec 31 23:59:00 UTC 2024", "2024-12-31 23:59:00"},
        {"Tue, 31 Dec 2024 23:59:00 +0100 (CET)", "2024-12-31 23:59:00"},
        {"31/Dec/2024:23:59:59 +0100", "2024-12-31 23:59:59"},
        {"31DEC2024:23:59:59", "2024-12-31 23:59:59"},
        {"2024-W05-1", "2024-01-29 00:00:00"},
        {"2024W051", "2024-01-29 00:00:00"},
        {"2020-W53-7", "2021-01-03 00:00:00"},
        {"2024-W01", "2024-01-01 00:00:00"},
        {"2024-366", "2024-12-31 00:00:00"},
        {"2023-001", "2023-01-01 00:00:00"},
        {"Dec 2024", "2024-12-01 00:00:00"},
        {"2024-12", "2024-12-01 00:00:00"},
        {"12/2024", "2024-12-01 00:00:00"},
        {"Q3 2024", "2024-07-01 00:00:00"},
        {"2024-Q4", "2024-10-01 00:00:00"},
        {"1735689599", "2024-12-31 23:59:59"},
        {"1735689599250", "2024-12-31 23:59:59.25"},
        {"1735689599000001", "2024-12-31 23:59:59.000001"},
        {"20241231.0", "2024-12-31 00:00:00"},
        {"December 31st, 2024", "2024-12-31 00:00:00"},
        {"soon", NULL},
        {"31. Dezember 2024 um 23:59 Uhr", "2024-12-31 23:59:00"},
        {"15 März 2024", "2024-03-15 00:00:00"},
        {"Dienstag, 3. Jänner 2023", "2023-01-03 00:00:00"},
        {"1er février 2024", "2024-02-01 00:00:00"},
        {"mar. 5 mars 2024", "2024-03-05 00:00:00"},
        {"31 décembre 2024 23h59", "2024-12-31 23:59:00"},
        {"martes, 31 de diciembre de 2024", "2024-12-31 00:00:00"},
        {"1º de março de 2024", "2024-03-01 00:00:00"},
        {"quinta-feira, 29 de fevereiro de 2024", "2024-02-29 00:00:00"},
        {"5 gennaio 2024", "2024-01-05 00:00:00"},
        {"5 maart 2024", "2024-03-05 00:00:00"},
        {"31 grudnia 2024 r.", "2024-12-31 00:00:00"},
        {"5 październik 2024", "2024-10-05 00:00:00"},
        {"5 maj 2024 kl. 09.05", "2024-05-05 09:05:00"},
        {"5. marts 2024", "2024-03-05 00:00:00"},
        {"5. desember 2024", "2024-12-05 00:00:00"},
        {"5. kesäkuuta 2024 klo 9.05", "2024-06-05 09:05:00"},
        {"5. září 2024", "2024-09-05 00:00:00"},
        {"2024. december 31.", "2024-12-31 00:00:00"},
        {"2024. 12. 31.", "2024-12-31 00:00:00"},
        {"5 noiembrie 2024", "2024-11-05 00:00:00"},
        {"5 мая 2024 г.", "2024-05-05 00:00:00"},
        {"вторник, 31 декабря 2024", "2024-12-31 00:00:00"},
        {"5 Ağustos 2024", "2024-08-05 00:00:00"},
        {"2024年12月31日", "2024-12-31 00:00:00"},
    };
    const tarn_date_options options = {.pivot = 69};
    for (size_t i = 0; i < COUNT(cases); i++) {
        tarn_date_reading r;
        char text[TARN_TIMESTAMP_TEXT_SIZE] = "";
        bool is_read = tarn_date_read(cases[i].text, strlen(cases[i].text), &options, &r);
        if (is_read)
            tarn_timestamp_print(r.days[TARN_DATE_DMY] * INT64_C(86400000000) + r.micros, text);
        if (is_read != (cases[i].wanted != NULL) || (is_read && strcmp(text, cases[i].wanted) != 0) ||
            (is_read && r.days[TARN_DATE_DMY] != r.days[TARN_DATE_MDY]))
            fail_msg("\"%s\" is \"%s\"", cases[i].text, is_read ? text : "no date");
    }
}

/* Texts cut anywhere, and with any byte changed, are read within their bounds or not at all. */
static void test_damaged(void **state) {
    (void)state;
    static const char *const texts[] = {"Tue, 31 Dec 2024 23:59:59.5 PM +0100 (CET)",
                                        "2024-W05-1T10:00Z",
                                        "Q1 2024",
                                        "31. décembre 2024 à 23h59",
                                        "1735689599.25",
                                        "20241231T235959"};
    const tarn_date_options options = {.pivot = 69};
    tarn_date_reading reading;
    for (size_t i = 0; i < COUNT(texts); i++) {
        size_t size = strlen(texts[i]);
        for (size_t cut = 0; cut <= size; cut++) {
            if (cut < size && ((unsigned char)texts[i][cut] & 0xC0) == 0x80)
                continue;
            char *copy = malloc(cut + 1); /* no byte behind it, so that sanitizers see one too many */
            memcpy(copy, texts[i], cut);
            tarn_date_read(copy, cut, &options, &reading);
            for (size_t at = 0; at < cut; at++) {
                char was = copy[at];
                if ((unsigned char)was >= 0x80)
                    continue;
                for (const char *other = " :-.TZ+9(%"; *other != '\0'; other++) {
                    copy[at] = *other;
                    if (tarn_date_read(copy, cut, &options, &reading))
                        assert_true(reading.micros >= 0 && reading.micros <= INT64_C(86401000000));
                }
                copy[at] = was;
            }
            free(copy);
        }
    }
}

static void test_datetimes(void **state) {
    const command_case cases[] = {
        {.command = "standardize-datetime",
         .dead = "soon",
         .result = "tsu:",
         .changed = 6,
         CELLS({"12/31/2024 5:30:00 PM", "2024-12-31 17:30:00"}, {"1/2/2024 09:05", "2024-01-02 09:05:00"},
               {"2024-12-31T10:00:00.5", "2024-12-31 10:00:00.5"}, {"20241231", "2024-12-31 00:00:00"},
               {"1735689599", "2024-12-31 23:59:59"}, {"", NULL}, {NULL, NULL})},
        {.command = "standardize-datetime",
         .result = "tsu:UTC",
         .changed = 3,
         CELLS({"2024-12-31T10:00:00Z", "2024-12-31 10:00:00+00"}, {"2024-12-31 10:00+02:00", "2024-12-31 08:00:00+00"},
               {"31.12.2024 23:30 -0130", "2025-01-01 01:00:00+00"}, {NULL, NULL})},
        {.command = "standardize-datetime",
         .parameters = {"zone", "+02:00"},
         .result = "tsu:UTC",
         .changed = 2,
         CELLS({"2024-12-31 10:00", "2024-12-31 08:00:00+00"}, {"2024-12-31 10:00Z", "2024-12-31 10:00:00+00"})},
        {.command = "standardize-datetime",
         .type = "BIGINT",
         .parameters = {"number", "milliseconds"},
         .result = "tsu:",
         .changed = 3,
         CELLS({"0", "1970-01-01 00:00:00"}, {"1735689599250", "2024-12-31 23:59:59.25"},
               {"-1", "1969-12-31 23:59:59.999"}, {NULL, NULL})},
        {.command = "standardize-datetime",
         .type = "DOUBLE",
         .parameters = {"number", "excel"},
         .result = "tsu:",
         .changed = 4,
         CELLS({"45292.75", "2024-01-01 18:00:00"}, {"1.0", "1900-01-01 00:00:00"}, {"59.0", "1900-02-28 00:00:00"},
               {"61.0", "1900-03-01 00:00:00"}, {NULL, NULL})},
        {.command = "standardize-datetime",
         .parameters = {"policy", "text"},
         .changed = 1,
         CELLS({"31.12.2024 9:05", "2024-12-31 09:05:00"}, {"soon", "soon"}, {NULL, NULL})},
        {.command = "standardize-date",
         .type = "INTEGER",
         .result = "tdD",
         .dead = "7",
         .changed = 2,
         CELLS({"20240105", "2024-01-05"}, {"20241231", "2024-12-31"}, {NULL, NULL})},
        {.command = "standardize-date",
         .type = "DOUBLE",
         .parameters = {"number", "excel-1904"},
         .result = "tdD",
         .changed = 2,
         CELLS({"0.0", "1904-01-01"}, {"43831.0", "2024-01-02"}, {NULL, NULL})},
        {.command = "standardize-time",
         .dead = "soon",
         .result = "ttu",
         .changed = 10,
         CELLS({"05:30 PM", "17:30:00"}, {"23:59", "23:59:00"}, {"5 pm", "17:00:00"}, {"12:05 a.m.", "00:05:00"},
               {"23.59 Uhr", "23:59:00"}, {"23h59", "23:59:00"}, {"T235959", "23:59:59"},
               {" 9:05:06.25 ", "09:05:06.25"}, {"00:00", "00:00:00"}, {"", NULL}, {NULL, NULL})},
        {.command = "standardize-time",
         .parameters = {"policy", "text"},
         .changed = 1,
         CELLS({"5:30 pm", "17:30:00"}, {"24:00", "24:00"}, {"2024-01-01 10:00", "2024-01-01 10:00"}, {NULL, NULL})},
        {.command = "age-years",
         .parameters = {"on", "2024-02-28"},
         .type = "DATE",
         .result = "d:12,6",
         .changed = 7,
         CELLS({"2000-02-29", "23.997268"}, {"2000-02-28", "24.000000"}, {"2023-02-28", "1.000000"},
               {"2024-02-28", "0.000000"}, {"2024-02-29", "-0.002732"}, {"2022-08-28", "1.502732"},
               {"2025-02-28", "-1.000000"}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

static void check_note(fixture *f, const char *command, const char *value, const char *note) {
    tarn_outcome outcome = {0};
    uint64_t table = make_table(f, NULL, &value, 1);
    assert_ok(apply_to(f, table, command, NULL, &outcome, error));
    if (outcome.message == NULL || strstr(outcome.message, note) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", outcome.message, note);
    tarn_outcome_clear(&outcome);
}

/* Zones by abbreviations of one meaning, and why others are not read. */
static void test_zones(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int minutes;
    } zones[] = {
        {"Z", 0},      {"utc", 0},    {"GMT+1", 60}, {"CET", 60},     {"cest", 120},   {"MESZ", 120},
        {"EST", -300}, {"EDT", -240}, {"PST", -480}, {"PDT", -420},   {"HST", -600},   {"NDT", -150},
        {"JST", 540},  {"ACDT", 630}, {"NZDT", 780}, {"+05:30", 330}, {"-0330", -210},
    };
    static const struct {
        const char *text;
        tarn_zone_trouble trouble;
    } troubles[] = {
        {"2024-12-31 10:00 IST", TARN_ZONE_AMBIGUOUS},
        {"2024-12-31 10:00 cst", TARN_ZONE_AMBIGUOUS},
        {"2024-12-31 10:00 BST", TARN_ZONE_AMBIGUOUS},
        {"2024-12-31 10:00 Europe/Berlin", TARN_ZONE_REGION},
        {"2024-12-31 10:00 America/Argentina/Buenos_Aires", TARN_ZONE_REGION},
        {"2024-12-31 10:00 Etc/GMT+5", TARN_ZONE_REGION},
        {"31/12/2024", TARN_ZONE_NONE},
        {"soon", TARN_ZONE_NONE},
        {"", TARN_ZONE_NONE},
    };
    for (size_t i = 0; i < COUNT(zones); i++) {
        char text[64];
        int32_t offset;
        tarn_date_reading reading;
        tarn_date_options options = {.pivot = 69};
        snprintf(text, sizeof text, "2024-12-31 10:00 %s", zones[i].text);
        assert_true(tarn_date_read(text, strlen(text), &options, &reading));
        assert_true(reading.has_zone && reading.micros == INT64_C(36000000000));
        assert_int_equal(reading.offset, zones[i].minutes * 60);
        assert_true(tarn_zone_read(zones[i].text, &offset));
        assert_int_equal(offset, zones[i].minutes * 60);
    }
    for (size_t i = 0; i < COUNT(troubles); i++)
        assert_int_equal(tarn_zone_trouble_of(troubles[i].text, strlen(troubles[i].text)), troubles[i].trouble);
}

static void test_told(void **state) {
    fixture *f = *state;
    check_note(f, "standardize-date", "2024-12-31 10:00", "1 value of \"v\" had a time of day, which was dropped");
    check_note(f, "standardize-date", "Dec 2024", "names a month, quarter or week and became its first day");
    check_note(f, "standardize-datetime", "1735689599", "was read as a number of seconds");
    check_note(f, "standardize-datetime", "2024-12-31 10:00:00.1234567", "was rounded to microseconds");
    assert_refuses(f, "standardize-datetime", NULL, NULL, VALUES("2024-12-31 10:00Z", "2024-12-31 10:00"),
                   TARN_E_INVALID,
                   "1 name a time zone and 1 do not, the first of these in row id 1: say with zone=UTC");
    assert_refuses(f, "standardize-datetime", PARAMETERS("zone", "Mars"), NULL, VALUES("2024-12-31"), TARN_E_INVALID,
                   "an offset such as +02:00");
    assert_refuses(f, "standardize-datetime", PARAMETERS("zone", "CST"), NULL, VALUES("2024-12-31"), TARN_E_INVALID,
                   "which several time zones are called");
    assert_refuses(f, "standardize-datetime", NULL, NULL, VALUES("2024-12-31 10:00 IST"), TARN_E_INVALID,
                   "several time zones are called so; put an offset");
    assert_refuses(f, "standardize-datetime", NULL, NULL, VALUES("2024-12-31 10:00 Europe/Berlin"), TARN_E_INVALID,
                   "cast to type=timestamptz");
    assert_refuses(f, "standardize-datetime", NULL, NULL, VALUES("1/2/2024 10:00"), TARN_E_INVALID,
                   "can be dmy or mdy");
    assert_refuses(f, "standardize-datetime", NULL, NULL, VALUES("2024-12-31 25:00"), TARN_E_INVALID, "row id 0");
    assert_refuses(f, "standardize-date", PARAMETERS("number", "excel"), "INTEGER", VALUES("60"), TARN_E_INVALID,
                   "row id 0");
    assert_refuses(f, "standardize-time", NULL, NULL, VALUES("10:00", "10:00Z"), TARN_E_INVALID, "row id 1");
    assert_refuses(f, "standardize-time", NULL, NULL, VALUES("17"), TARN_E_INVALID, "no time of day");
    assert_refuses(f, "age-years", PARAMETERS("on", "soon"), "DATE", VALUES("2024-12-31"), TARN_E_INVALID,
                   "a date such as");
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
                                      "Feb-26",
                                      "2025-W53-1",
                                      "2026-366",
                                      "2026-Q5",
                                      "Feb 2026 10:00",
                                      "1 Foo de 2026",
                                      "123456789012",
                                      "05:30 PM",
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
                   "needs " TARN_ASKER("--on: ", "on: "));
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
        const tarn_date_options options = {.pivot = 69};
        size_t size = tarn_date_print(day, text);
        assert_true(tarn_date_read(text, size, &options, &reading));
        assert_int_equal(reading.days[TARN_DATE_DMY], day);
    }
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_forms),
        TEST(test_order_found),
        TEST(test_refusals),
        TEST(test_bad_values),
        TEST(test_shift),
        TEST(test_parts),
        cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_readings),
        cmocka_unit_test(test_damaged),
        TEST(test_datetimes),
        TEST(test_zones),
        TEST(test_told),
    };
    return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
