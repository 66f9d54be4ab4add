/**
 * @file support_command.h
 * Commands tested by tables: a case is a command, its parameters, and cells before and after. Each case runs on a table
 * of no rows, of one row, on the cells as they are, among dead rows, over patched cells, in another order, and on
 * 300,000 rows in three chunks. It is previewed, applied, undone, redone, undone and applied again; values, counts and
 * the other column are compared each time.
 *
 *     const command_case cases[] = {
 *         {.command = "truncate", .parameters = {"length", "2"}, .changed = 1, CELLS({"abc", "ab"}, {NULL, NULL})},
 *     };
 *     run_cases(f, cases, sizeof cases / sizeof cases[0]);
 */
#ifndef TARN_TESTS_COMMAND_SUPPORT_H
#define TARN_TESTS_COMMAND_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support_status.h"

#include "command/command.h"
#include "fs/fs.h"

#include <string.h>

typedef struct fixture {
    tarn_fs *fs;
    tarn_store *store;
    tarn_engine *engine;
    tarn_pool *pool;
} fixture;

/** An empty workspace in memory. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

typedef struct command_pair {
    const char *before, *after; /**< as text; NULL: null */
} command_pair;

typedef struct command_case {
    const char *command;
    const char *parameters[16]; /**< names and values by turns; `column` is "v", the cells' column */
    const char *type;           /**< of the cells before, in SQL; NULL: VARCHAR */
    const char *result;         /**< Arrow format of the cells afterwards; NULL: as before */
    const char *dead;           /**< what dead rows hold: something that would fail; NULL: like the others */
    int64_t changed;            /**< how many of the cells change */
    const command_pair *cells;
    size_t count;
} command_case;

#define CELLS(...)                                                                                                     \
    .cells = (const command_pair[]){__VA_ARGS__},                                                                      \
    .count = sizeof((const command_pair[]){__VA_ARGS__}) / sizeof(command_pair)

void run_cases(fixture *f, const command_case *cases, size_t count);

/** A new table of two columns: `v` of an SQL type with these values (as text), and `n`, which counts from 0. Its id. */
uint64_t make_table(fixture *f, const char *type, const char *const *values, size_t count);

/** Apply a command to column `v` of such a table; what it did, or how it failed. `parameters` as in a case. */
tarn_status apply_to(fixture *f, uint64_t table, const char *command, const char *const *parameters, tarn_outcome *out,
                     tarn_error *error);

/** On a fresh table of these values (a NULL-terminated list), the command fails so, with `text` in its message. */
void assert_refuses(fixture *f, const char *command, const char *const *parameters, const char *type,
                    const char *const *values, tarn_status status, const char *text);
#define PARAMETERS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define VALUES(...) ((const char *const[]){__VA_ARGS__, NULL})

#endif
