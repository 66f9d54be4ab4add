/**
 * @file store.h
 * The versioned store: a workspace of tables, each a line of immutable versions, and one journal that says which.
 *
 * On disk (docs/format.md has the whole of it), in the workspace's folder:
 *
 *     workspace.json   format name and version, the workspace's id; written once
 *     lock             the writer's lock
 *     journal/         NNNNNNNN.jsonl: a checkpoint line, then one line per record; the newest file is appended to
 *     segments/        NNNNNNNN.seg: complete Arrow IPC streams of one column each, 64-byte aligned
 *     index/           NNNNNNNN.idx: where each batch id and each version's record lies (derived; rebuilt when lost)
 *     leases/          one locked file per reader
 *     tmp/             anything that may vanish
 *
 * Terms: a *row space* numbers rows; a *row number* is a row's identity for ever inside it (`_tarn_id`). A *chunk* is a
 * stretch of at most TARN_CHUNK_ROWS consecutive row numbers; chunks of a version are in rising order and may leave
 * gaps (rows that were inserted, undone and so never seen again). A *batch* is one column's values for one chunk, named
 * by the hash of its logical values. A *position* is a place in what a person sees: live rows only, in the table's
 * order.
 *
 * Ownership and threads: a tarn_store may be used from several threads; transactions are serialised by the caller (one
 * at a time per store: a second tarn_transaction_begin gives TARN_E_LOCKED). A tarn_version is immutable, counted, and
 * may be read from any thread, also after newer versions were committed; it must be released before its store is
 * closed.
 */
#ifndef TARN_STORE_STORE_H
#define TARN_STORE_STORE_H

#include "arrow/array.h"
#include "arrow/ipc.h"
#include "base/error.h"
#include "base/hash.h"
#include "fs/fs.h"
#include "jobs/jobs.h"
#include "tarn/history.h"

#define TARN_CHUNK_ROWS 122880               /* 60 vectors of DuckDB's 2,048 */
#define TARN_CHUNK_BYTES (INT64_C(64) << 20) /* cap on one column's values in one chunk */
#define TARN_FORMAT_VERSION 2                /* docs/format.md says what each one brought */

typedef struct tarn_store tarn_store;
typedef struct tarn_version tarn_version;
typedef struct tarn_transaction tarn_transaction;
typedef struct tarn_draft tarn_draft;
typedef struct tarn_batch tarn_batch;

typedef tarn_hash128 tarn_batch_id;

/* ---- workspaces ---- */

typedef struct tarn_store_options {
    bool read_only;         /**< follow the journal; never writes anything but its own lease */
    const char *user;       /**< recorded with each event; NULL: "unknown" */
    tarn_pool *pool;        /**< may be NULL; not owned; outlives the store, and is outlived by its file system */
    tarn_codec codec;       /**< for new batches; TARN_CODEC_NONE natively */
    uint64_t segment_bytes; /**< a segment is sealed when it passes this; 0: 256 MiB */
    uint64_t cache_bytes;   /**< decoded batches kept for re-use (least recently used goes); 0: 256 MiB */
    uint64_t mapped_bytes;  /**< as many may be kept when they are pages of files; less than cache_bytes means as many
                                 as those; 0: a quarter of the machine's memory, or cache_bytes when those are given */
    uint64_t journal_bytes; /**< a new journal file (with a checkpoint) is begun past this; 0: 4 MiB */
} tarn_store_options;

/** Make an empty workspace in `directory` (made when absent; TARN_E_EXISTS when it holds a workspace already). */
tarn_status tarn_store_create(tarn_fs *fs, const char *directory, tarn_error *error);

/**
 * TARN_OK, or TARN_E_CORRUPT with the file's name when a file that values were being read from was cut off meanwhile,
 * or its disk fails: what was read since may be zeros. To be asked before what was made of the values is handed on;
 * commits and exports ask by themselves. Costs one look at each open segment.
 */
tarn_status tarn_store_check_intact(tarn_store *store, tarn_error *error);

