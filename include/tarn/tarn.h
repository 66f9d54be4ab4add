/**
 * @file tarn.h
 * Tarn: versioned tables in a folder. The whole public interface; the command line uses nothing else.
 *
 * Simple use (see examples/):
 *
 *     tarn_workspace *workspace;
 *     tarn_workspace_open("data", NULL, &workspace, &error);
 *     tarn_import(workspace, &(tarn_import_options){.path = "orders.csv"}, NULL, &imported, &error);
 *     tarn_apply(workspace, "orders", "set", parameters, 2, NULL, &applied, &error);
 *     tarn_undo(workspace, "orders", 1, &moved, &error);
 *     tarn_query(workspace, "SELECT count(*) FROM orders", NULL, &stream, &error);
 *
 * Conventions
 * - Functions that can fail return ::tarn_status and take a `tarn_error *` last (may be NULL). Output parameters come
 * just before it; on failure they are zeroed or untouched and need no clean-up.
 * - A *version* is named by text: `orders` (the head), `orders@3` (version 3), `orders~2` (two before the head).
 * - Strings are UTF-8, NUL-terminated. Structures that own memory have a `..._clear` function, which is fine on zeroed
 *   ones and may be called twice.
 * - Tables go in and out through the Arrow C data and stream interfaces; who receives such a structure calls its
 * `release`.
 * - One workspace handle may be used from several threads; changes are made one after the other. Handles are freed by
 * the function named at their creation; streams must be released before the workspace is closed.
 */
#ifndef TARN_TARN_H
#define TARN_TARN_H

#include "tarn/arrow.h"
#include "tarn/audit.h"
#include "tarn/blind.h"
#include "tarn/bytes.h"
#include "tarn/change.h"
#include "tarn/context.h"
#include "tarn/diff.h"
#include "tarn/error.h"
#include "tarn/files.h"
#include "tarn/history.h"
#include "tarn/match.h"
#include "tarn/recipe.h"
#include "tarn/task.h"
#include "tarn/transient.h"
#include "tarn/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** "0.1.0" */
TARN_API const char *tarn_version_text(void);
/** "1.4.4": the DuckDB that this build is made for. */
TARN_API const char *tarn_engine_version_text(void);

/* ---- workspaces ---- */

typedef struct tarn_workspace tarn_workspace;

typedef struct tarn_workspace_options {
    bool read_only;          /**< never waits for the writer; see tarn_refresh */
    unsigned threads;        /**< 0: one per processor */
    uint64_t memory_limit;   /**< bytes for queries; 0: 80 % of the machine's memory. What running queries hold
                                  passes it by at most a tenth and 64 MiB; then they fail with TARN_E_MEMORY. The
                                  workspaces of a process share the sum of their limits. Memory that the rest of the
                                  program takes while queries run counts as theirs */
    const char *user;        /**< for the audit log; NULL: the account's name */
    const char *compression; /**< of new data: none, lz4 or zstd; NULL: none, and lz4 in a browser's own files, which
                                  have a quota and cannot be mapped */
    uint64_t cache_bytes;    /**< decoded data kept for re-use; 0: 256 MiB, and 64 MiB in a browser */
} tarn_workspace_options;

/** Make an empty workspace: the folder `.tarn` in `directory` (made when absent). TARN_E_EXISTS when there is one. */
TARN_API tarn_status tarn_workspace_init(const char *directory, tarn_error *error);

/** The nearest folder at or above `start` that holds a workspace, as git does it; free with tarn_free. */
TARN_API tarn_status tarn_workspace_find(const char *start, char **directory, tarn_error *error);

/**
 * Open the workspace in `directory` (the folder that has `.tarn`). As a writer by default; TARN_E_LOCKED when another
 * process is writing. Costs a few milliseconds whatever its size; the engine is loaded on first use.
 */
TARN_API tarn_status tarn_workspace_open(const char *directory, const tarn_workspace_options *options,
                                         tarn_workspace **out, tarn_error *error);
TARN_API void tarn_workspace_close(tarn_workspace *workspace); /**< NULL is allowed */

