/**
 * @file internal.h
 * The store's inside: what its files share with each other. Private to src/store and its tests.
 *
 * Locks, in the order in which they may be taken: store.lock (ledger, journal position, pending batches, known
 * versions, file handles), then cache.lock. Neither is held while a segment is read, decoded or hashed.
 */
#ifndef TARN_STORE_INTERNAL_H
#define TARN_STORE_INTERNAL_H

#include "store/cache.h"
#include "store/ledger.h"
#include "store/state.h"
#include "store/store.h"
#include "store/zone_cache.h"

#include <pthread.h>
#include <stdatomic.h>

/** A file that several threads use and none of them closes under another. */
typedef struct tarn_shared_file {
    atomic_size_t holders;
    tarn_file *file;
} tarn_shared_file;

tarn_status tarn_shared_file_open(tarn_fs *fs, const char *path, tarn_open_mode mode, tarn_shared_file **out,
                                  tarn_error *error);
tarn_shared_file *tarn_shared_file_retain(tarn_shared_file *file); /**< NULL is allowed */
void tarn_shared_file_release(tarn_shared_file *file);             /**< NULL is allowed */

/** A segment that is open in this process. */
typedef struct tarn_open_segment {
    uint32_t number;
    uint64_t seen; /* bytes that it had when something was mapped of it */
    tarn_shared_file *file;
} tarn_open_segment;

/** The segment that batches are being appended to, and those of this transaction that want syncing. */
typedef struct tarn_segment_writer {
    pthread_mutex_t lock;
    uint32_t number; /* 0: the next batch begins a new segment */
    uint64_t end;    /* where the next batch goes */
    tarn_shared_file *file;
    bool fresh; /* its name is not durable yet */
    struct tarn_dirty_segment {
        uint32_t number;
        tarn_shared_file *file;
        bool fresh;
    } * dirty;
    size_t dirty_count, dirty_capacity;
} tarn_segment_writer;

typedef struct tarn_journal {
    uint32_t number; /* of the file that is appended to */
    tarn_shared_file *file;
    uint64_t end;     /* of its last valid line */
    uint64_t started; /* records in it begin behind this one */
    bool poisoned;    /* what is on disk is not known: nothing may be written any more */
} tarn_journal;

/** Journal files that are open, by rising number. */
typedef struct tarn_journal_set {
    tarn_shared_file **files;
    uint32_t *numbers;
    size_t count;
} tarn_journal_set;

typedef tarn_status (*tarn_hash_function)(const struct ArrowSchema *schema, const struct ArrowArray *array,
                                          tarn_hash128 *out, tarn_error *error);

#define TARN_RECENT_VERSIONS 32

struct tarn_store {
    tarn_fs *fs;
    char *directory;
    char *journal_folder, *segment_folder, *index_folder, *lease_folder, *scratch_folder;
    char *user;
    const char *acting;         /* whom records are about meanwhile; NULL: `user` */
    tarn_store_options options; /* with defaults filled in; strings are the ones above */

    pthread_mutex_t lock;
    tarn_ledger ledger;
    tarn_journal journal;
    bool is_held; /* nothing new is taken in; then the journal's files, kept open */
    tarn_journal_set held;
    bool torn;              /* something followed the journal's last valid line when it was loaded */
    uint32_t last_index;    /* the highest number that an index file has had: readers may still map those */
    bool index_incomplete;  /* an index file was missing or damaged; it was rebuilt in memory */
    tarn_keyed_map pending; /* batches put by the open transaction (tarn_batch_entry) */
    tarn_transaction *transaction;
    tarn_open_segment *open_segments;
    size_t open_segment_count, open_segment_capacity;

    tarn_version **versions; /* loaded ones, by hash; they are removed when their last holder lets go */
    size_t version_count, version_capacity;
    tarn_version *recent[TARN_RECENT_VERSIONS]; /* held so that they stay loaded; the newest first */
    size_t recent_count;
    const tarn_keyed_map *collecting; /* while gc runs: the versions that stay, by table and number; no other may be
                                         loaded any more */

    tarn_segment_writer writer;
    tarn_batch_cache cache;
    tarn_zone_cache zones;        /* by the ids of batches, and by the keys of patched ones (tarn_state_patched_key) */
    pthread_mutex_t scratch_lock; /* for what follows, made when first needed */
    char *scratch;                /* this process's own folder for temporary files */
    tarn_file *scratch_owner;     /* its file that is locked */