/**
 * Open. Reads the newest checkpoint and the records after it; a torn last record is dropped (`tarn_store_was_torn`).
 * As a writer: takes the lock (TARN_E_LOCKED names the holder when it is known) and sweeps leftovers.
 * TARN_E_NOT_FOUND: no workspace here. TARN_E_NEWER: written by a newer Tarn. TARN_E_CORRUPT: names file and line.
 */
tarn_status tarn_store_open(tarn_fs *fs, const char *directory, const tarn_store_options *options, tarn_store **out,
                            tarn_error *error);
void tarn_store_close(tarn_store *store); /**< NULL is allowed; an open transaction must have been ended */
bool tarn_store_was_torn(const tarn_store *store);
bool tarn_store_is_read_only(const tarn_store *store);
const char *tarn_store_directory(const tarn_store *store);
tarn_fs *tarn_store_fs(const tarn_store *store);

/** This process's own folder for temporary files, made when first asked for and owned by the store. Nobody else can
 * look into it, and nobody can foretell its name. It lies in the workspace's tmp folder or, when nothing can be written
 * there, in the system's (TMPDIR). Whoever opens the workspace next removes it should this process die. */
tarn_status tarn_store_scratch(tarn_store *store, const char **out, tarn_error *error);

/** A path in that folder that nothing has yet, heap. */
tarn_status tarn_store_scratch_path(tarn_store *store, const char *purpose, char **out, tarn_error *error);

/** Readers: take in what was committed since. `*changed` may be NULL. Writers: nothing happens. */
tarn_status tarn_store_refresh(tarn_store *store, bool *changed, tarn_error *error);

/* ---- catalogue ---- */

typedef struct tarn_table_state {
    uint64_t id; /**< never used again */
    char *name;
    bool dropped;
    uint64_t head;            /**< the version that people see; versions count from 1 */
    uint64_t tip;             /**< the end of the line that redo moves along; head is tip or an ancestor of it */
    uint64_t newest;          /**< the highest version number given so far */
    int64_t rows;             /**< live rows of the head */
    int64_t columns;          /**< of the head */
    int64_t created, changed; /**< microseconds, UTC */
} tarn_table_state;

/** All tables by name (case-folded order); dropped ones only when asked for. Free with tarn_table_states_free. */
tarn_status tarn_store_tables(tarn_store *store, bool with_dropped, tarn_table_state **out, size_t *count,
                              tarn_error *error);
void tarn_table_states_free(tarn_table_state *tables, size_t count);

/** By name, ignoring case; TARN_E_NOT_FOUND suggests a similar name. Clear with tarn_table_state_clear. */
tarn_status tarn_store_find(tarn_store *store, const char *name, tarn_table_state *out, tarn_error *error);
tarn_status tarn_store_find_id(tarn_store *store, uint64_t table, tarn_table_state *out, tarn_error *error);
/** The most recently dropped table of that name. */
tarn_status tarn_store_find_dropped(tarn_store *store, const char *name, tarn_table_state *out, tarn_error *error);
void tarn_table_state_clear(tarn_table_state *table);

/** TARN_E_INVALID with the reason when a name may not name a table (design section 2) or a column. */
tarn_status tarn_check_table_name(const char *name, tarn_error *error);
tarn_status tarn_check_column_name(const char *name, tarn_error *error);

/* ---- versions ---- */

#define TARN_HEAD UINT64_C(0) /* instead of a version number: the head */

/** TARN_E_NOT_FOUND says which versions there are, or that gc removed it. Release with tarn_version_release. */
tarn_status tarn_store_version(tarn_store *store, uint64_t table, uint64_t number, tarn_version **out,
                               tarn_error *error);
void tarn_version_retain(tarn_version *version);
void tarn_version_release(tarn_version *version);

/** The numbers of a table's versions, rising, as far as they are known; those that gc removed too. Heap array. */
tarn_status tarn_store_version_numbers(tarn_store *store, uint64_t table, uint64_t **out, size_t *count,
                                       tarn_error *error);

/** The parent's number without loading either; 0 for a table's first version. */
tarn_status tarn_store_parent(tarn_store *store, uint64_t table, uint64_t number, uint64_t *parent, tarn_error *error);

