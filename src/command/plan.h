/**
 * @file plan.h
 * What a command that changes rows or columns as a whole is going to do, worked out without touching anything: it can
 * then be carried out on a draft, or be shown.
 *
 * A command fills in a plan by the functions below and leaves the rest to the executor. A plan is one of
 *
 * - columns: which columns there will be, in which order, kept, copied or computed;
 * - rows to keep: live bits per chunk, and perhaps values for cells of these;
 * - order: all live rows in their new order;
 * - cells: values laid over single cells;
 * - added rows;
 * - new rows: a stream that replaces everything and begins a new row space;
 * - a patch: several of these at once, see patch.h.
 */
#ifndef TARN_COMMAND_PLAN_H
#define TARN_COMMAND_PLAN_H

#include "command/command.h"

typedef enum tarn_plan_kind {
    TARN_PLAN_NOTHING,
    TARN_PLAN_COLUMNS,
    TARN_PLAN_KEEP,
    TARN_PLAN_ORDER,
    TARN_PLAN_CELLS,
    TARN_PLAN_ADD,
    TARN_PLAN_REPLACE,
    TARN_PLAN_PATCH,
} tarn_plan_kind;

/** A column of the table as it will be. */
typedef struct tarn_planned_column {
    char *name;       /**< heap */
    size_t source;    /**< column of the base; SIZE_MAX: computed */
    char *expression; /**< heap; SQL of a computed column; NULL otherwise */
} tarn_planned_column;

/** Values for cells of one column. */
typedef struct tarn_planned_cells {
    size_t column;
    int64_t *rows; /**< heap; row numbers */
    int64_t count;
    struct ArrowArray values; /**< of the column's type */
} tarn_planned_cells;

typedef struct tarn_plan {
    tarn_plan_kind kind;
    tarn_planned_column *columns;
    size_t column_count, column_capacity;
    uint8_t **live; /**< KEEP: per chunk, heap; NULL: as it is */
    size_t chunk_count;
    int64_t *order; /**< ORDER: heap; row numbers of all live rows */
    tarn_planned_cells *cells;
    size_t cells_count, cells_capacity;
    struct ArrowArray added;        /**< ADD: a struct with a child per column of the base */
    int64_t position;               /**< ADD: how many rows come before them */
    struct ArrowArrayStream stream; /**< REPLACE */
    struct tarn_patch *patch;       /**< PATCH; owned */
} tarn_plan;

void tarn_plan_clear(tarn_plan *plan);

/** Carry the plan out on run->draft and count into run->rows and run->cells. */
tarn_status tarn_plan_apply(tarn_run *run, tarn_plan *plan, tarn_error *error);

/** What a plan would do: a sentence, and the first `limit` rows that it is about (those that go, those that come, or
 *  the table as it would be). Cells are told to `visit` instead. */
tarn_status tarn_plan_preview(tarn_run *run, tarn_plan *plan, tarn_preview_request *request, tarn_error *error);

/** What it did, or with `would` would do, and run->note, in fresh memory; NULL when out of memory. */
char *tarn_plan_say(const tarn_run *run, tarn_plan_kind kind, bool would);

/** `text` (heap, taken over) and run->note behind it. */
char *tarn_say_note(const tarn_run *run, char *text);

/* ---- columns ---- */

/** Begin with all columns of the base, or with none. */
tarn_status tarn_plan_columns(const tarn_run *run, tarn_plan *plan, bool all, tarn_error *error);
/** Put a column before `position` (SIZE_MAX: last). `expression` NULL: that of the base at `source`. Copies. */
tarn_status tarn_plan_put_column(tarn_plan *plan, size_t position, const char *name, size_t source,
                                 const char *expression, tarn_error *error);
void tarn_plan_remove_column(tarn_plan *plan, size_t position);
/** Where the base's column is in the plan. */
size_t tarn_plan_place_of(const tarn_plan *plan, size_t source);
/** TARN_E_EXISTS when a column of the plan has the name already. */
tarn_status tarn_plan_check_name(const tarn_plan *plan, const char *name, tarn_error *error);
/** `wanted`, or `wanted 2`, `wanted 3` …: the first that no column of the plan has. Heap; NULL: out of memory. */
char *tarn_plan_free_name(const tarn_plan *plan, const char *wanted);

/* ---- rows ---- */

/** Begin with all rows that are live. */
tarn_status tarn_plan_keep(const tarn_run *run, tarn_plan *plan, tarn_error *error);
/** Row numbers of all live rows as people see them, heap; tarn_version_rows of them. `task` may be NULL. */
tarn_status tarn_rows_shown(const tarn_version *version, tarn_task *task, int64_t **out, tarn_error *error);
/** Count in run->rows those that the plan's order moves. */
tarn_status tarn_plan_count_moved(tarn_run *run, const tarn_plan *plan, tarn_error *error);
/** For loops over all rows: now and then whether the run is still wanted. */
tarn_status tarn_run_check(const tarn_run *run, int64_t row, tarn_error *error);

/* ---- cells ---- */

/** Values for cells of a column. Takes `rows` and `values` over whatever the outcome. */
tarn_status tarn_plan_cells(tarn_plan *plan, size_t column, int64_t *rows, int64_t count, struct ArrowArray *values,
                            tarn_error *error);

/* ---- new rows ---- */

/** The rows of a query in which the table's head is `tarn_table`, whatever the table is called. `more` (may be NULL):
 *  other names. */
tarn_status tarn_plan_query(tarn_run *run, tarn_plan *plan, const char *sql, const tarn_query_table *more,
                            size_t more_count, tarn_error *error);

#endif
