/**
 * @file support.h
 * What the store's tests share: a workspace in memory, columns made of C values, and tables compared with them.
 */
#ifndef TARN_TESTS_STORE_SUPPORT_H
#define TARN_TESTS_STORE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support_status.h"

#include "fs/memory.h"
#include "store/internal.h"
#include "store/store.h"

#define WORKSPACE "/w"

/** A memory disk with an open workspace. */
typedef struct fixture {
    tarn_fs *fs;
    tarn_store *store;
} fixture;

int fixture_setup(void **state);
int fixture_teardown(void **state);
/** Close and open again, as a writer, with options (NULL: defaults). */
void fixture_reopen(fixture *f, const tarn_store_options *options);

extern const tarn_event an_event;

/** A column's schema. */
struct ArrowSchema column_type(const char *format, const char *name);
/** A column of int64 first, first + step, … */
struct ArrowArray numbers(int64_t first, int64_t step, int64_t count);
/** A column of text; NULL entries are null. */
struct ArrowArray texts(const char *const *values, int64_t count);

/** One commit that makes a table with columns "n" (int64: 0, 1, …) and "t" (utf8: "row 0", …) in chunks of `each` rows.
 */
uint64_t make_table(tarn_store *store, const char *name, int64_t rows, int64_t each);
tarn_version *head_of(tarn_store *store, uint64_t table);

/** Commit a draft of the table's head on which `change` was called. */
typedef void (*draft_change)(tarn_draft *draft, void *context);
bool commit_change(tarn_store *store, uint64_t table, draft_change change, void *context);

/** Set one int64 cell of column 0 in a commit of its own. */
void edit_number(tarn_store *store, uint64_t table, int64_t row, int64_t value);

/** int64 at a position of a column; INT64_MIN for null. */
int64_t number_at(const tarn_version *version, size_t column, int64_t position);
/** All of column `column` as people see it, as int64; the caller frees it. */
int64_t *all_numbers(const tarn_version *version, size_t column);
/** The column shows exactly these. */
void assert_numbers(const tarn_version *version, size_t column, const int64_t *expected, int64_t count);
/** Text at a position; the caller frees it. */
char *text_at(const tarn_version *version, size_t column, int64_t position);

/** Change one byte of a file. */
void flip_byte(tarn_fs *fs, const char *path, uint64_t offset);
/** A whole file. */
tarn_buffer read_all(tarn_fs *fs, const char *path);
void write_all(tarn_fs *fs, const char *path, const void *data, size_t size);

#endif