tarn_store *tarn_version_store(const tarn_version *version);
uint64_t tarn_version_table(const tarn_version *version);
uint64_t tarn_version_number(const tarn_version *version);
uint64_t tarn_version_parent(const tarn_version *version);
uint64_t tarn_version_row_space(const tarn_version *version);
/** Whether it stays readable for whoever retains it: all but those of drafts, which are gone with their transaction. */
bool tarn_version_is_committed(const tarn_version *version);
/** Whether a command that made `after` out of `before` changed nothing: columns, rows, their order and the batches that
 *  hold the values are the same. Versions of the same table. */
bool tarn_version_is_same(const tarn_version *before, const tarn_version *after);
int64_t tarn_version_rows(const tarn_version *version); /**< live rows */

typedef struct tarn_column {
    uint32_t field; /**< stable id: survives renames, never used again in the table */
    const char *name;
    const struct ArrowSchema *type; /**< format, metadata, children, dictionary; its name is `name` */
} tarn_column;
size_t tarn_version_column_count(const tarn_version *version);
const tarn_column *tarn_version_column(const tarn_version *version, size_t column);
/** Index by name, ignoring case. TARN_E_NOT_FOUND suggests a similar name. */
tarn_status tarn_version_find_column(const tarn_version *version, const char *name, size_t *out, tarn_error *error);
/** All columns as one struct schema (independent copy). */
tarn_status tarn_version_schema(const tarn_version *version, struct ArrowSchema *out, tarn_error *error);

typedef struct tarn_chunk {
    int64_t first_row; /**< row number */
    int64_t rows;      /**< live and dead */
    int64_t live;
} tarn_chunk;
size_t tarn_version_chunk_count(const tarn_version *version);
tarn_chunk tarn_version_chunk(const tarn_version *version, size_t chunk);

/**
 * One column of one chunk, patches applied (dead rows included, with whatever values they have). The first touch in a
 * process checks the stored bytes against their checksum and the array against its type, text as UTF-8 (TARN_E_CORRUPT
 * names column, rows and segment); afterwards it is cheap. Release with tarn_batch_release.
 */
tarn_status tarn_version_read(const tarn_version *version, size_t column, size_t chunk, tarn_batch **out,
                              tarn_error *error);
const struct ArrowSchema *tarn_batch_schema(const tarn_batch *batch);
const struct ArrowArray *tarn_batch_array(const tarn_batch *batch);
void tarn_batch_retain(tarn_batch *batch);
void tarn_batch_release(tarn_batch *batch);

/** Bits of the chunk's live rows (bit i: row first_row + i); NULL when all are live. Lives as long as the version. */
tarn_status tarn_version_live(const tarn_version *version, size_t chunk, const uint8_t **bits, tarn_error *error);

/** What identifies a column's values in a chunk without reading them: equal base and patches mean equal values. */
typedef struct tarn_batch_reference {
    tarn_batch_id base;
    const tarn_batch_id *patches; /**< in the order in which they were laid; owned by the version */
    size_t patch_count;
} tarn_batch_reference;
tarn_batch_reference tarn_version_reference(const tarn_version *version, size_t column, size_t chunk);
/** True when two versions have the very same live set for a chunk, without reading it. */
bool tarn_version_same_live(const tarn_version *a, size_t chunk_a, const tarn_version *b, size_t chunk_b);
/** True when both show their rows in the same order (the order itself is compared by its batch ids). */
bool tarn_version_same_order(const tarn_version *a, const tarn_version *b);
bool tarn_version_has_order(const tarn_version *version);

/**
 * How to walk the rows as people see them: parts in order, each either a stretch of one chunk (of which the live rows
 * count) or, after a sort, a list of row numbers.
 */
typedef struct tarn_part {
    int64_t position; /**< of its first live row */
    int64_t rows;     /**< live rows in it */
    size_t chunk;     /**< stretch: the chunk, and rows from … to - 1 inside it */
    int64_t from, to;
    const int64_t *row_numbers; /**< list: `rows` live row numbers; NULL for a stretch. Owned by the version */
} tarn_part;
/** Built on first use; cheap without an order. */
tarn_status tarn_version_parts(const tarn_version *version, const tarn_part **out, size_t *count, tarn_error *error);

