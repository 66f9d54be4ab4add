// Commands that see by the zones of a chunk that they would change nothing in it leave what they would leave anyway.
#include "support_command.h"

#include "store/zones.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 60, ROUNDS = 40 };

static uint64_t next_random(uint64_t *random) {
    uint64_t x = *random += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    return x ^ x >> 31;
}

/* A command, and what its cells are picked from: those of one round have a few in common. */
typedef struct sparing {
    const char *command, *type;
    const char *parameters[8];
    const char *cells[16]; /* NULL-terminated; "-" is null */
} sparing;

#define TEXTS                                                                                                          \
    { "abc", "", " ", "\t", "\xC2\xA0", "-", "é", "cafÃ©", "abcdef", "zz", "~", "\xE3\x80\x80", " x" }
static const sparing list[] = {
    {"remove-accents", "VARCHAR", {NULL}, TEXTS},
    {"repair-text", "VARCHAR", {NULL}, TEXTS},
    {"replace-empty", "VARCHAR", {"value", "new"}, TEXTS},
    {"truncate", "VARCHAR", {"length", "3"}, TEXTS},
    {"truncate", "VARCHAR", {"length", "0"}, TEXTS},
    {"replace", "VARCHAR", {"find", "abc", "replace", "x"}, TEXTS},
    {"replace", "VARCHAR", {"find", "é", "replace", "x"}, TEXTS},
    {"replace", "VARCHAR", {"find", "abc", "replace", "x", "whole", "true"}, TEXTS},
    {"replace", "VARCHAR", {"find", "ABC", "replace", "x", "case", "false"}, TEXTS},
    {"replace", "VARCHAR", {"find", "a.c", "replace", "x", "regex", "true"}, TEXTS},
    {"clamp", "INTEGER", {"min", "0", "max", "10"}, {"0", "10", "5", "-1", "11", "-", "1000"}},
    {"clamp", "BIGINT", {"max", "9007199254740993"}, {"9007199254740992", "9007199254740993", "9007199254740994"}},
    {"clamp", "DOUBLE", {"min", "0", "max", "1"}, {"0", "1", "0.5", "-0.0", "nan", "inf", "-", "1.5"}},
    {"clamp", "FLOAT", {"max", "0.1"}, {"0.1", "0.09", "0.11", "0", "-"}},
    {"clamp", "DECIMAL(9,2)", {"max", "1"}, {"0.99", "1.00", "1.01", "-"}},
};

/* Cells of which only some of the choice occur. */
static uint64_t random_table(fixture *f, uint64_t *random, const sparing *what) {
    const char *values[ROWS], *some[3];
    size_t choices = 0;
    while (choices < 16 && what->cells[choices] != NULL)
        choices++;
    for (size_t i = 0; i < 3; i++)
        some[i] = what->cells[next_random(random) % choices];
    for (size_t i = 0; i < ROWS; i++) {
        const char *cell = some[next_random(random) % 3];
        values[i] = strcmp(cell, "-") == 0 ? NULL : cell;
    }
    return make_table(f, what->type, values, ROWS);
}

static void apply(fixture *f, uint64_t table, const tarn_command *command, const sparing *what, tarn_outcome *out) {
    const tarn_command_environment environment = {.store = f->store, .engine = f->engine, .pool = f->pool};
    tarn_argument arguments[8] = {{"column", "v"}};
    size_t count = 1;
    tarn_table_state state;
    for (size_t i = 0; i < 8 && what->parameters[i] != NULL; i += 2)
        arguments[count++] = (tarn_argument){what->parameters[i], what->parameters[i + 1]};
    assert_ok(tarn_store_find_id(f->store, table, &state, error));
    assert_ok(tarn_command_apply(&environment, &state, command, arguments, count, out, error));
    tarn_table_state_clear(&state);
}

static tarn_batch_id values_of(fixture *f, uint64_t table) {
    tarn_version *version;
    assert_ok(tarn_store_version(f->store, table, TARN_HEAD, &version, error));
    tarn_batch_id id = tarn_version_reference(version, 0, 0).base;
    tarn_version_release(version);
    return id;
}

static void leaving_changes_no_result(void **state) {
    fixture *f = *state;
    uint64_t random = 5;
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        const tarn_command *command;
        assert_ok(tarn_command_find(list[i].command, &command, error));
        assert_non_null(command->leaves);
        tarn_command thorough = *command;
        thorough.leaves = NULL;
        for (int round = 0; round < ROUNDS; round++) {
            tarn_outcome spared, wanted;
            uint64_t seed = random;
            uint64_t table = random_table(f, &random, &list[i]);
            apply(f, table, command, &list[i], &spared);
            random = seed;
            uint64_t other = random_table(f, &random, &list[i]);
            apply(f, other, &thorough, &list[i], &wanted);
            assert_int_equal(spared.cells, wanted.cells);
            assert_true(tarn_hash128_equal(values_of(f, table), values_of(f, other)));
            tarn_outcome_clear(&spared);
            tarn_outcome_clear(&wanted);
        }
    }
}

/* Change a byte in each 64 KiB of the values, which this process then forgets. */
static void damage_values(fixture *f) {
    char path[] = "/w/segments/00000001.seg";
    tarn_file *file;
    uint64_t size;
    tarn_store_close(f->store);
    assert_ok(tarn_fs_open(f->fs, path, TARN_OPEN_WRITE, &file, error));
    assert_ok(tarn_file_size(file, &size, error));
    for (uint64_t at = 10000; at < size; at += 65536) {
        uint8_t byte;
        size_t got;
        assert_ok(tarn_file_read(file, at, &byte, 1, &got, error));
        byte ^= 1;
        assert_ok(tarn_file_write(file, at, &byte, 1, error));
    }
    tarn_file_close(file);
    assert_ok(tarn_store_open(f->fs, "/w", NULL, &f->store, error));
}

/* Damaged values are no matter to a command that does not look at them. */
static void what_is_left_is_not_read(void **state) {
    fixture *f = *state;
    enum { MANY = 20000 };
    char **values = calloc(MANY, sizeof *values);
    for (size_t i = 0; i < MANY; i++) {
        values[i] = malloc(24);
        snprintf(values[i], 24, "plain text %zu", i);
    }
    uint64_t table = make_table(f, "VARCHAR", (const char *const *)values, MANY);
    for (size_t i = 0; i < MANY; i++)
        free(values[i]);
    free(values);
    damage_values(f);
    tarn_outcome outcome;
    assert_ok(apply_to(f, table, "remove-accents", NULL, &outcome, error));
    assert_false(outcome.changed);
    tarn_outcome_clear(&outcome);
    assert_fails(apply_to(f, table, "uppercase", NULL, &outcome, error), TARN_E_CORRUPT, "damaged");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(leaving_changes_no_result, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_left_is_not_read, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests_name("leaves", tests, NULL, NULL);
}
