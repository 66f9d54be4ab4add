/**
 * @file command.h
 * "If it changes data, it is a command": one registry of descriptors and one executor.
 *
 * A command is a descriptor (below) in its family's file, listed in registry.c. Help on the command line,
 * `tarn commands --json` and docs/commands.md are generated from the descriptors.
 *
 * There are three ways to work. A *cell command* says how the new values of a column come from the row's old ones; the
 * executor runs it for each column that the parameter `column` names, over chunks in parallel, compares, counts, and
 * can preview it in time proportional to what is shown. It is either an SQL expression over the row, written as a
 * template (`expression`), or code over Arrow arrays (`open_cells`). A *planned command* works out what is to become of
 * rows and columns (`plan`; see plan.h), which the executor carries out or shows. A *table command* changes a draft as
 * it likes (`change_table`), and has no preview.
 *
 * A template is SQL in which `{column}` stands for the column that changes, `{type}` for its SQL type, and `{name}` for
 * the parameter of that name as a literal of its type (text quoted, NULL when it was not given); `{{` is a brace:
 *
 *     .kind = TARN_KIND_EXPRESSION, .expression = "left({column}, {length})"
 *
 * Only live rows are evaluated. SQL functions give NULL for NULL, so NULL stays NULL unless the template says
 * otherwise.
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

/** Groups of column types, to be joined by |. A column belongs to exactly one group. */
typedef enum tarn_column_types {
    TARN_COLUMNS_ANY = 0,
    TARN_COLUMNS_TEXT = 1,    /**< text and ENUM */
    TARN_COLUMNS_NUMBER = 2,  /**< integers, floats, decimals */
    TARN_COLUMNS_BOOLEAN = 4, /**< true and false */
    TARN_COLUMNS_DATE = 8,    /**< dates and timestamps */
    TARN_COLUMNS_TIME = 16,   /**< times of day */
    TARN_COLUMNS_OTHER = 32,  /**< JSON, UUID, intervals, binary, lists … */
} tarn_column_types;

typedef struct tarn_parameter_spec {
    const char *name;
    tarn_parameter_type type;
    bool required;
    bool repeated;              /**< may be given several times */
    bool secret;                /**< replaced in the journal and in recipes */
    bool by_row;                /**< names rows, or places among them, which another table may not have */
    const char *default_value;  /**< NULL: none */
    const char *const *choices; /**< NULL-terminated; for TARN_PARAMETER_CHOICE */
    double least, most;         /**< bounds of an INTEGER or NUMBER, both allowed; none when equal */
    unsigned accepts;           /**< tarn_column_types, for TARN_PARAMETER_COLUMN */
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
    tarn_task *task;                 /**< may be NULL */
    tarn_fs *files;                  /**< for files that parameters name */
    const tarn_table_filter *filter; /**< tables that parameters may name; NULL: any */
    tarn_version *base;
    tarn_transaction *transaction; /**< NULL in a preview */
    tarn_draft *draft;             /**< NULL in a preview */
    int64_t rows, cells;           /**< out: changed */
    char *note;                    /**< out, heap: what else there is to say of what was done; else NULL */
    char *before;                  /**< out, heap: the old value of a single edit as JSON, for the journal; else NULL */
    char *result;                  /**< out, heap: what it came upon, for the journal; else NULL */
} tarn_run;

/** New values for one column, made piece by piece: what a cell command opens. */
typedef struct tarn_cells {
    size_t column;           /**< in: index in the base version */
    struct ArrowSchema type; /**< of the new values; released by the executor */
    void *state;             /**< the command's own */
    /** The values of rows `from` … `to` - 1 of a chunk, one for each; dead rows may have any value. Thread-safe. */
    tarn_status (*rows)(const struct tarn_cells *cells, size_t chunk, int64_t from, int64_t to, struct ArrowArray *out,
                        tarn_error *error);
    void (*close)(struct tarn_cells *cells); /**< frees `state`; may be NULL */
} tarn_cells;

/** How a command runs, and so what it costs. */
typedef enum tarn_kind {
    TARN_KIND_EXPRESSION, /**< an SQL expression over the row, chunk by chunk */
    TARN_KIND_KERNEL,     /**< own code over Arrow arrays, chunk by chunk */
    TARN_KIND_QUERY,      /**< SQL over the whole table */
    TARN_KIND_METADATA,   /**< writes no values: names, order */
    TARN_KIND_LIVE_SET,   /**< which rows there are */
    TARN_KIND_PATCH,      /**< lays single values over cells */
    TARN_KIND_ROWS,       /**< adds rows or makes new ones out of old ones */
} tarn_kind;

struct tarn_plan;     /* plan.h */
struct tarn_zone_map; /* store/zones.h */

typedef struct tarn_command {
    const char *name, *title, *description, *family;
    const tarn_parameter_spec *parameters;
    size_t parameter_count;
    tarn_kind kind;
    /** Exactly one of these five. The first three need a parameter `column`; `open_cells` is called once per column. */
    const char *expression; /**< a template */
    /** The template that suits the parameters and a column; a string that lives as long as the program. */
    tarn_status (*choose_expression)(const tarn_run *run, size_t column, const char **out, tarn_error *error);
    tarn_status (*open_cells)(tarn_run *run, tarn_cells *out, tarn_error *error);
    tarn_status (*plan)(tarn_run *run, struct tarn_plan *plan, tarn_error *error);
    tarn_status (*change_table)(tarn_run *run, tarn_error *error);
    /** Of a cell command, may be NULL: true when it certainly leaves all values as they are of which this is known, as
     *  long as it leaves their type (leaves.h). Cheap; called from several threads. */
    bool (*leaves)(const tarn_run *run, const struct tarn_zone_map *zones);
    bool maps_values;         /**< of a cell command: what a value becomes depends on nothing but itself and the
                                   parameters, so that a list of both can be written (a key map) */
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
    tarn_fs *files;                  /**< for files that parameters name; NULL: the workspace's own file system */
    const tarn_table_filter *filter; /**< tables that parameters may name; NULL: any */
    /** May be NULL: called by tarn_command_apply when the command has done its work, before it is committed. `after` is
     *  what the table will be; it may set run->result. When it fails nothing is committed. */
    tarn_status (*before_commit)(void *context, tarn_run *run, tarn_version *after, tarn_error *error);
    void *context;
} tarn_command_environment;

