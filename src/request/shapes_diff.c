// What comparisons answer.
#include "request/declare.h"

static const tarn_field side[] = {
    TARN_MEMBER(TEXT, "table", "the table, or a file's path"),
    TARN_MEMBER(INTEGER, "version", "its version; null: it is a file", .may_be_null = true),
    TARN_MEMBER(INTEGER, "rows", "that it has"),
    TARN_SOMETIMES(INTEGER, "null_keys", "by key: rows whose key has a null"),
    TARN_SOMETIMES(INTEGER, "duplicate_keys", "by key: rows whose key several rows of that side have"),
};
static const tarn_shape side_shape = {.name = "DiffSide", TARN_FIELDS(side)};

static const char *const fates[] = {"added", "removed", "renamed", "retyped", NULL};
static const tarn_field column[] = {
    TARN_MEMBER(TEXT, "name", "what it is called after, else before"),
    TARN_MEMBER(TEXT, "change", "what became of it; null: nothing", .may_be_null = true, .choices = fates),
    TARN_MEMBER(TEXT, "before", "what it is called before", .may_be_null = true),
    TARN_MEMBER(TEXT, "after", "what it is called after", .may_be_null = true),
    TARN_MEMBER(TEXT, "type_before", "its type before", .may_be_null = true),
    TARN_MEMBER(TEXT, "type_after", "its type after", .may_be_null = true),
    TARN_MEMBER(FLAG, "key", "whether it tells rows apart"),
    TARN_MEMBER(FLAG, "mapped", "whether both are compared on request"),
    TARN_MEMBER(FLAG, "compared_as_text", "text here and a number there, or the like"),
    TARN_MEMBER(FLAG, "left_out", "whether it is not compared"),
    TARN_MEMBER(INTEGER, "modified", "rows in which it differs"),
};
static const tarn_shape column_shape = {.name = "DiffColumn", TARN_FIELDS(column)};

static const tarn_field counts[] = {
    TARN_MEMBER(INTEGER, "added", "rows that are only after"),
    TARN_MEMBER(INTEGER, "removed", "rows that are only before"),
    TARN_MEMBER(INTEGER, "modified", "rows that differ"),
};
static const tarn_shape counts_shape = {.name = "DiffCounts", TARN_FIELDS(counts)};

#define INFO                                                                                                           \
    TARN_MEMBER(FLAG, "differs", "whether anything does: a row, a column, the order"),                                 \
        TARN_MEMBER(OBJECT, "before", "one side", .shape = &side_shape),                                               \
        TARN_MEMBER(OBJECT, "after", "the other", .shape = &side_shape),                                               \
        TARN_MEMBER(TEXT, "keys", "columns that tell rows apart; null: compared by row number", .is_list = true,       \
                    .may_be_null = true),                                                                              \
        TARN_MEMBER(FLAG, "key_chosen", "whether they were not asked for"),                                            \
        TARN_MEMBER(OBJECT, "rows", "how many differ", .shape = &counts_shape),                                        \
        TARN_MEMBER(INTEGER, "unmatched", "rows whose key has a null, or is there several times"),                     \
        TARN_MEMBER(INTEGER, "moved", "rows that are elsewhere in the order"),                                         \
        TARN_MEMBER(INTEGER, "cells", "that differ in modified rows"),                                                 \
        TARN_MEMBER(FLAG, "order_differs", "whether the order of rows does"),                                          \
        TARN_MEMBER(INTEGER, "result_bytes", "of memory that the comparison takes", .unit = "bytes"),                  \
        TARN_MEMBER(OBJECT, "columns", "those after in their order, then those that were removed", .is_list = true,    \
                    .shape = &column_shape)

static const tarn_field opened_diff[] = {
    TARN_MEMBER(INTEGER, "diff", "the comparison's number"),
    INFO,
};
const tarn_shape tarn_shape_opened_diff = {
    .name = "DiffInfo", .meaning = "What differs, counted.", TARN_FIELDS(opened_diff)};

static const char *const kinds[] = {"added", "removed", "modified", NULL};
static const tarn_field blind_row[] = {
    TARN_MEMBER(TEXT, "change", "what became of it", .choices = kinds),
    TARN_MEMBER(INTEGER, "row_before", "its number where that side is a table", .may_be_null = true),
    TARN_MEMBER(INTEGER, "row_after", "its number where that side is a table", .may_be_null = true),
    TARN_MEMBER(TEXT, "columns", "in which it differs", .is_list = true),
};
static const tarn_shape blind_row_shape = {.name = "BlindChange", TARN_FIELDS(blind_row)};
static const tarn_field blind[] = {
    INFO,
    TARN_MEMBER(OBJECT, "changes", "the first of them, in no order that means anything", .is_list = true,
                .shape = &blind_row_shape),
};
const tarn_shape tarn_shape_blind = {
    .name = "BlindDiff", .meaning = "What differs, without a value.", TARN_FIELDS(blind)};