    tarn_file *lock_file;
    tarn_file *lease;
    char *lease_path;
    tarn_file *shared_lease; /* instead, where none can be made */
    uint64_t leased_record;

    tarn_hash_function hash; /* tarn_array_hash, unless a test wants ids to collide */
};

/* ---- paths and files (store.c) --------------------------------------------------------------------------------------
 */

char *tarn_journal_path(const tarn_store *store, uint32_t number);
char *tarn_segment_path(const tarn_store *store, uint32_t number);
/** The number in a name such as 00000012.seg; 0 when it is not such a name. */
uint32_t tarn_file_number(const char *name, const char *ending);
/** TARN_OK when workspace.json is fine; else as tarn_store_open says. */
tarn_status tarn_store_check_description(tarn_fs *fs, const char *directory, tarn_error *error);
/** Write workspace.json. */
tarn_status tarn_store_describe(tarn_fs *fs, const char *directory, tarn_error *error);
/** A store that has nothing loaded. */
tarn_status tarn_store_allocate(tarn_fs *fs, const char *directory, const tarn_store_options *options, tarn_store **out,
                                tarn_error *error);
tarn_status tarn_store_check_writable(const tarn_store *store, tarn_error *error);

/* ---- journal (journal.c) --------------------------------------------------------------------------------------------
 */

/** Numbers of the journal's files, rising. Heap array. */
tarn_status tarn_journal_files(tarn_fs *fs, const char *folder, uint32_t **out, size_t *count, tarn_error *error);
/** Read a whole journal file into `out`. */
tarn_status tarn_journal_read_file(tarn_fs *fs, const char *path, tarn_buffer *out, tarn_error *error);

/** Where a journal file stands in the chain, from its first line alone. */
tarn_status tarn_journal_file_start(tarn_file *file, tarn_file_start *out, tarn_error *error);
/** The files that this store has taken in, open and in order; again when pruning removed one meanwhile. Close with
 *  tarn_journal_close_files. */
tarn_status tarn_journal_open_files(tarn_store *store, tarn_journal_set *out, tarn_error *error);
void tarn_journal_close_files(tarn_journal_set *set);

/**
 * Readers: keep the journal's files open and take nothing new in, so that what is looked at stays one state, whatever a
 * writer does meanwhile. Until tarn_store_let_go; not twice. Writers: nothing happens, theirs is one state anyhow.
 */
tarn_status tarn_store_hold(tarn_store *store, tarn_error *error);
void tarn_store_let_go(tarn_store *store);
/** All of a file from `offset` on. */
tarn_status tarn_journal_read_from(tarn_file *file, uint64_t offset, tarn_buffer *out, tarn_error *error);

/** Walks the lines of a journal file in memory. */
typedef struct tarn_line_walk {
    const char *text;
    size_t size, offset; /* offset: of the next line */
    uint64_t line;       /* number of the line last given, from 1 */
} tarn_line_walk;
typedef enum tarn_walk_step {
    TARN_WALK_LINE,    /* a good line */
    TARN_WALK_END,     /* nothing is left */
    TARN_WALK_TORN,    /* what is left is a write that did not end */
    TARN_WALK_DAMAGED, /* the line was changed */
} tarn_walk_step;
tarn_walk_step tarn_line_walk_next(tarn_line_walk *walk, tarn_slice *line);

/** Load the ledger from the newest checkpoint and what follows it; sets journal and ledger of an otherwise idle store.
 */
tarn_status tarn_journal_load(tarn_store *store, tarn_error *error);
/** Readers: take in what was appended since. */
tarn_status tarn_journal_follow(tarn_store *store, bool *changed, tarn_error *error);
/** Append a record, or a kept line with new places of batches, that is complete but for its end ("prev" and the
 *  checksum), sync it and take it in. */
tarn_status tarn_journal_commit(tarn_store *store, tarn_buffer *line, tarn_error *error);
/** Begin a new file with a checkpoint. */
tarn_status tarn_journal_rotate(tarn_store *store, const tarn_index_filter *filter, tarn_error *error);

