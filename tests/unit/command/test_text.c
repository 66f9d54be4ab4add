#include "support_command.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void test_expressions(void **state) {
    const command_case cases[] = {
        {.command = "remove-accents",
         .changed = 2,
         CELLS({"Crème Brûlée", "Creme Brulee"}, {"Ångström", "Angstrom"}, {"plain", "plain"}, {"", ""}, {NULL, NULL})},
        {.command = "truncate",
         .parameters = {"length", "2"},
         .changed = 2,
         CELLS({"abc", "ab"}, {"e\u0301e\u0301e\u0301", "e\u0301e\u0301"}, {"ab", "ab"}, {"", ""}, {NULL, NULL})},
    };
    run_cases(*state, cases, COUNT(cases));
}

static void test_refusals(void **state) {
    fixture *f = *state;
    assert_refuses(f, "truncate", PARAMETERS("length", "-1"), NULL, VALUES("a"), TARN_E_INVALID, "from 0 to");
    assert_refuses(f, "truncate", PARAMETERS("length", " 1"), NULL, VALUES("a"), TARN_E_INVALID, "whole number");
    assert_refuses(f, "truncate", PARAMETERS("length", "1"), "DATE", VALUES("2026-01-02"), TARN_E_INVALID,
                   "column \"v\" has type date32");
    assert_refuses(f, "truncate", PARAMETERS("length", "1"), "JSON", VALUES("{}"), TARN_E_INVALID, "of type text");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_expressions, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_refusals, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