/**
 * The same workspace for somebody: what is changed through it is recorded as theirs, files can be named as `context`
 * lets them, and changes are made only to a table that has version `if_version` (0: any); else TARN_E_CONFLICT says
 * which version it has by now and what was done to it meanwhile. Costs next to nothing: one for each request is fine.
 * To be closed before `workspace`, which it shares everything with, and before
 * the context's patterns go. Queries, and commands that name other tables, know of those that the patterns permit;
 * roles, and the patterns for tables that functions are given, are looked at by request.h.
 */
TARN_API tarn_status tarn_workspace_as(tarn_workspace *workspace, const tarn_context *context, uint64_t if_version,
                                       tarn_workspace **out, tarn_error *error);

/** The folder that it was opened in, as it was named. Owned by the workspace. */
TARN_API const char *tarn_workspace_directory(const tarn_workspace *workspace);

/**
 * A folder of this process within the workspace, on the disk that has room for its tables: for temporary files, which
 * whoever makes them removes. What is left behind goes when the workspace is next opened.
 */
TARN_API tarn_status tarn_workspace_scratch(tarn_workspace *workspace, const char **out, tarn_error *error);

/** Something the user should hear about opening (a torn last record that was dropped …); NULL when all was well. */
TARN_API const char *tarn_workspace_notice(const tarn_workspace *workspace);

/**
 * Was everything that was read so far whole? TARN_E_CORRUPT with the file's name when a file of the workspace, or one
 * that was imported, was cut off by somebody while it was being read, or its disk fails. The library maps files; so
 * that the process does not end by SIGBUS then, it installs a handler for that signal with the first file, which lets
 * zeros be read and passes on what is not its own. Commits and exports ask by themselves, and fail; whoever shows what
 * was read asks when all of it is there. Once not whole, it stays so until the workspace is opened anew.
 */
TARN_API tarn_status tarn_workspace_intact(tarn_workspace *workspace, tarn_error *error);

/** Read-only handles: take in what others committed since. `*changed` may be NULL. */
TARN_API tarn_status tarn_refresh(tarn_workspace *workspace, bool *changed, tarn_error *error);

TARN_API void tarn_free(void *memory); /**< for strings that this interface handed out */

typedef struct tarn_workspace_info {
    uint64_t tables, dropped_tables, versions, records, batches, segments;
    uint64_t folds;       /**< among the batches: what many edits make of a column, kept ready */
    uint64_t bytes_total; /**< everything in the folder */
    uint64_t bytes_segments, bytes_journal, bytes_index;
    unsigned threads;
    uint64_t memory_limit;
    bool read_only;
    unsigned format_version;
} tarn_workspace_info;
TARN_API tarn_status tarn_workspace_info_get(tarn_workspace *workspace, tarn_workspace_info *out, tarn_error *error);

/* ---- tables ---- */

typedef struct tarn_table_info {
    char *name;
    int64_t rows, columns;
    uint64_t version; /**< the head */
    uint64_t newest;  /**< the highest version number */
    bool can_undo, can_redo, dropped;
    int64_t created, changed; /**< microseconds since 1970, UTC */
} tarn_table_info;

/** By name; with_dropped adds those that tarn_undrop can bring back. Free with tarn_tables_free. */
TARN_API tarn_status tarn_tables(tarn_workspace *workspace, bool with_dropped, tarn_table_info **out, size_t *count,
                                 tarn_error *error);
TARN_API void tarn_tables_free(tarn_table_info *tables, size_t count);

/** One table's head or version (`orders`, `orders@3`, `orders~1`). */
TARN_API tarn_status tarn_table_get(tarn_workspace *workspace, const char *version, tarn_table_info *out,
                                    tarn_error *error);
TARN_API void tarn_table_info_clear(tarn_table_info *table);

/** Bytes of a tag, the NUL included. */
#define TARN_TAG_SIZE 48
/**
 * What a version is under whatever name: two versions of a workspace with one tag have the same content, for ever.
 * Costs microseconds.
 */
TARN_API tarn_status tarn_version_tag(tarn_workspace *workspace, const char *version, char tag[TARN_TAG_SIZE],
                                      tarn_error *error);

/** The columns of a version: a struct schema, one child per column. */
TARN_API tarn_status tarn_schema(tarn_workspace *workspace, const char *version, struct ArrowSchema *out,
                                 tarn_error *error);