/** What pruning carries over: lines that make all files before the new one superfluous. */
typedef struct tarn_carried {
    tarn_buffer lines;
    uint64_t anchor; /* the record before the first that stays */
    char anchor_hash[TARN_SHA256_TEXT_SIZE];
} tarn_carried;
/** Begin a new file with a checkpoint and what is carried over. The index stays as it is. */
tarn_status tarn_journal_carry_over(tarn_store *store, const tarn_carried *carried, tarn_error *error);
/** The text of a line that was taken in, into `out`, checked. */
tarn_status tarn_journal_read_line(tarn_store *store, uint32_t file, uint64_t offset, uint32_t length, tarn_buffer *out,
                                   tarn_error *error);
/** Rebuild the index in memory from all files kept, up to the last line that this store has taken in. */
tarn_status tarn_journal_rebuild_index(tarn_store *store, tarn_ledger *ledger, tarn_error *error);

/* ---- pruning (prune.c) ---------------------------------------------------------------------------------------------
 */

/** The record behind which the kept ones begin. */
tarn_status tarn_journal_oldest(tarn_store *store, uint64_t *out, tarn_error *error);
/** Prune down to the limit if there is one. What cannot be pruned now is pruned another time. */
void tarn_store_enforce_limit(tarn_store *store);

/* ---- writing records (event.c) --------------------------------------------------------------------------------------
 */

/** Begin a record: number, time, user, the event's members, up to where "tables" may follow. */
tarn_status tarn_record_begin(tarn_store *store, const tarn_event *event, tarn_json_out *out, tarn_error *error);
/** The members that every entry of "tables" with a head has. `next_field` and `space` 0: not said. */
void tarn_record_table_state(tarn_json_out *out, const tarn_table_state *state, uint64_t before);

/* ---- segments (segments.c) ------------------------------------------------------------------------------------------
 */

void tarn_segment_writer_open(tarn_store *store); /**< after the journal was loaded */
void tarn_segment_writer_close(tarn_store *store);
/** Append bytes; `entry`'s segment, offset, length and checksum are filled in. From any thread. */
tarn_status tarn_segment_append(tarn_store *store, const tarn_buffer *bytes, tarn_batch_entry *entry,
                                tarn_error *error);
/** Leave the segment that is appended to as it is: the next batch begins another one. */
void tarn_segment_seal(tarn_store *store);
/** Make everything that was appended durable. */
tarn_status tarn_segment_sync(tarn_store *store, tarn_error *error);
/** Forget what was appended since the last sync: whole new segments are removed again. */
void tarn_segment_abandon(tarn_store *store);
/** Read `size` of a batch's bytes from byte `from` of it on. */
tarn_status tarn_segment_read(tarn_store *store, const tarn_batch_entry *entry, uint64_t from, void *out, size_t size,
                              tarn_error *error);
/** Map a batch's bytes. */
tarn_status tarn_segment_map(tarn_store *store, const tarn_batch_entry *entry, tarn_mapping *out, tarn_error *error);
/** Close the handle of a segment that is going to be removed. */
void tarn_segment_forget(tarn_store *store, uint32_t number);

/* ---- batches (batch.c, glance.c, read.c) ------------------------------------------------------------------------- */

/** The id that values get whose own is taken by `salt` others; 0 gives `id`. */
tarn_batch_id tarn_batch_id_salted(tarn_batch_id id, uint64_t salt);
static inline tarn_codec tarn_batch_codec(const tarn_batch_entry *entry) {
    return (tarn_codec)(entry->codec & ~TARN_BATCH_IS_FOLD);
}
/** What is stored of a batch: its stream, and what follows that (docs/format.md, "Segments and batches"). */
tarn_status tarn_batch_encode(const struct ArrowSchema *type, const struct ArrowArray *values, tarn_codec codec,
                              tarn_batch_id id, tarn_buffer *out, tarn_error *error);
/** Where a batch lies: committed or pending. */
bool tarn_store_find_batch(tarn_store *store, tarn_batch_id id, tarn_batch_entry *out);
/** A stored batch as it is, from the cache or from its segment. `*out` is NULL when it was set aside as damaged. */
tarn_status tarn_store_read_batch(tarn_store *store, tarn_batch_id id, tarn_batch **out, tarn_error *error);
/** Map and decode a batch past the cache. `trusted`: bytes that were checked before in this process are not checked
 *  again. */
tarn_status tarn_store_decode(tarn_store *store, const tarn_batch_entry *entry, bool trusted, tarn_batch **out,
                              tarn_error *error);
