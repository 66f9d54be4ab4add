/**
 * @file support_diff.h
 * Random tables in a workspace in memory, random changes to them, and what differs found the slow way.
 */
#ifndef TARN_TESTS_SUPPORT_DIFF_H
#define TARN_TESTS_SUPPORT_DIFF_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support_status.h"

#include "diff/diff.h"
#include "fs/memory.h"
#include "store/store.h"

/** How many random cases are tried: a sanitizer makes each ten times as slow. */
#ifdef TARN_SANITIZED
#define TURNS(full) ((full) / 4)
#else
#define TURNS(full) (full)
#endif

typedef struct fixture {
    tarn_fs *fs;
    tarn_store *store;
    tarn_pool *pool;
    uint64_t seed; /* of random_below, printed by setup */
} fixture;

int setup(void **state);
int teardown(void **state);

int64_t random_below(fixture *f, int64_t limit);

/** A type by one word: an Arrow format (l i u g f b d:10,2 tdD …), or L (a list of l), S (a struct of l and u), e
 * (texts in a dictionary). */
struct ArrowSchema make_type(const char *word, const char *name);

/** A column of `count` random values from a small range, with nulls. */
struct ArrowArray random_values(fixture *f, const char *word, int64_t count);
struct ArrowArray random_of_type(fixture *f, const struct ArrowSchema *type, int64_t count);

/** A table with the columns whose types `words` names (c0, c1 …; separated by spaces) and random rows in random chunks.
 */
uint64_t random_table(fixture *f, const char *name, const char *words, int64_t rows);

tarn_version *head_of(fixture *f, uint64_t table);

/** One commit of a few random changes: patches, deletions, revivals, rows appended and inserted, orders, columns added,
 *  dropped, renamed, retyped, replaced. */
void change_at_random(fixture *f, uint64_t table);

/** A commit that deletes some rows. */
void delete_at_random(fixture *f, uint64_t table);

/** A cell as text; "∅" for null. Heap. */
char *cell_text(const tarn_version *version, size_t column, int64_t row);
bool row_is_live(const tarn_version *version, int64_t row);
/** The row number behind the last. */
int64_t row_end(const tarn_version *version);

/** One change, found the slow way. */
typedef struct expected {
    tarn_diff_kind kind;
    int64_t before, after;
    bool *differs; /* per column of the info, in a modified row */
} expected;

/** The diff has exactly these changes in this order; pages of random sizes are read. Frees the list. */
void check_changes(fixture *f, const tarn_diff *diff, const tarn_version *before, const tarn_version *after,
                   expected *list, int64_t count);

#endif