/**
 * A page of rows as people see them: `count` (fewer at the end) from `offset` on, the columns named (NULL: all). With
 * `ids`, a first column `_tarn_id` (int64) has the row ids that `edit` takes. Does not load the engine.
 */
typedef struct tarn_page_options {
    int64_t offset, count;
    const char *const *columns;
    size_t column_count;
    bool ids;
} tarn_page_options;
TARN_API tarn_status tarn_page(tarn_workspace *workspace, const char *version, const tarn_page_options *options,
                               struct ArrowSchema *schema, struct ArrowArray *rows, tarn_error *error);

/** Filter and sort a version, without making one; see view.h. To be closed with tarn_view_close. */
TARN_API tarn_status tarn_view_open(tarn_workspace *workspace, const char *version, const tarn_view_options *options,
                                    tarn_task *task, tarn_view **out, tarn_error *error);
/** As tarn_page, of the rows of a view. */
TARN_API tarn_status tarn_view_page(const tarn_view *view, const tarn_page_options *options, struct ArrowSchema *schema,
                                    struct ArrowArray *rows, tarn_error *error);

/** A whole version as a stream of record batches, in order. */
TARN_API tarn_status tarn_scan(tarn_workspace *workspace, const char *version, struct ArrowArrayStream *out,
                               tarn_error *error);

/** Rename, drop, bring back (the most recently dropped one of that name). */
TARN_API tarn_status tarn_rename(tarn_workspace *workspace, const char *table, const char *name, tarn_error *error);
TARN_API tarn_status tarn_drop(tarn_workspace *workspace, const char *table, tarn_error *error);
TARN_API tarn_status tarn_undrop(tarn_workspace *workspace, const char *table, tarn_error *error);

/* ---- SQL ---- */

/**
 * Run one statement that reads (SELECT, FROM, WITH, VALUES, EXPLAIN, DESCRIBE, SHOW TABLES, SUMMARIZE, PIVOT) over the
 * workspace's tables. Batches are computed as they are asked for. No statement can reach files, the network or
 * settings: TARN_E_FORBIDDEN names the command to use instead.
 */
TARN_API tarn_status tarn_query(tarn_workspace *workspace, const char *sql, tarn_task *task,
                                struct ArrowArrayStream *out, tarn_error *error);

/** A value for a parameter of a query. */
typedef enum tarn_value_kind {
    TARN_VALUE_NULL,
    TARN_VALUE_BOOLEAN,
    TARN_VALUE_INTEGER,
    TARN_VALUE_NUMBER,
    TARN_VALUE_TEXT,
} tarn_value_kind;
typedef struct tarn_value {
    tarn_value_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double number;
        const char *text; /**< UTF-8 */
    } as;
} tarn_value;

/**
 * The same with values for the statement's parameters, `?` or `$1`, `$2` …: each is what a literal in its place would
 * be, whatever its text looks like. TARN_E_INVALID: a parameter without a value, or a value without a parameter.
 */
TARN_API tarn_status tarn_query_with(tarn_workspace *workspace, const char *sql, const tarn_value *values, size_t count,
                                     tarn_task *task, struct ArrowArrayStream *out, tarn_error *error);

/** Keep a query's result as a table. */
TARN_API tarn_status tarn_query_into(tarn_workspace *workspace, const char *sql, const char *table,
                                     tarn_if_exists if_exists, tarn_task *task, tarn_change *out, tarn_error *error);

/* ---- tables that are only passing through: see transient.h ---- */

/**
 * Make a transient table of a stream, which is released in any case. One that has the name already is replaced at once
 * when the new one is complete, and stays as it was when that fails; queries that run go on with the old one.
 * TARN_E_EXISTS: a table of the workspace has the name. `*rows` (may be NULL): how many it has.
 */
TARN_API tarn_status tarn_transient_put(tarn_workspace *workspace, const char *name, struct ArrowArrayStream *stream,
                                        tarn_task *task, int64_t *rows, tarn_error *error);
/** The same from `size` bytes of Arrow IPC, which are only read: a file; a stream, also one without end marker; also a
 *  stream behind a file's magic, as it is left by a writer that did not get to the end. */