/** Row numbers at positions position … position + count - 1 (all must exist). */
tarn_status tarn_version_locate(const tarn_version *version, int64_t position, int64_t count, int64_t *row_numbers,
                                tarn_error *error);
/** Chunk and offset of a row number; TARN_E_NOT_FOUND when the version has no such row; `*live` may be NULL. */
tarn_status tarn_version_find_row(const tarn_version *version, int64_t row_number, size_t *chunk, int64_t *offset,
                                  bool *live, tarn_error *error);
/** A column's values at row numbers, in that order. */
tarn_status tarn_version_take(const tarn_version *version, size_t column, const int64_t *row_numbers, int64_t count,
                              struct ArrowArray *out, tarn_error *error);

/** Which tables there are for somebody; a NULL filter: all. Others are as if they were not there. */
typedef struct tarn_table_filter {
    const char *const *patterns; /**< as fnmatch(3) has them */
    size_t count;
} tarn_table_filter;
bool tarn_table_is_permitted(const tarn_table_filter *filter, const char *table);
/** As tarn_store_open_version, of tables that the filter permits. */
tarn_status tarn_store_open_permitted(tarn_store *store, const tarn_table_filter *filter, const char *version,
                                      tarn_version **out, tarn_error *error);

/* ---- changing: transactions and drafts ---- */

/**
 * A transaction gathers drafts of new versions and commits them as one record. Batches that it puts are on disk before
 * the commit, unreferenced and swept if it never comes. tarn_transaction_put may be called from many threads at once;
 * everything else from one.
 */
tarn_status tarn_transaction_begin(tarn_store *store, tarn_transaction **out, tarn_error *error);

/** Keep one column's values (at most TARN_CHUNK_ROWS) and give their id. Equal values that the store has already are
 *  shared, after comparing them. The type must be canonical (tarn_array_normalize), text valid UTF-8. */
tarn_status tarn_transaction_put(tarn_transaction *transaction, const struct ArrowSchema *type,
                                 const struct ArrowArray *values, tarn_batch_id *out, tarn_error *error);

/** A draft of a new table (no columns, no rows), or of the next version of an existing one. Owned by the transaction.
 *  TARN_E_EXISTS when the name is taken (also by another draft). */
tarn_status tarn_draft_create(tarn_transaction *transaction, const char *name, tarn_draft **out, tarn_error *error);
tarn_status tarn_draft_edit(tarn_transaction *transaction, tarn_version *base, tarn_draft **out, tarn_error *error);

/** What the draft has become so far, as a version to read from, before it is committed. Release with
 *  tarn_version_release, before the transaction ends. */
tarn_status tarn_draft_look(tarn_draft *draft, tarn_version **out, tarn_error *error);

/* The draft's present state, for those who build on it. */
size_t tarn_draft_column_count(const tarn_draft *draft);
const tarn_column *tarn_draft_column(const tarn_draft *draft, size_t column);
size_t tarn_draft_chunk_count(const tarn_draft *draft);
tarn_chunk tarn_draft_chunk(const tarn_draft *draft, size_t chunk);

/** A new column before `position` (SIZE_MAX: last), all null until replaced. `type`'s name is the column's. */
tarn_status tarn_draft_add_column(tarn_draft *draft, const struct ArrowSchema *type, size_t position,
                                  tarn_error *error);
tarn_status tarn_draft_drop_column(tarn_draft *draft, size_t column, tarn_error *error);
tarn_status tarn_draft_rename_column(tarn_draft *draft, size_t column, const char *name, tarn_error *error);
/** Move the column so that it ends up at `position`. */
tarn_status tarn_draft_move_column(tarn_draft *draft, size_t column, size_t position, tarn_error *error);

/** New values for all chunks of a column: one id per chunk, all of `type` (its name is ignored). Patches go. */
tarn_status tarn_draft_replace_column(tarn_draft *draft, size_t column, const struct ArrowSchema *type,
                                      const tarn_batch_id *ids, tarn_error *error);