/** What a command did to a draft. */
typedef struct tarn_step_outcome {
    const tarn_command *command;
    bool changed;
    int64_t rows, cells;
    char *parameters; /**< heap: for the journal */
    char *message;    /**< heap; NULL when nothing changed */
} tarn_step_outcome;
void tarn_step_outcome_clear(tarn_step_outcome *outcome);

typedef struct tarn_outcome {
    uint64_t before, after;
    bool changed;
    int64_t rows, cells, duration;
    char *message;            /**< heap; NULL when nothing changed */
    tarn_step_outcome *steps; /**< heap: of a recipe's run; else NULL */
    size_t step_count;
} tarn_outcome;
void tarn_outcome_clear(tarn_outcome *outcome);

/** Check the arguments, run the command on the table's head, commit. All or nothing. */
tarn_status tarn_command_apply(const tarn_command_environment *environment, const tarn_table_state *table,
                               const tarn_command *command, const tarn_argument *arguments, size_t argument_count,
                               tarn_outcome *out, tarn_error *error);

/** Check the arguments against the draft as it is, and run the command on it; nothing is committed. For running several
 *  commands as one. On failure the draft is of no use any more. */
tarn_status tarn_command_step(const tarn_command_environment *environment, tarn_transaction *transaction,
                              tarn_draft *draft, const tarn_command *command, const tarn_argument *arguments,
                              size_t argument_count, tarn_step_outcome *out, tarn_error *error);

/** Put the command's name before an error of it, unless the message begins with it: a command that speaks of its own
 *  parameters names itself, lower rooms do not know it. Returns `status`; cancelling is nobody's error. */
tarn_status tarn_command_name_error(const tarn_command *command, tarn_status status, tarn_error *error);

/** The rows that the command `merge` would find by these parameters (see merge_groups.h); clear `out` also when this
 *  failed. */
struct tarn_row_matches;
tarn_status tarn_command_match(const tarn_command_environment *environment, tarn_version *version,
                               const tarn_argument *arguments, size_t argument_count, struct tarn_row_matches *out,
                               tarn_error *error);

/** Whether a command changes the values of cells column by column. */
bool tarn_command_is_cellwise(const tarn_command *command);

/** Called for each changed cell, in the order of the rows' numbers; ends the walk early by returning false. `index` is
 *  the cell's place in both arrays. */
typedef bool (*tarn_cell_visitor)(void *context, int64_t row, const char *column, const struct ArrowSchema *old_type,
                                  const struct ArrowArray *old_values, const struct ArrowSchema *new_type,
                                  const struct ArrowArray *new_values, int64_t index);

/** What a preview is to show, and what it found. */
typedef struct tarn_preview_request {
    tarn_cell_visitor visit; /**< for commands that change cells */
    void *context;
    int64_t limit; /**< rows to show, for commands that change rows or columns as a whole */
    /** Out, for the latter: a sentence (heap), the rows it is about and which they are ("removed", "added",
     * "result", "changes", "conflicts"); all released by the caller. `shown` NULL: the command changes cells. */
    char *message;
    const char *shown;
    struct ArrowSchema schema;
    struct ArrowArray rows;
    int64_t rows_before, rows_after; /**< of the table */
    int64_t concerned;               /**< how many rows it is about, for "changes" and "conflicts" of a patch */
} tarn_preview_request;
void tarn_preview_request_clear(tarn_preview_request *request);

/** Run a command without changing anything. Table commands: TARN_E_UNSUPPORTED. */
tarn_status tarn_command_preview(const tarn_command_environment *environment, const tarn_table_state *table,
                                 const tarn_command *command, const tarn_argument *arguments, size_t argument_count,
                                 tarn_preview_request *request, tarn_error *error);

/* ---- for commands ---- */

/** The text of an argument; NULL when it was not given and has no default. */
const char *tarn_run_text(const tarn_run *run, const char *name);
/** Arguments of types COLUMN and ROW and the numbers were checked already, so these only convert. */
tarn_status tarn_run_column(const tarn_run *run, const char *name, size_t *column, tarn_error *error);
int64_t tarn_run_integer(const tarn_run *run, const char *name);
bool tarn_run_has(const tarn_run *run, const char *name); /**< given, or has a default */
double tarn_run_number(const tarn_run *run, const char *name);
bool tarn_run_is(const tarn_run *run, const char *name, const char *value); /**< given or by default, and equal */
/** "1,204 rows", "1 row": a count and its noun, in fresh memory. */
char *tarn_say_count(int64_t count, const char *one, const char *many);
/** Add to what there is to say of what was done. `text` is heap, taken over; NULL adds nothing. Not thread-safe. */
void tarn_run_note(tarn_run *run, char *text);
/** All columns given by a repeated argument, in order; free with free(). */
tarn_status tarn_run_columns(const tarn_run *run, const char *name, size_t **out, size_t *count, tarn_error *error);

#endif