TARN_API tarn_status tarn_transient_put_ipc(tarn_workspace *workspace, const char *name, const void *data, size_t size,
                                            tarn_task *task, int64_t *rows, tarn_error *error);
/** The same from a query, which may read the table that it replaces. */
TARN_API tarn_status tarn_transient_query_into(tarn_workspace *workspace, const char *sql, const char *name,
                                               tarn_task *task, int64_t *rows, tarn_error *error);
/** Those there are; free with tarn_transient_list_free. */
TARN_API tarn_status tarn_transient_list(tarn_workspace *workspace, tarn_transient_info **out, size_t *count,
                                         tarn_error *error);
TARN_API void tarn_transient_list_free(tarn_transient_info *tables, size_t count);
/** Remove one, or all. */
TARN_API tarn_status tarn_transient_drop(tarn_workspace *workspace, const char *name, tarn_error *error);
TARN_API void tarn_transient_clear(tarn_workspace *workspace);

/* ---- import and export ---- */

/** Import a file as one undoable, all-or-nothing step. */
TARN_API tarn_status tarn_import(tarn_workspace *workspace, const tarn_import_options *options, tarn_task *task,
                                 tarn_import_result *out, tarn_error *error);

/** The name of the table that an import with these options goes to; free with tarn_free. */
TARN_API tarn_status tarn_import_target(const tarn_import_options *options, char **out, tarn_error *error);

/** The sheets of a workbook (xlsx, ods) that hold cells, in their order: a heap array for tarn_sheet_infos_free.
 * TARN_E_INVALID for files without sheets, and for "-". */
TARN_API tarn_status tarn_list_sheets(tarn_workspace *workspace, const char *path, tarn_task *task,
                                      tarn_sheet_info **out, size_t *count, tarn_error *error);

/** Import from a stream; the stream is released in any case. */
TARN_API tarn_status tarn_import_stream(tarn_workspace *workspace, struct ArrowArrayStream *stream, const char *table,
                                        tarn_if_exists if_exists, tarn_task *task, tarn_change *out, tarn_error *error);

/** The file appears complete or not at all. The event is noted in the audit log unless the workspace is read-only. */
TARN_API tarn_status tarn_export(tarn_workspace *workspace, const char *version, const tarn_export_options *options,
                                 tarn_task *task, tarn_export_result *out, tarn_error *error);
/** Several tables, or versions of them, into one workbook (xlsx): a sheet each, called as they are, as far as Excel
 * lets it. The result counts the rows and columns of all. */
TARN_API tarn_status tarn_export_tables(tarn_workspace *workspace, const char *const *versions, size_t count,
                                        const tarn_export_options *options, tarn_task *task, tarn_export_result *out,
                                        tarn_error *error);
TARN_API tarn_status tarn_export_query(tarn_workspace *workspace, const char *sql, const tarn_export_options *options,
                                       tarn_task *task, tarn_export_result *out, tarn_error *error);

/**
 * Take over a folder of the earlier layout: `metadata.json` with tables of `id`, `name` and `rowCount`,
 * `tables/<id>.csv`, and perhaps `audit_details.csv`, whose rows become events of the audit log, marked as migrated.
 * When every table has the rows that the metadata tell, the folder is renamed to `<directory>_migrated`, or removed
 * with `remove`; else to `<directory>_backup_failed_migration`, with a report in it. What was imported stays.
 */
TARN_API tarn_status tarn_migrate(tarn_workspace *workspace, const char *directory, bool remove, tarn_task *task,
                                  tarn_migration_result *out, tarn_error *error);

/* ---- commands ---- */

/** One parameter: a name and its text. `column` may be given several times where a command takes several. */
typedef struct tarn_parameter {
    const char *name, *value;
} tarn_parameter;

/** Change a table by a command of the registry, as one version. */
TARN_API tarn_status tarn_apply(tarn_workspace *workspace, const char *table, const char *command,
                                const tarn_parameter *parameters, size_t parameter_count, tarn_task *task,
                                tarn_change *out, tarn_error *error);