/** New values for one chunk; of the column's type. Patches of that chunk go. */
tarn_status tarn_draft_replace_batch(tarn_draft *draft, size_t column, size_t chunk, tarn_batch_id id,
                                     tarn_error *error);
/** Lay values over cells: row numbers (each must exist; the last of equal ones wins), values of the column's type.
 *  Values equal to those present are left out. `*changed` (may be NULL): cells that really differ. Patches are folded
 *  into a new base when a chunk has many of them. */
tarn_status tarn_draft_patch(tarn_draft *draft, size_t column, const int64_t *row_numbers,
                             const struct ArrowArray *values, int64_t *changed, tarn_error *error);

/** Append a chunk of `rows` rows: one id per column, in the draft's column order. */
tarn_status tarn_draft_append_chunk(tarn_draft *draft, int64_t rows, const tarn_batch_id *ids, tarn_error *error);

/** Which rows of a chunk are live (bits, copied; NULL: all). */
tarn_status tarn_draft_set_live(tarn_draft *draft, size_t chunk, const uint8_t *bits, tarn_error *error);
/** Make rows dead. Rows that are dead already count for nothing; unknown ones are an error. */
tarn_status tarn_draft_delete_rows(tarn_draft *draft, const int64_t *row_numbers, int64_t count, int64_t *changed,
                                   tarn_error *error);

/** Order as runs of consecutive row numbers: pairs (start, length); every row of the draft exactly once. */
tarn_status tarn_draft_set_runs(tarn_draft *draft, const int64_t *pairs, size_t count, tarn_error *error);
/** Order as a full list of the live rows' numbers, as after a sort (rows that are absent from it come last). */
tarn_status tarn_draft_set_permutation(tarn_draft *draft, const int64_t *row_numbers, int64_t count, tarn_error *error);
/** Back to the natural order. */
tarn_status tarn_draft_clear_order(tarn_draft *draft, tarn_error *error);
/** Append rows and show them from `position` on: `rows` is a struct array with one child per column. */
tarn_status tarn_draft_insert_rows(tarn_draft *draft, int64_t position, const struct ArrowArray *rows,
                                   tarn_error *error);

/** Throw away columns, rows and order and begin a new row space: for a table replaced as a whole. */
tarn_status tarn_draft_restart(tarn_draft *draft, tarn_error *error);

/**
 * Cuts record batches of any size into chunks of the right size and appends them to a draft, in order, putting columns
 * in parallel. The draft must have its columns already. Feed from one thread.
 */
typedef struct tarn_appender tarn_appender;
/** Up to so many rows, when they are all, are joined to the draft's last chunk if that is small too. */
#define TARN_FEW_ROWS 1024
tarn_status tarn_appender_new(tarn_draft *draft, tarn_appender **out, tarn_error *error);
/** Not taken over. One child per column of the draft, of its types. */
tarn_status tarn_appender_add(tarn_appender *appender, const struct ArrowArray *batch, tarn_error *error);
tarn_status tarn_appender_finish(tarn_appender *appender, tarn_error *error); /**< puts what is left */
void tarn_appender_free(tarn_appender *appender);

/** What happened, for the journal. Strings are copied. */
typedef struct tarn_event {
    const char *kind;       /**< "import", "command", "edit", "undo", "redo", "checkout", "rename", "drop", "undrop",
                                 "export", "gc", "freeze" … */
    const char *command;    /**< the command's name; NULL when there is none */
    const char *parameters; /**< a JSON object, secrets already replaced; NULL: {} */
    int64_t rows, cells;    /**< changed; -1 when unknown */
    int64_t duration;       /**< microseconds; 0 when unknown */
} tarn_event;

/** One record with the new heads of all drafts that differ from their base; those that do not make no version, and when
 *  none does, nothing is written and *changed is false. TARN_E_CONFLICT when a base is no longer the head. The
 *  transaction is ended whatever the outcome. `*changed` may be NULL. */
tarn_status tarn_transaction_commit(tarn_transaction *transaction, const tarn_event *event, bool *changed,
                                    tarn_error *error);
