#include "support_command.h"

#include "base/asker.h"

#include <stdlib.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void test_hiding(void **state) {
    const command_case cases[] = {
        {.command = "redact", .changed = 2, CELLS({"a", "[redacted]"}, {"", "[redacted]"}, {NULL, NULL})},
        {.command = "redact",
         .parameters = {"text", "it's"},
         .type = "INTEGER",
         .result = "u",
         .changed = 1,
         CELLS({"1", "it's"}, {NULL, NULL})},
        {.command = "mask", .changed = 2, CELLS({"abc", "***"}, {"e\u0301x", "**"}, {"", ""}, {NULL, NULL})},
        {.command = "mask",
         .parameters = {"first", "1", "last", "2", "character", "•"},
         .changed = 3,
         CELLS({"abcdef", "a•••ef"}, {"abc", "•••"}, {"a", "•"}, {"", ""}, {NULL, NULL})},
        {.command = "last4",
         .changed = 3,
         CELLS({"4111 1111 1111 1234", "****1234"}, {"12345", "****2345"}, {"1234", "****"}, {"", ""}, {NULL, NULL})},
        {.command = "zero",
         .type = "DECIMAL(9,2)",
         .changed = 1,
         CELLS({"12.50", "0.00"}, {"0.00", "0.00"}, {NULL, NULL})},
        {.command = "year-only",
         .type = "DATE",
         .result = "l",
         .changed = 1,
         CELLS({"2026-02-01", "2026"}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

/* Expected values from Python's hmac and hashlib. */
static void test_secrets(void **state) {
    const command_case cases[] = {
        {.command = "hash",
         .parameters = {"secret", "k"},
         .changed = 2,
         CELLS({"a", "78da91511e675587f5b9df78bedebaf5560da2abb88162ee875dcdf744951d9e"},
               {"é", "41b08e48379060d5566363083dabd4b2f9afd6e169af22d26522dbdc5e7a5134"}, {"", ""}, {NULL, NULL})},
        {.command = "scramble",
         .parameters = {"secret", "k"},
         .changed = 2,
         CELLS({"+49 171-555", "+60 367-009"}, {"no", "no"},
               {"0000000000000000000000000000000000000000000000000000000000000000000000",
                "0856308540951326128241973027993045090787546663513595315699998425157611"},
               {"", ""}, {NULL, NULL})},
        {.command = "fake-name",
         .parameters = {"secret", "k"},
         .changed = 2,
         CELLS({"Ann", "Wanda Vargas"}, {"Bob Lee", "Dario Aydin"}, {"", ""}, {NULL, NULL})},
        {.command = "jitter-date",
         .parameters = {"days", "10", "seed", "k"},
         .type = "DATE",
         .changed = 2,
         CELLS({"2026-02-01", "2026-01-24"}, {"1970-01-01", "1970-01-07"}, {NULL, NULL})},
        {.command = "jitter-date",
         .parameters = {"days", "10", "seed", "k"},
         .type = "TIMESTAMP",
         .changed = 1,
         CELLS({"2026-02-01 10:00:00", "2026-01-28 10:00:00"}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

static void test_name_parts(void **state) {
    const command_case cases[] = {
        {.command = "fake-name",
         .parameters = {"secret", "k", "part", "first"},
         .changed = 1,
         CELLS({"Ann", "Wanda"}, {"", ""}, {NULL, NULL})},
        {.command = "fake-name",
         .parameters = {"secret", "k", "part", "last"},
         .changed = 1,
         CELLS({"Bob Lee", "Aydin"}, {"", ""}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

static void test_refusals(void **state) {
    fixture *f = *state;
    static const char *const by_secret[] = {"hash", "scramble", "fake-name"};
    for (size_t i = 0; i < COUNT(by_secret); i++) {
        assert_refuses(f, by_secret[i], NULL, NULL, VALUES("a"), TARN_E_INVALID,
                       "needs " TARN_ASKER("--secret: ", "secret: "));
        assert_refuses(f, by_secret[i], PARAMETERS("secret", ""), NULL, VALUES("a"), TARN_E_INVALID, "secret is empty");
    }
    assert_refuses(f, "jitter-date", PARAMETERS("days", "1", "seed", ""), "DATE", VALUES("2026-01-01"), TARN_E_INVALID,
                   "seed is empty");
    assert_refuses(f, "mask", PARAMETERS("character", ""), NULL, VALUES("a"), TARN_E_INVALID, "character is empty");
    assert_refuses(f, "zero", NULL, NULL, VALUES("a"), TARN_E_INVALID, "of type number");
    assert_refuses(f, "year-only", NULL, NULL, VALUES("a"), TARN_E_INVALID, "of type date");
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {TEST(test_hiding), TEST(test_secrets), TEST(test_name_parts),
                                       TEST(test_refusals)};
    return cmocka_run_group_tests_name("privacy", tests, NULL, NULL);
}