/** Where a key map goes, and what was written. */
typedef struct tarn_key_map {
    tarn_export_options file;   /**< in: the path, and perhaps the format */
    tarn_export_result written; /**< out, on success; cleared by the caller with tarn_export_result_clear */
} tarn_key_map;

/**
 * The same by a command that hides personal values (those of which tarn_commands_json says "key_map": true), and write
 * which value became which: a new file that only its owner may read, with the columns column, original and replacement,
 * a row for each different value that is not null. Nothing of it is kept in the workspace. TARN_E_EXISTS when the file
 * is there already. The file is complete before the change is made; when the change fails it is removed.
 */
TARN_API tarn_status tarn_apply_with_key_map(tarn_workspace *workspace, const char *table, const char *command,
                                             const tarn_parameter *parameters, size_t parameter_count,
                                             tarn_key_map *key_map, tarn_task *task, tarn_change *out,
                                             tarn_error *error);

/** One changed cell, as a preview shows it. */
typedef struct tarn_cell_change {
    int64_t row; /**< the row's id */
    char *column;
    char *before, *after; /**< as text; NULL for null */
} tarn_cell_change;
/** What a command would do. Commands that change cells give `cells`; those that change rows or columns as a whole give
 *  `message` and the first rows that it is about instead. */
typedef struct tarn_preview {
    tarn_cell_change *cells;
    size_t cell_count;
    bool complete;     /**< there is no more to show than this */
    char *message;     /**< "would remove 1,204 rows"; NULL for commands that change cells */
    const char *shown; /**< which rows these are: "removed", "added", "result"; of a patch "changes" or "conflicts" */
    struct ArrowSchema schema; /**< a struct schema; released by tarn_preview_clear, as are the rows */
    struct ArrowArray rows;
    int64_t rows_before, rows_after; /**< of the table */
} tarn_preview;
TARN_API void tarn_preview_clear(tarn_preview *preview);

/** The first `limit` cells that a command would change, or rows that it would remove, add or make, without changing
 *  anything. */
TARN_API tarn_status tarn_preview_command(tarn_workspace *workspace, const char *table, const char *command,
                                          const tarn_parameter *parameters, size_t parameter_count, size_t limit,
                                          tarn_task *task, tarn_preview *out, tarn_error *error);

/** All commands with their parameters, as a JSON array of descriptors; free with tarn_free. */
TARN_API tarn_status tarn_commands_json(char **out, tarn_error *error);

/** One of several spellings, and how many rows have it. */
typedef struct tarn_spelling {
    char *text;
    int64_t rows;
} tarn_spelling;
/** Spellings that probably mean the same. The first, which most rows have, is the one that `standardize` gives all. */
typedef struct tarn_cluster {
    tarn_spelling *spellings;
    size_t count;
    int64_t rows; /**< of all of them */
} tarn_cluster;
typedef struct tarn_clusters {
    tarn_cluster *list; /**< those with most rows first */
    size_t count;
    size_t values; /**< different texts in the column */
} tarn_clusters;
TARN_API void tarn_clusters_clear(tarn_clusters *clusters);

/** Clusters of a text column's values. Methods: fingerprint, ngram, metaphone, metaphone-words (in any order),
 *  levenshtein, jaro-winkler, and levenshtein-digits, jaro-winkler-digits, by which numbers may differ, too;
 * `threshold` 0 is the method's own (2 letters; a similarity of 0.92). */
TARN_API tarn_status tarn_find_clusters(tarn_workspace *workspace, const char *version, const char *column,
                                        const char *method, double threshold, tarn_task *task, tarn_clusters *out,
                                        tarn_error *error);

/**
 * Rows that are probably the same, at most `most` groups of them (SIZE_MAX: all). The parameters are those by which the
 * command `merge` finds rows: column (once or more), weight, compare, block, on, threshold.
 */
TARN_API tarn_status tarn_find_matches(tarn_workspace *workspace, const char *version, const tarn_parameter *parameters,
                                       size_t parameter_count, size_t most, tarn_task *task, tarn_matches *out,
                                       tarn_error *error);
TARN_API void tarn_matches_clear(tarn_matches *matches);

/* ---- history ---- */