void tarn_transaction_abort(tarn_transaction *transaction); /**< NULL is allowed */

/* Records that make no version. */
tarn_status tarn_store_set_head(tarn_store *store, uint64_t table, uint64_t head, uint64_t tip, const tarn_event *event,
                                tarn_error *error);
tarn_status tarn_store_rename_table(tarn_store *store, uint64_t table, const char *name, const tarn_event *event,
                                    tarn_error *error);
tarn_status tarn_store_drop_table(tarn_store *store, uint64_t table, const tarn_event *event, tarn_error *error);
/** TARN_E_EXISTS when another table has the name by now. */
tarn_status tarn_store_undrop_table(tarn_store *store, uint64_t table, const tarn_event *event, tarn_error *error);
/** Only the event (an export …), for a table and version it is about (table 0: none). */
tarn_status tarn_store_note(tarn_store *store, uint64_t table, uint64_t version, const tarn_event *event,
                            tarn_error *error);

/**
 * TARN_E_CONFLICT: a change was meant for version `expected` of the table, which has another head by now. The message
 * says which, and what was done meanwhile, by whom.
 */
tarn_status tarn_table_moved_on(tarn_store *store, const tarn_table_state *table, uint64_t expected, tarn_error *error);

/* ---- the journal as a log ---- */

typedef struct tarn_record_table {
    uint64_t table;
    const char *name;       /**< at that time */
    uint64_t before, after; /**< head before and after; 0: there was none */
    bool is_new_version;    /**< `after` was made by this record */
    uint64_t parent;        /**< of `after`, when new */
    int64_t rows;           /**< live rows of `after` */
} tarn_record_table;

typedef struct tarn_record {
    uint64_t number; /**< from 1, without gaps */
    int64_t time;
    const char *user, *kind, *command, *parameters;
    int64_t rows, cells, duration;
    const tarn_record_table *tables;
    size_t table_count;
    char hash[TARN_SHA256_TEXT_SIZE];     /**< of this record's line: the next one's `previous`; "" when it is gone */
    char previous[TARN_SHA256_TEXT_SIZE]; /**< of the record before */
} tarn_record;

/** Call `visit` for each record in rising order, from number `from` (1: the oldest kept) on; what is beyond the limit
 * on records counts as gone. The record is valid only during the call. A status other than TARN_OK ends the walk and is
 *  returned. */
typedef tarn_status (*tarn_record_visitor)(void *context, const tarn_record *record, tarn_error *error);
tarn_status tarn_store_walk(tarn_store *store, uint64_t from, tarn_record_visitor visit, void *context,
                            tarn_error *error);
/** What made a version; also known when the record itself was pruned. The visitor is called once. */
tarn_status tarn_store_record_of(tarn_store *store, uint64_t table, uint64_t version, tarn_record_visitor visit,
                                 void *context, tarn_error *error);

/** Number and hash of the last record (0 and 64 zeros in an empty workspace): keep it elsewhere to detect removed
 * lines. */
void tarn_store_tip(tarn_store *store, uint64_t *number, char hash[TARN_SHA256_TEXT_SIZE]);

/** A tip that was noted elsewhere. */
typedef struct tarn_store_tip_mark {
    uint64_t number;
    char hash[TARN_SHA256_TEXT_SIZE];
} tarn_store_tip_mark;

/**
 * Recompute the chain over all records kept; TARN_E_CORRUPT names the first file, line and record that is changed,
 * missing or out of order, or says that the record of `expected` (may be NULL) is not there as it was; TARN_E_NOT_FOUND
 * that it was pruned. `*records` (may be NULL): how many were checked.
 */
tarn_status tarn_store_verify_journal(tarn_store *store, const tarn_store_tip_mark *expected, uint64_t *records,
                                      tarn_error *error);

/** Remove all records but the newest `keep`. Versions stay, and what made them stays known; the chain stays
 *  verifiable, from the hash of the record before the first that is kept. */
tarn_status tarn_store_prune_journal(tarn_store *store, uint64_t keep, tarn_error *error);

