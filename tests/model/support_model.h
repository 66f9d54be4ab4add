/**
 * @file support_model.h
 * A workspace as plain arrays in memory, and the means to do the same to it and to a store and to compare the two.
 *
 * Nothing is shared in the model: every version has all its cells. A cell is a number, which its column's kind shows
 * as an integer, a text, a float or a boolean.
 */
#ifndef TARN_TESTS_SUPPORT_MODEL_H
#define TARN_TESTS_SUPPORT_MODEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/store.h"

#define MOST_COLUMNS 6
#define MOST_ROWS 72   /**< of a version, dead ones included */
#define MOST_CHUNK 12  /**< rows that one operation appends */
#define MOST_TABLES 16 /**< dropped ones included */

typedef struct cell {
    bool is_null;
    int64_t number;
} cell;

typedef enum kind {
    KIND_INTEGER,
    KIND_TEXT,
    KIND_FLOAT,
    KIND_BOOLEAN,
    KINDS,
} kind;

typedef struct model_column {
    char name[24];
    kind kind;
    cell cells[MOST_ROWS];
} model_column;

/** The rows are in the order of their numbers; `shown` has their places in the order in which people see them. */
typedef struct model_version {
    uint64_t parent;
    size_t columns;
    model_column column[MOST_COLUMNS];
    int rows;
    int64_t numbers[MOST_ROWS];
    bool live[MOST_ROWS];
    int shown[MOST_ROWS];
    bool ordered; /**< something other than the natural order was set */
} model_version;

typedef struct model_table {
    uint64_t id;
    char name[24];
    bool dropped, gone; /**< gone: gc removed it */
    uint64_t head, tip;
    uint64_t newest;
    uint64_t compared;        /**< the newest one that was compared */
    model_version **versions; /**< number - 1; NULL once removed */
} model_table;

typedef struct world {
    tarn_fs *fs;
    tarn_store *store;
    model_table tables[MOST_TABLES];
    size_t table_count;
    uint64_t seed, random;
    unsigned operation;
    const char *doing; /**< the operation's name */
    uint64_t names;    /**< given so far */
    tarn_error error;
} world;

/** End the test, saying seed, operation and what differs. */
void mismatch(const world *w, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

/** The call on `w->error` succeeds. */
#define must(w, call)                                                                                                  \
    do {                                                                                                               \
        (w)->error = (tarn_error){0};                                                                                  \
        tarn_status outcome_ = (call);                                                                                 \
        if (outcome_ != TARN_OK)                                                                                       \
            mismatch(w, "%s: %s: %s", #call, tarn_status_name(outcome_), (w)->error.message);                          \
    } while (0)

/** 0 … below - 1 */
int64_t any(world *w, int64_t below);
/** True once in `n` times. */
bool one_in(world *w, int64_t n);

cell any_cell(world *w);
int live_rows(const model_version *version);
model_version *model_copy(const model_version *version);
bool model_same(const model_version *a, const model_version *b);
model_version *model_head(const model_table *table);
/** Add a version as head and tip; taken over. */
void model_add_version(model_table *table, model_version *version);
void model_clear(world *w);

/** A column's type, to be released; and an array of it from cells. */
struct ArrowSchema kind_type(world *w, kind kind, const char *name);
struct ArrowArray kind_array(world *w, kind kind, const cell *cells, int count);

/** Make one random change to a draft and the same to the model of what it becomes. */
void change_draft(world *w, tarn_transaction *transaction, tarn_draft *draft, model_version *next);
/** Columns and a first chunk for an empty draft. */
void fill_draft(world *w, tarn_transaction *transaction, tarn_draft *draft, model_version *next);

/** The store's version shows exactly what the model's does, by chunks and by positions. */
void compare_version(world *w, tarn_store *store, const model_table *table, uint64_t number);
/** The store lists exactly the model's tables, with their heads. */
void compare_catalogue(world *w, tarn_store *store);
/** All of it, every version that is kept; those that were removed are refused. */
void compare_everything(world *w, tarn_store *store);

#endif