/** Back and forth along the table's line. Fewer steps than asked for are an error that says how many there are. */
TARN_API tarn_status tarn_undo(tarn_workspace *workspace, const char *table, unsigned steps, tarn_change *out,
                               tarn_error *error);
TARN_API tarn_status tarn_redo(tarn_workspace *workspace, const char *table, unsigned steps, tarn_change *out,
                               tarn_error *error);
/** Make any version (`orders@3`) the head. */
TARN_API tarn_status tarn_checkout(tarn_workspace *workspace, const char *version, tarn_change *out, tarn_error *error);

/** A table's versions, newest first; those that gc removed are left out. */
TARN_API tarn_status tarn_log(tarn_workspace *workspace, const char *table, tarn_log_entry **out, size_t *count,
                              tarn_error *error);
TARN_API void tarn_log_free(tarn_log_entry *entries, size_t count);

/** The whole tree of a table's versions, for a scrubber. */
TARN_API tarn_status tarn_timeline_get(tarn_workspace *workspace, const char *table, tarn_timeline *out,
                                       tarn_error *error);
TARN_API void tarn_timeline_clear(tarn_timeline *timeline);

/* ---- recipes: see recipe.h ---- */

/**
 * Keep the commands that lead to `range` as a recipe: a table or version ("orders", "orders@5": since it was imported),
 * or from one version to a later one ("orders@2..@5"). TARN_E_INVALID says what in it is no command; TARN_E_EXISTS when
 * the name is taken and `replace` is false.
 */
TARN_API tarn_status tarn_recipe_save(tarn_workspace *workspace, const char *name, const char *range, bool replace,
                                      tarn_error *error);
/** A recipe as JSON (free with tarn_free), and from JSON: TARN_E_INVALID names the step and what is wrong with it. */
TARN_API tarn_status tarn_recipe_get(tarn_workspace *workspace, const char *name, char **json, tarn_error *error);
TARN_API tarn_status tarn_recipe_put(tarn_workspace *workspace, const char *name, const char *json, bool replace,
                                     tarn_error *error);
TARN_API tarn_status tarn_recipe_drop(tarn_workspace *workspace, const char *name, tarn_error *error);
/** By name; free with tarn_recipe_list_free. */
TARN_API tarn_status tarn_recipe_list(tarn_workspace *workspace, tarn_recipe_info **out, size_t *count,
                                      tarn_error *error);
TARN_API void tarn_recipe_list_free(tarn_recipe_info *recipes, size_t count);

/** Zeroed: the same columns, nothing asked for, one version. */
typedef struct tarn_recipe_run_options {
    const tarn_parameter *map; /**< columns: the recipe's name, and this table's as value */
    size_t map_count;
    const tarn_parameter *answers; /**< parameters that it asks for: "secret", or "3.secret" for that of step 3 only */
    size_t answer_count;
    bool each_step;  /**< a version for each step instead of one for all */
    bool only_check; /**< change nothing: does it fit? */
} tarn_recipe_run_options;
/**
 * Run a recipe on a table's head. Every step is first tried on the table without its rows: one that does not fit is
 * named, with the reason, before anything is changed. Cancelled or failed, the table is as it was, redo included.
 */
TARN_API tarn_status tarn_recipe_apply(tarn_workspace *workspace, const char *name, const char *table,
                                       const tarn_recipe_run_options *options, tarn_task *task, tarn_change *out,
                                       tarn_error *error);

/* ---- the audit log ---- */

/** Events in rising order; `filter` NULL: all. Free with tarn_audit_free. */
TARN_API tarn_status tarn_audit(tarn_workspace *workspace, const tarn_audit_filter *filter, tarn_audit_event **out,
                                size_t *count, tarn_error *error);
TARN_API void tarn_audit_free(tarn_audit_event *events, size_t count);

/** The last event: keep it elsewhere, to find out later whether events were removed from the end or all rewritten. */
TARN_API tarn_status tarn_audit_tip_get(tarn_workspace *workspace, tarn_audit_tip *out, tarn_error *error);
/** From "NUMBER:HASH"; TARN_E_INVALID for anything else. */
TARN_API tarn_status tarn_audit_tip_parse(const char *text, tarn_audit_tip *out, tarn_error *error);

