/**
 * @file join.h
 * Which rows of two tables go together.
 */
#ifndef TARN_COMMAND_JOIN_H
#define TARN_COMMAND_JOIN_H

#include "command/plan.h"

/* Two rows that go together, -1 for none, and where they stand. */
typedef struct tarn_row_pair {
    int64_t left, right, left_position, right_position;
} tarn_row_pair;

/* A column of the result. */
typedef struct tarn_joined_column {
    bool from_right;
    size_t column;
    size_t also; /* of the other table: a key's values where this one has no row; SIZE_MAX: none */
} tarn_joined_column;

typedef struct tarn_joining {
    tarn_version *left, *right; /* retained */
    size_t *left_keys, *right_keys, key_count, key_capacity;
    size_t right_key_capacity;
    tarn_row_pair *pairs;
    size_t pair_count, pair_capacity;
    tarn_joined_column *columns;
    size_t column_count;
    size_t given; /* pairs that the stream has given */
    tarn_plan names;
} tarn_joining;

/** A column that is equal in both tables: "id", or "customer=id". */
tarn_status tarn_joining_add_key(tarn_joining *j, const char *text, tarn_error *error);

/** Fill in the pairs, in the order in which the tables show their rows; rows without a partner of the left table stand
 *  where they stand there, those of the right one come last. */
tarn_status tarn_joining_find_pairs(tarn_joining *j, tarn_run *run, tarn_error *error);

#endif
