/**
 * @file support_tables.h
 * Random tables, in a store and as tables of DuckDB's own with the same rows in the same order.
 */
#ifndef TARN_TESTS_SUPPORT_TABLES_H
#define TARN_TESTS_SUPPORT_TABLES_H

#include "support_engine.h"

#include "base/buffer.h"

#define MOST_RANDOM_COLUMNS 10
#define MOST_CONSTANTS 8

/** What may be done with the values of a type. */
enum {
    CAN_SUM = 1,     /**< sum() is exact, whatever its order */
    CAN_GROUP = 2,   /**< equal values look the same */
    CAN_COMPARE = 4, /**< with constants */
    IS_TEXT = 8,
    IS_FLOAT = 16, /**< 0.0 and -0.0 are equal and look different */
    IS_LIST = 32,
};

typedef struct random_column {
    char name[24];
    const char *type; /**< in SQL */
    unsigned traits;
    char *constants[MOST_CONSTANTS]; /**< literals of its type, some of which are values; heap */
    size_t constant_count;
} random_column;

/** A column "n" counts the rows from 0 in the order in which they were made; it is not among the columns. */
typedef struct random_table {
    char name[24];
    uint64_t id;
    int64_t rows; /**< live ones */
    random_column columns[MOST_RANDOM_COLUMNS];
    size_t column_count;
} random_table;

/** Text of a statement, piece by piece; `said` ends it and gives it, which is freed with the buffer. */
void say(tarn_buffer *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *said(tarn_buffer *out);

typedef struct random_source {
    uint64_t state;
} random_source;
uint64_t random_below(random_source *random, uint64_t limit);

/** Rows of a statement that may do anything, as rows_of. NULL when it fails, with the reason in `failure`. */
char *work_answer(fixture *f, const char *sql, tarn_error *failure);
void work_run(fixture *f, const char *sql);

/** Make the table in the work instance and in the store, then change both in the same way. */
void random_table_make(fixture *f, random_source *random, const char *name, random_table *out);
void random_table_clear(random_table *table);

#endif