/**
 * Compute the chain of hashes again, of the workspace in `directory` (the folder that has `.tarn`), also of one that
 * tarn_workspace_open refuses. TARN_E_CORRUPT names the line that was changed, removed or moved. With `expected` (may
 * be NULL) also when that event is not in the chain any more; TARN_E_NOT_FOUND when it was pruned. `*records` and
 * `*tip` (may be NULL): how many events were checked, and the last one.
 */
TARN_API tarn_status tarn_audit_verify(const char *directory, const tarn_audit_tip *expected, uint64_t *records,
                                       tarn_audit_tip *tip, tarn_error *error);

/** Keep only the newest `keep` events from now on (0: all, as by default); the setting is an event itself. Pruned on
 *  opening and after each change; what is left still verifies, and versions stay. */
TARN_API tarn_status tarn_audit_set_limit(tarn_workspace *workspace, uint64_t keep, tarn_error *error);
TARN_API tarn_status tarn_audit_limit(tarn_workspace *workspace, uint64_t *out, tarn_error *error); /**< 0: none */

/** Write events to a file, which appears complete or not at all. `*count` (may be NULL): how many. */
TARN_API tarn_status tarn_audit_export(tarn_workspace *workspace, const tarn_audit_filter *filter,
                                       const tarn_audit_export_options *options, tarn_task *task, size_t *count,
                                       tarn_error *error);

/** What event `record` did to the rows of a table (NULL: the first that it is about): at most `limit` rows. */
TARN_API tarn_status tarn_audit_detail_get(tarn_workspace *workspace, uint64_t record, const char *table, size_t limit,
                                           tarn_task *task, tarn_audit_detail *out, tarn_error *error);
TARN_API void tarn_audit_detail_clear(tarn_audit_detail *detail);

/* ---- differences ---- */

/**
 * Compare two versions (see tarn/diff.h). `after` NULL: `orders@3` is compared with the head, and of a bare `orders`
 * the head with the version before it. `options` may be NULL. To be closed with tarn_diff_close before the workspace.
 *
 * The workspace keeps the results that were used last, up to a limit of bytes: comparing the same versions in the same
 * way again gives the same result at once, also to queries over tarn_diff().
 */
TARN_API tarn_status tarn_diff_open(tarn_workspace *workspace, const char *before, const char *after,
                                    const tarn_diff_options *options, tarn_task *task, tarn_diff **out,
                                    tarn_error *error);
/** A comparison that is still kept, by the id of its info: for handles that live elsewhere. TARN_E_NOT_FOUND. */
TARN_API tarn_status tarn_diff_find(tarn_workspace *workspace, uint64_t id, tarn_diff **out, tarn_error *error);
/** Keep a comparison no longer; 0: none. Handles that are open stay. */
TARN_API void tarn_diff_forget(tarn_workspace *workspace, uint64_t id);
TARN_API void tarn_diff_cached(tarn_workspace *workspace, tarn_diff_cache_info *out);

/* ---- comparing without showing: see blind.h ---- */

/**
 * A version as digests, to be written with tarn_write_stream as an Arrow file. Options: keys (needed), columns to leave
 * out, a mapping (columns are called as its `after` says), ignore_case, ignore_space.
 */
TARN_API tarn_status tarn_blind_digests(tarn_workspace *workspace, const char *version,
                                        const tarn_diff_options *options, const tarn_blind_secret *secret,
                                        tarn_task *task, struct ArrowArrayStream *out, tarn_error *error);
/**
 * Compare two of: versions, files of digests (names that end with .arrow or have a slash). Two files need no secret,
 * nor do two versions. A version beside a file takes key and rules from the file where the options say nothing. At most
 * `most` changes are listed. To be closed with tarn_blind_close.
 */
TARN_API tarn_status tarn_blind_compare(tarn_workspace *workspace, const char *before, const char *after,
                                        const tarn_diff_options *options, const tarn_blind_secret *secret, size_t most,
                                        tarn_task *task, tarn_blind **out, tarn_error *error);

/* ---- housekeeping ---- */

/**
 * Remove versions that no line reaches, dropped tables, what `options` (NULL: defaults) do not keep, and their data.
 * Versions between the head and the end of its line always stay, so that redo finds its way.
 */
