/**
 * @file command.h
 * "If it changes data, it is a command": one registry of descriptors and one executor.
 *
 * A command is a descriptor (below) in its family's file, listed in registry.c. Help on the command line,
 * `tarn commands --json` and docs/commands.md are generated from the descriptors.
 *
 * There are two ways to work. A *cell command* says how the new values of one column come from the old ones; the
 * executor runs it over chunks in parallel, compares, counts, and can preview it in time proportional to what is shown.
 * A *table command* changes a draft as it likes.
 */
#ifndef TARN_COMMAND_COMMAND_H
#define TARN_COMMAND_COMMAND_H

#include "engine/engine.h"
#include "jobs/jobs.h"
#include "store/store.h"

typedef enum tarn_parameter_type {
    TARN_PARAMETER_TEXT,
    TARN_PARAMETER_SQL,   /**< an expression over the row */
    TARN_PARAMETER_VALUE, /**< text that is read as a value of the column's type; absent means null */
    TARN_PARAMETER_INTEGER,
    TARN_PARAMETER_NUMBER,
    TARN_PARAMETER_BOOLEAN, /**< true or false */
    TARN_PARAMETER_CHOICE,  /**< one of `choices` */
    TARN_PARAMETER_COLUMN,  /**< the name of a column of the table */
    TARN_PARAMETER_NAME,    /**< a name that is to be given to a column */
    TARN_PARAMETER_ROW,     /**< a row id */
} tarn_parameter_type;

typedef struct tarn_parameter_spec {
    const char *name;
    tarn_parameter_type type;
    bool required;
    bool repeated;              /**< may be given several times */
    bool secret;                /**< replaced in the journal and in recipes */
    const char *default_value;  /**< NULL: none */
    const char *const *choices; /**< NULL-terminated; for TARN_PARAMETER_CHOICE */
    const char *description;
} tarn_parameter_spec;

/** A parameter as given by the caller: text in, checked against the spec before a command sees it. */
typedef struct tarn_argument {
    const char *name, *value;
} tarn_argument;

/** Everything a command works with. Owned by the executor. */
typedef struct tarn_run {
    const struct tarn_command *command;
    const tarn_argument *arguments; /**< canonical: checked, defaults filled in, in the specs' order */
    size_t argument_count;
    tarn_store *store;
    tarn_engine *engine;
    tarn_pool *pool;
    tarn_task *task; /**< may be NULL */
    tarn_version *base;
    tarn_transaction *transaction; /**< NULL in a preview */
    tarn_draft *draft;             /**< NULL in a preview */
    int64_t rows, cells;           /**< out: changed */
    char *before;                  /**< out, heap: the old value of a single edit as JSON, for the journal; else NULL */
} tarn_run;

/** New values for one column, made chunk by chunk: what a cell command opens. */
typedef struct tarn_cells {
    size_t column;           /**< index in the base version */
    struct ArrowSchema type; /**< of the new values; released by the executor */
    void *state;             /**< the command's own */
    /** The values of one chunk, one per row of it; dead rows may have any value. Thread-safe. */
    tarn_status (*chunk)(struct tarn_cells *cells, size_t chunk, struct ArrowArray *out, tarn_error *error);
    void (*close)(struct tarn_cells *cells); /**< frees `state`; may be NULL */
} tarn_cells;

typedef struct tarn_command {
    const char *name, *title, *description, *family;
    const tarn_parameter_spec *parameters;
    size_t parameter_count;
    /** Exactly one of these two. */
    tarn_status (*open_cells)(tarn_run *run, tarn_cells *out, tarn_error *error);
    tarn_status (*change_table)(tarn_run *run, tarn_error *error);
    bool columns_from_values; /**< which columns it leaves depends on the table's values, as of a pivot */
    /** What it did, for people, in fresh memory: "removed 1,204 rows". NULL: "changed N cells in M rows". */
    char *(*say)(const tarn_run *run);
} tarn_command;

/** Call `visit` for all commands, family by family, until it returns false. */
void tarn_command_each(bool (*visit)(void *context, const tarn_command *command), void *context);

/** TARN_E_NOT_FOUND suggests a similar name. */
tarn_status tarn_command_find(const char *name, const tarn_command **out, tarn_error *error);

/** The registry as a JSON array of descriptors; free with free(). */
tarn_status tarn_command_describe(char **out, tarn_error *error);

typedef struct tarn_command_environment {
    tarn_store *store;
    tarn_engine *engine;
    tarn_pool *pool;
    tarn_task *task;
} tarn_command_environment;

typedef struct tarn_outcome {
    uint64_t before, after;
    bool changed;
    int64_t rows, cells, duration;
    char *message; /**< heap; NULL when nothing changed */
} tarn_outcome;

/** Check the arguments, run the command on the table's head, commit. All or nothing. */
tarn_status tarn_command_apply(const tarn_command_environment *environment, const tarn_table_state *table,
                               const tarn_command *command, const tarn_argument *arguments, size_t argument_count,
                               tarn_outcome *out, tarn_error *error);

/** What a command did to a draft; `parameters` is for the journal (heap). */
typedef struct tarn_step_outcome {
    int64_t rows, cells;
    char *parameters;
} tarn_step_outcome;
void tarn_step_outcome_clear(tarn_step_outcome *outcome);

/** Check the arguments against the draft as it is, and run the command on it; nothing is committed. For running several
 *  commands as one. On failure the draft is of no use any more. */
tarn_status tarn_command_step(const tarn_command_environment *environment, tarn_transaction *transaction,
                              tarn_draft *draft, const tarn_command *command, const tarn_argument *arguments,
                              size_t argument_count, tarn_step_outcome *out, tarn_error *error);

/** Called for each changed cell, in the order of the rows' numbers; ends the walk early by returning false. */
typedef bool (*tarn_cell_visitor)(void *context, int64_t row, const char *column, const struct ArrowSchema *old_type,
                                  const struct ArrowArray *old_values, const struct ArrowSchema *new_type,
                                  const struct ArrowArray *new_values, int64_t index);
/** Run a cell command without changing anything. Table commands: TARN_E_UNSUPPORTED. */
tarn_status tarn_command_preview(const tarn_command_environment *environment, const tarn_table_state *table,
                                 const tarn_command *command, const tarn_argument *arguments, size_t argument_count,
                                 tarn_cell_visitor visit, void *context, tarn_error *error);

/* ---- for commands ---- */

/** The text of an argument; NULL when it was not given and has no default. */
const char *tarn_run_text(const tarn_run *run, const char *name);
/** Arguments of types COLUMN and ROW and the numbers were checked already, so these only convert. */
tarn_status tarn_run_column(const tarn_run *run, const char *name, size_t *column, tarn_error *error);
int64_t tarn_run_integer(const tarn_run *run, const char *name);
/** "1,204 rows", "1 row": a count and its noun, in fresh memory. */
char *tarn_say_count(int64_t count, const char *one, const char *many);
/** All columns given by a repeated argument, in order; free with free(). */
tarn_status tarn_run_columns(const tarn_run *run, const char *name, size_t **out, size_t *count, tarn_error *error);

#endif