/** The same, of which only the `count` values from `first` on may be looked at, and are there (see tarn_batch.first):
 * of large batches that were never read no more than is needed for them is read, checked and decompressed. */
tarn_status tarn_store_glance(tarn_store *store, tarn_batch_id id, int64_t first, int64_t count, tarn_batch **out,
                              tarn_error *error);
/** Drop it from the cache. */
void tarn_store_forget_batch(tarn_store *store, tarn_batch_id id);
/** Whether all bytes of a batch were checked, or written, by this process. */
bool tarn_store_is_proved(tarn_store *store, const tarn_batch_entry *entry);
/** Whether the stored bytes are those that were written. */
tarn_status tarn_store_check_bytes(tarn_store *store, const tarn_batch_entry *entry, const tarn_mapping *mapping,
                                   tarn_error *error);
/** What the mapping of an uncompressed batch counts in the cache. */
uint64_t tarn_store_mapping_cost(const tarn_store *store, const tarn_mapping *mapping);
/** Of a heap-allocated tarn_mapping: what an ipc owner releases. */
void tarn_store_release_mapping(void *mapping);
/** Keep values under their id; see tarn_transaction_put. */
tarn_status tarn_store_put(tarn_store *store, const struct ArrowSchema *type, const struct ArrowArray *values,
                           tarn_batch_id *out, tarn_error *error);

/** One column of one chunk of a state, patches applied. Messages name what they can. */
tarn_status tarn_state_read(tarn_store *store, const tarn_state *state, size_t column, size_t chunk, tarn_batch **out,
                            tarn_error *error);
/** What patches have made of a chunk's base (of nulls: type and length) has this key. */
tarn_status tarn_state_patched_key(const tarn_state *state, size_t column, size_t chunk, tarn_hash128 *out,
                                   tarn_error *error);
/** Of TARN_E_CORRUPT: put before the message which cells it is about. Returns `status`. */
tarn_status tarn_state_name_place(const tarn_state *state, size_t column, size_t chunk, tarn_status status,
                                  tarn_error *error);

/** A patch is a struct column: row numbers (int64, rising) and values. */
typedef struct tarn_patch_cells {
    tarn_batch *batch; /* NULL: it was set aside, and is as if it had not been laid. Else to be released */
    const int64_t *rows;
    int64_t count;
    const struct ArrowArray *values;
} tarn_patch_cells;
/** A patch over a column of a type. */
tarn_status tarn_store_open_patch(tarn_store *store, tarn_batch_id id, const struct ArrowSchema *type,
                                  tarn_patch_cells *out, tarn_error *error);

/** Values of a column at row numbers. */
tarn_status tarn_state_take(tarn_store *store, const tarn_state *state, size_t column, const int64_t *row_numbers,
                            int64_t count, struct ArrowArray *out, tarn_error *error);
/** A live set or a piece of order: an array of the given format and length; NULL when set aside. */
tarn_status tarn_store_read_plain(tarn_store *store, tarn_batch_id id, const char *format, int64_t length,
                                  tarn_batch **out, tarn_error *error);

/* ---- versions (version.c, version_load.c, version_rows.c) -------------------------------------------------------- */

struct tarn_version {
    atomic_size_t holders;
    tarn_store *store;
    uint64_t table, number, parent;
    uint64_t links, delta_bytes, full_bytes; /* as its record says */
    tarn_state state;
    bool known; /* listed in store->versions */

    pthread_mutex_t lock;   /* for what follows, made on first use */
    tarn_batch **live_sets; /* per chunk */
    int64_t *starts;        /* per chunk, and one more: live rows before it */
    tarn_part *parts;
    size_t part_count;
    tarn_batch **order_batches; /* per piece */
    int64_t **filtered;         /* lists of row numbers that parts point into; NULL-terminated */
    size_t filtered_count;
};

/** An unlisted version over a state (shared, not taken over): for looking into drafts. */
tarn_status tarn_version_over(tarn_store *store, const tarn_state *state, tarn_version **out, tarn_error *error);
/** List a version that was just committed; `state` is taken over. */
tarn_status tarn_version_enlist(tarn_store *store, const tarn_table_line *line, tarn_state *state, tarn_error *error);
/** Let go of the recently used ones. */
void tarn_versions_forget_recent(tarn_store *store);
/** Load the state of a version, removed ones included, by its chain of changes. */
tarn_status tarn_version_load_state(tarn_store *store, uint64_t table, uint64_t number, tarn_state *out,
                                    tarn_table_line *line, tarn_error *error);