TARN_API tarn_status tarn_gc(tarn_workspace *workspace, const tarn_gc_options *options, tarn_task *task,
                             tarn_gc_result *out, tarn_error *error);

typedef struct tarn_freeze_result {
    uint64_t batches;                   /**< rewritten, with what all kept versions refer to; 0: nothing to do */
    uint64_t bytes_before, bytes_after; /**< of those batches, as stored */
    int64_t duration;                   /**< microseconds */
} tarn_freeze_result;
/** Rewrite a table's stored batches with ZSTD, or back without compression. No version changes, readers go on. */
TARN_API tarn_status tarn_freeze(tarn_workspace *workspace, const char *table, tarn_task *task, tarn_freeze_result *out,
                                 tarn_error *error);
TARN_API tarn_status tarn_thaw(tarn_workspace *workspace, const char *table, tarn_task *task, tarn_freeze_result *out,
                               tarn_error *error);

typedef struct tarn_verify_problem {
    char *what, *affects; /**< affects may be NULL */
    bool repaired;
} tarn_verify_problem;
typedef struct tarn_verify_result {
    uint64_t records, versions, batches, segments, bytes;
    tarn_verify_problem *problems;
    size_t problem_count;
} tarn_verify_result;
TARN_API void tarn_verify_result_clear(tarn_verify_result *result);

/** Check a workspace that is open for writing, and set damage aside; changes wait meanwhile. */
TARN_API tarn_status tarn_workspace_repair(tarn_workspace *workspace, tarn_task *task, tarn_verify_result *out,
                                           tarn_error *error);

/** Check the workspace in `directory`, also one that tarn_workspace_open refuses; with `repair`, set damage aside. */
TARN_API tarn_status tarn_verify(const char *directory, bool repair, tarn_task *task, tarn_verify_result *out,
                                 tarn_error *error);

/* ---- jobs ---- */

/**
 * Run `run(context, task, error)` on a thread of the workspace; any function of this interface may be called in it,
 * with the task. Every job must be waited for (tarn_job_wait) before the workspace is closed. `task` (may be NULL) is
 * held until then; when it has no priority yet it gets `priority`. Of equal priority, jobs begin in the order of
 * submission.
 */
TARN_API tarn_status tarn_submit(tarn_workspace *workspace, tarn_priority priority, tarn_task *task, tarn_job_run run,
                                 void *context, tarn_job **out, tarn_error *error);

/* ---- values as text ---- */

/** Text that grows; zeroed is empty; free `data` with tarn_text_clear. */
typedef struct tarn_text {
    char *data; /**< NUL-terminated once anything was printed */
    size_t size, capacity;
} tarn_text;
TARN_API void tarn_text_clear(tarn_text *text);

/** May this character of a text go to a screen as it is? Not what moves the cursor, rings, sets a terminal's title, or
 *  turns the direction of writing: whoever shows values writes such characters out. */
TARN_API bool tarn_is_shown(int32_t character);

/** Append element `i` of a column as people write it; `*is_null` and nothing appended for null. */
TARN_API tarn_status tarn_print_value(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i,
                                      tarn_text *out, bool *is_null, tarn_error *error);
/** The same as a JSON value (null as null). */
TARN_API tarn_status tarn_print_json(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i,
                                     tarn_text *out, tarn_error *error);
/** A type as people write it ("int64", "timestamp[us, UTC]"), and as SQL does ("BIGINT"); free with tarn_free. */
TARN_API tarn_status tarn_type_name(const struct ArrowSchema *schema, char **out, tarn_error *error);
TARN_API tarn_status tarn_type_sql(const struct ArrowSchema *schema, char **out, tarn_error *error);

/** Write a stream of record batches to a file descriptor-like sink in a format (csv, tsv, json, ndjson, arrow,
 *  arrow-stream, parquet): what `tarn sql --format` does. Path "-" is standard output. The stream is released. */
TARN_API tarn_status tarn_write_stream(tarn_workspace *workspace, struct ArrowArrayStream *stream,
                                       const tarn_export_options *options, tarn_task *task, tarn_export_result *out,
                                       tarn_error *error);

#ifdef __cplusplus
}
#endif
#endif
