/**
 * @file patch.h
 * A comparison that was written to a file, applied to a table: what the command `patch` does.
 *
 * It goes in four steps: the file is read and checked (patch_file.c), its rows are looked for in the table
 * (patch_rows.c), it is decided what to do about each, and that is done to a draft (patch_columns.c, patch_apply.c) or
 * shown (patch_preview.c).
 */
#ifndef TARN_COMMAND_PATCH_H
#define TARN_COMMAND_PATCH_H

#include "command/command.h"
#include "diff/cells.h"
#include "tarn/diff.h"

#define TARN_PATCH_NONE SIZE_MAX

/** A column of the comparison. Arrays and types are those of the patch's rows, with as many elements as it has rows. */
typedef struct tarn_patch_column {
    char *before, *after; /**< heap; names; NULL: it was added, removed */
    bool key, left_out;
    size_t of_before, of_after; /**< children of the rows, TARN_PATCH_NONE where there is none */
    uint8_t *cells;             /**< bit per row: it was modified in this column */
    size_t column;              /**< of the table; TARN_PATCH_NONE: it has none (an added column) */
    bool retypes;               /**< it has another type afterwards than the table's column now */
} tarn_patch_column;

/** What is the matter with a row. */
typedef enum tarn_patch_conflict {
    TARN_PATCH_FITS,
    TARN_PATCH_UNMATCHED, /**< the comparison had not matched it: its key was null or not unique */
    TARN_PATCH_NO_KEY,    /**< its key has a null */
    TARN_PATCH_REPEATED,  /**< several rows of the table have its key */
    TARN_PATCH_MISSING,   /**< the table has no such row */
    TARN_PATCH_DIFFERS,   /**< the table has another value than the one it had before */
    TARN_PATCH_THERE,     /**< a row to be added is there already */
} tarn_patch_conflict;

/** What is done about a row. */
typedef enum tarn_patch_action {
    TARN_PATCH_LEAVE,
    TARN_PATCH_SET,     /**< the modified cells, and the added columns' */
    TARN_PATCH_SET_ALL, /**< all cells */
    TARN_PATCH_REMOVE,
    TARN_PATCH_ADD,
} tarn_patch_action;

typedef struct tarn_patch_row {
    tarn_diff_kind kind;
    tarn_patch_conflict conflict;
    tarn_patch_action action;
    size_t column; /**< of the patch, the first that differs; TARN_PATCH_DIFFERS */
    int64_t row;   /**< row number in the table; -1: none */
    int64_t place; /**< among all rows afterwards; -1: none */
} tarn_patch_row;

typedef struct tarn_patch {
    char *path;
    bool by_key, complete;
    tarn_diff_rules rules;
    struct ArrowSchema schema; /**< of the rows, types as the store keeps them */
    struct ArrowArray rows;    /**< a struct: change, row_before, row_after, columns, values …, place */
    tarn_patch_column *columns;
    size_t column_count;
    tarn_patch_row *list; /**< per row */
    int64_t count;
    int64_t conflicts;
    int64_t sets, adds, removes; /**< rows with these actions */
} tarn_patch;

void tarn_patch_free(tarn_patch *patch); /**< NULL is allowed */

/** Read a file. Whatever it holds, it is checked: TARN_E_FORMAT, or TARN_E_INVALID when it is no comparison or lacks
 *  what it takes to apply it. */
tarn_status tarn_patch_read(tarn_run *run, const char *path, tarn_patch **out, tarn_error *error);

/** Find the patch's columns in the table. TARN_E_INVALID: they do not fit. */
tarn_status tarn_patch_find_columns(const tarn_run *run, tarn_patch *patch, tarn_error *error);
/** Find its rows, and what is the matter with them. */
tarn_status tarn_patch_find_rows(const tarn_run *run, tarn_patch *patch, tarn_error *error);
/** Decide by the policy ("fail", "skip", "theirs") what to do about each row. */
void tarn_patch_decide(tarn_patch *patch, const char *policy);
/** TARN_E_CONFLICT: names the first conflicts. */
tarn_status tarn_patch_refuse(const tarn_run *run, const tarn_patch *patch, tarn_error *error);

/** What to call a row in messages: its key, or its number. Appends. */
tarn_status tarn_patch_name_row(const tarn_patch *patch, int64_t i, tarn_buffer *out, tarn_error *error);
/** What is the matter with it. Appends. */
tarn_status tarn_patch_name_conflict(const tarn_run *run, const tarn_patch *patch, int64_t i, tarn_buffer *out,
                                     tarn_error *error);

/** Child arrays of the rows. */
static inline const struct ArrowSchema *tarn_patch_type(const tarn_patch *patch, size_t child) {
    return patch->schema.children[child];
}
static inline struct ArrowArray *tarn_patch_values(const tarn_patch *patch, size_t child) {
    return patch->rows.children[child];
}

/** The columns as they will be: drop, rename, retype, add, put in order. `places`: per column of the patch its place in
 *  the draft, TARN_PATCH_NONE where there is none. */
tarn_status tarn_patch_apply_columns(tarn_run *run, const tarn_patch *patch, size_t *places, tarn_error *error);
/** All of it; run->rows, run->cells and run->note are filled in. */
tarn_status tarn_patch_apply(tarn_run *run, const tarn_patch *patch, tarn_error *error);
/** Its first rows, or the conflicts. */
tarn_status tarn_patch_preview(tarn_run *run, const tarn_patch *patch, tarn_preview_request *request,
                               tarn_error *error);
/** "set 5 cells in 4 rows, added 3 rows, removed 2 rows; left out 1 conflict". Heap; NULL: out of memory. */
char *tarn_patch_say(const tarn_patch *patch, int64_t cells, bool would);

#endif