/**
 * From now on keep the newest `keep` records (0: all), this one among them: as tarn_store_prune_journal after opening
 * and after each commit. A large journal is pruned in larger steps; what is beyond the limit is not shown meanwhile.
 */
tarn_status tarn_store_set_record_limit(tarn_store *store, uint64_t keep, const tarn_event *event, tarn_error *error);
uint64_t tarn_store_record_limit(tarn_store *store);

/** Who records are about from now on (borrowed); NULL: who the store was opened by. For who makes a change. */
void tarn_store_act_as(tarn_store *store, const char *user);

/* ---- housekeeping ---- */

typedef struct tarn_problem {
    char *what;    /**< one line: what is damaged and where */
    char *affects; /**< tables, versions, columns and rows that it touches; NULL when none */
    bool repaired; /**< set aside, rebuilt … */
} tarn_problem;
typedef struct tarn_verify_report {
    uint64_t records, versions, batches, segments; /**< checked */
    uint64_t bytes;
    tarn_problem *problems;
    size_t problem_count;
} tarn_verify_report;
/** Check everything: chain, checkpoints, index, every batch's bytes, hash and type, every version's references. With
 *  `repair` (writers only): rebuild the index, set damaged batches aside (their cells read as null in the versions
 *  concerned, said in the report and in the journal), set a damaged journal tail aside as a file. TARN_OK also when
 *  problems were found. */
tarn_status tarn_store_verify(tarn_store *store, bool repair, tarn_task *task, tarn_verify_report *out,
                              tarn_error *error);
void tarn_verify_report_clear(tarn_verify_report *report);
/** For a workspace that tarn_store_open refuses as damaged: examine and, with `repair`, mend the journal first. */
tarn_status tarn_store_rescue(tarn_fs *fs, const char *directory, bool repair, tarn_verify_report *out,
                              tarn_error *error);

typedef struct tarn_gc_report {
    uint64_t versions, tables, batches; /**< removed (dry run: would be) */
    uint64_t bytes;                     /**< given back */
    uint64_t bytes_waiting;             /**< still leased by readers; given back by a later gc */
} tarn_gc_report;
/** Remove what nothing reaches: abandoned lines, dropped tables, versions beyond the limits; rewrite segments that have
 *  become mostly empty. `options` NULL: defaults. */
tarn_status tarn_store_gc(tarn_store *store, const tarn_gc_options *options, tarn_task *task, tarn_gc_report *out,
                          tarn_error *error);

typedef struct tarn_recode_report {
    uint64_t batches;                   /**< rewritten; 0: all had the codec already, and nothing was recorded */
    uint64_t bytes_before, bytes_after; /**< of those batches, as stored */
} tarn_recode_report;
/** Rewrite a table's batches (all kept versions) with a codec: freeze (ZSTD), thaw (NONE). Ids stay. */
tarn_status tarn_store_recode(tarn_store *store, uint64_t table, tarn_codec codec, tarn_task *task,
                              tarn_recode_report *out, tarn_error *error);

/** A chunk with fewer patches than this is never folded. */
#define TARN_FOLD_LEAST 8

typedef struct tarn_fold_options {
    uint64_t most;               /**< folds at most so many chunks of columns */
    bool (*stop)(void *context); /**< looked at before each; true: give way, leaving nothing. May be NULL */
    void *context;
} tarn_fold_options;
/**
 * Keep ready what many single edits have made of the chunks of all heads, so that reading does not become slower with
 * every edit. Makes no version and changes none: references, ids and diffs stay. `*complete` is false when there is
 * more to do. For quiet moments.
 */
tarn_status tarn_store_fold(tarn_store *store, const tarn_fold_options *options, tarn_task *task, uint64_t *folds,
                            bool *complete, tarn_error *error);

typedef struct tarn_store_info {
    uint64_t records, tables, dropped_tables, versions, batches, segments;
    uint64_t folds; /**< among the batches */
    uint64_t segment_bytes, journal_bytes, index_bytes, live_bytes;
} tarn_store_info;
tarn_status tarn_store_info_get(tarn_store *store, tarn_store_info *out, tarn_error *error);

#endif