/** Its entry in the index. */
bool tarn_store_version_entry(tarn_store *store, uint64_t table, uint64_t number, tarn_version_entry *out);
/** Its line of "tables" in the journal; slices point into `text`, which the caller frees. */
tarn_status tarn_version_line(tarn_store *store, const tarn_version_entry *entry, tarn_buffer *text,
                              tarn_table_line *out, tarn_error *error);

/* ---- transactions and drafts (transaction.c, draft.c, draft_patch.c, draft_rows.c, draft_order.c) ---------------- */

struct tarn_draft {
    tarn_transaction *transaction;
    tarn_version *base; /* NULL: a new table */
    uint64_t table;
    char *name; /* of a new table; else NULL */
    tarn_state state;
    uint64_t next_field;
    uint64_t next_row; /* in the row space of `state` */
    /* Hashes of the keys of all names that columns have or had here, in an open table (0: free): what is not among them
     * is not taken, without a look at every column. Made when first needed. */
    uint64_t *name_hashes;
    size_t name_slots, name_count;
};

struct tarn_transaction {
    tarn_store *store;
    tarn_draft **drafts;
    size_t draft_count, draft_capacity;
};

tarn_status tarn_draft_check_column(const tarn_draft *draft, size_t column, tarn_error *error);
tarn_status tarn_draft_check_chunk(const tarn_draft *draft, size_t chunk, tarn_error *error);
/** Join a few rows (as tarn_draft_insert_rows takes them; their bytes by column) to the last chunk, when that is small;
 *  else `*joined` is false and nothing was done. */
tarn_status tarn_draft_join_rows(tarn_draft *draft, const struct ArrowArray *rows, const int64_t *bytes, bool *joined,
                                 tarn_error *error);
/** An order by runs covers all rows: what was appended since it was set comes last. */
tarn_status tarn_draft_complete_order(tarn_draft *draft, tarn_error *error);
/** Show `count` new rows from `first` on (at the end so far) before the row at `position` of `before`, which is the
 * draft without them. */
tarn_status tarn_draft_place_rows(tarn_draft *draft, const tarn_version *before, int64_t position, int64_t first,
                                  int64_t count, tarn_error *error);
/** int64 values as a batch. */
tarn_status tarn_draft_put_numbers(tarn_draft *draft, const int64_t *values, int64_t count, tarn_batch_id *out,
                                   tarn_error *error);

/* ---- names (names.c) --------------------------------------------------------------------------------------------- */

/** ", did you mean …" from candidates, or "". */
typedef struct tarn_suggestion {
    const char *wanted, *best;
    size_t distance;
} tarn_suggestion;
void tarn_suggest(tarn_suggestion *suggestion, const char *candidate);

/* ---- the writer's lock and leases (lease.c) ---------------------------------------------------------------------- */

tarn_status tarn_lock_take(tarn_store *store, tarn_error *error);
tarn_status tarn_lease_take(tarn_store *store, tarn_error *error);
void tarn_lease_update(tarn_store *store, uint64_t record);
void tarn_lease_drop(tarn_store *store);
/** Writers: sweep dead leases; `*oldest` is the smallest record number that a live one holds, UINT64_MAX for none. */
tarn_status tarn_lease_oldest(tarn_store *store, uint64_t *oldest, tarn_error *error);

/* ---- temporary files (scratch.c) --------------------------------------------------------------------------------- */

/** Remove the folders in tmp/ of processes that are no more. */
void tarn_scratch_sweep(tarn_store *store);
/** Remove this process's own. */
void tarn_scratch_close(tarn_store *store);

/* ---- sweeping (sweep.c) ------------------------------------------------------------------------------------------ */

/** Writers: remove files that nothing refers to. `*waiting` (may be NULL): bytes that leases hold back. */
tarn_status tarn_store_number_index(tarn_store *store, tarn_error *error); /**< writers: sets last_index */
tarn_status tarn_store_sweep_index(tarn_store *store, tarn_error *error);
tarn_status tarn_store_sweep(tarn_store *store, uint64_t *waiting, tarn_error *error);

#endif
