/**
 * @file declare.h
 * How operations are declared: a file for each family has the declarations and what carries them out. For src/request
 * only.
 */
#ifndef TARN_REQUEST_DECLARE_H
#define TARN_REQUEST_DECLARE_H

#include "request/call.h"

#define TARN_COUNT(list) (sizeof(list) / sizeof *(list))

/** A parameter: kind, name, its meaning, and whatever else is to be said of it (".is_needed = true"). */
#define TARN_PARAMETER(kind_, name_, ...)                                                                              \
    { .kind = TARN_FIELD_##kind_, .name = (name_), .meaning = __VA_ARGS__ }
/** A member that an answer always has, and one that it has sometimes. */
#define TARN_MEMBER(kind_, name_, ...)                                                                                 \
    { .kind = TARN_FIELD_##kind_, .is_needed = true, .name = (name_), .meaning = __VA_ARGS__ }
#define TARN_SOMETIMES(kind_, name_, ...)                                                                              \
    { .kind = TARN_FIELD_##kind_, .name = (name_), .meaning = __VA_ARGS__ }

/** What bounds a number from below, or from both sides. */
#define TARN_AT_LEAST(least_) .has_range = true, .least = (least_), .most = 9007199254740991.0
#define TARN_BETWEEN(least_, most_) .has_range = true, .least = (least_), .most = (most_)

#define TARN_TAKES(list) .parameters = (list), .parameter_count = TARN_COUNT(list)
#define TARN_FIELDS(list) .fields = (list), .field_count = TARN_COUNT(list)

/* Parameters that many operations have. */
#define TARN_TAKES_TABLE TARN_PARAMETER(TABLE, "table", "the table", .is_needed = true)
#define TARN_TAKES_VERSION                                                                                             \
    TARN_PARAMETER(VERSION, "table", "a table, or a version of it: orders, orders@3, orders~1", .is_needed = true)
#define TARN_TAKES_IF_VERSION                                                                                          \
    TARN_PARAMETER(INTEGER, "if_version",                                                                              \
                   "the version that the change is meant for: TARN_E_CONFLICT when the table has another one by now",  \
                   TARN_AT_LEAST(1))
#define TARN_TAKES_OFFSET                                                                                              \
    TARN_PARAMETER(INTEGER, "offset", "how many to pass over", .unit = "rows", .otherwise = "0", TARN_AT_LEAST(0))
#define TARN_TAKES_COUNT                                                                                               \
    TARN_PARAMETER(INTEGER, "count", "how many at most", .unit = "rows", .otherwise = "100", TARN_AT_LEAST(0))
#define TARN_TAKES_COLUMNS                                                                                             \
    TARN_PARAMETER(TEXT, "columns", "which columns; all unless given", .is_list = true, .may_be_one = true)
#define TARN_TAKES_IDS                                                                                                 \
    TARN_PARAMETER(FLAG, "ids", "a first column _tarn_id with the rows' ids, which the command edit takes",            \
                   .otherwise = "false")
#define TARN_TAKES_FORMAT                                                                                              \
    TARN_PARAMETER(TEXT, "format", "what the bytes are to be", .otherwise = "\"arrow-stream\"",                        \
                   .choices = tarn_row_formats)

/** What rows can be had as. */
extern const char *const tarn_row_formats[];
/** What files can be written as, and what to do about a table that is there. */
extern const char *const tarn_file_formats[];
extern const char *const tarn_if_exists_choices[];

/** What is told of a change to a table: members of each answer that makes one. */
#define TARN_CHANGE_MEMBERS                                                                                            \
    TARN_MEMBER(TABLE, "table", "the table"),                                                                          \
        TARN_MEMBER(INTEGER, "before", "its version before; null: there was none", .may_be_null = true),               \
        TARN_MEMBER(INTEGER, "version", "its version now"),                                                            \
        TARN_MEMBER(FLAG, "changed", "false: nothing differed, and no version was made"),                              \
        TARN_MEMBER(INTEGER, "rows_changed", "null: not known", .may_be_null = true),                                  \
        TARN_MEMBER(INTEGER, "cells_changed", "null: not known", .may_be_null = true),                                 \
        TARN_MEMBER(INTEGER, "rows", "of the table now; null: not known", .may_be_null = true),                        \
        TARN_MEMBER(INTEGER, "duration_us", "how long it took", .unit = "microseconds", .may_be_null = true),          \
        TARN_MEMBER(TEXT, "message", "for people: \"removed 1,204 rows\"", .may_be_null = true)

/* ---- shapes of answers that are used more than once; the others stand beside their operation ---- */

#define TARN_SHAPES(X)                                                                                                 \
    X(change)                                                                                                          \
    X(step_change)                                                                                                     \
    X(table)                                                                                                           \
    X(column) X(log_entry) X(rows) X(text_pair) X(tip) X(changed_cell) X(export) X(opened_diff) X(blind) X(condition)

#define TARN_SHAPE_DECLARE(name) extern const tarn_shape tarn_shape_##name;
TARN_SHAPES(TARN_SHAPE_DECLARE)
#undef TARN_SHAPE_DECLARE

#endif
