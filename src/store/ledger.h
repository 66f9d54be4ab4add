/**
 * @file ledger.h
 * What the journal says, added up: the catalogue, the row spaces, the segments and the index, as of one record. Built
 * from a checkpoint and the records after it. Not thread-safe. Private to src/store.
 */
#ifndef TARN_STORE_LEDGER_H
#define TARN_STORE_LEDGER_H

#include "store/record.h"

typedef struct tarn_table {
    tarn_table_state state; /* public part; owned */
    char *key;              /* of the name, for comparing without case */
    uint64_t next_field;
} tarn_table;

typedef struct tarn_space {
    uint64_t id;
    uint64_t next_row; /* high-water mark */
} tarn_space;

typedef struct tarn_segment_size {
    uint32_t number;
    uint64_t size; /* bytes that records refer to; what follows is left over */
} tarn_segment_size;

typedef struct tarn_ledger {
    uint64_t record;                  /* the last one taken in */
    char hash[TARN_SHA256_TEXT_SIZE]; /* of its line */
    uint64_t next_file;               /* the last line says that this file follows; 0: it does not */
    uint64_t between;                 /* kept lines that were appended behind it, in the same file */
    tarn_table *tables;               /* by id */
    size_t table_count, table_capacity;
    tarn_space *spaces; /* by id */
    size_t space_count, space_capacity;
    tarn_segment_size *segments; /* by number */
    size_t segment_count, segment_capacity;
    uint64_t next_table, next_space;
    uint32_t next_segment;
    uint64_t format;     /* of the journal file that is appended to, as its checkpoint says */
    uint64_t gc_record;  /* the last record that removed segments */
    uint64_t audit_keep; /* the limit on records; 0: none */
    uint32_t first_file; /* journal files with a lower number are removed, or going to be */
    /* What the checkpoint says of the lines behind it that were written with it: their bytes, and when past records are
     * among them, the record before the first of those and its hash. */
    uint64_t kept_bytes;
    bool is_anchored;
    uint64_t anchor;
    char anchor_hash[TARN_SHA256_TEXT_SIZE];
    tarn_index index;
} tarn_ledger;

void tarn_ledger_init(tarn_ledger *ledger);
/** Do the numbers that a checkpoint gave make sense together? TARN_E_CORRUPT when not. */
tarn_status tarn_ledger_check(const tarn_ledger *ledger, tarn_error *error);
void tarn_ledger_clear(tarn_ledger *ledger);

tarn_table *tarn_ledger_table(const tarn_ledger *ledger, uint64_t id); /**< NULL when absent */
/** A table of that name that is not dropped; NULL when absent. TARN_E_MEMORY only. */
tarn_status tarn_ledger_named(const tarn_ledger *ledger, const char *name, tarn_table **out, tarn_error *error);
uint64_t tarn_ledger_next_row(const tarn_ledger *ledger, uint64_t space);
tarn_segment_size *tarn_ledger_segment(const tarn_ledger *ledger, uint32_t number); /**< NULL when absent */

/** Take in a record or a kept change that lies at `offset` of journal file `file`. */
tarn_status tarn_ledger_apply(tarn_ledger *ledger, const tarn_line *line, uint32_t file, uint64_t offset,
                              uint32_t length, tarn_error *error);
/** Only what a line adds to the index: for rebuilding it. */
tarn_status tarn_ledger_index_line(tarn_ledger *ledger, const tarn_line *line, uint32_t file, uint64_t offset,
                                   uint32_t length, tarn_error *error);

/** Append a whole checkpoint line. */
tarn_status tarn_checkpoint_write(const tarn_ledger *ledger, int64_t time, tarn_buffer *out, tarn_error *error);
/** Fill an empty ledger from a checkpoint's body, index files not opened: they are listed in `files` (heap array of
 *  number, size and checksum; the caller frees it). */
tarn_status tarn_checkpoint_read(tarn_slice body, tarn_ledger *ledger, tarn_index_file **files, size_t *count,
                                 tarn_error *error);
/** Where a journal file stands in the chain. */
typedef struct tarn_file_start {
    uint64_t record; /* whose state the checkpoint is */
    char hash[TARN_SHA256_TEXT_SIZE];
    uint64_t before; /* the first record in the file follows this one: `record` unless past records come first */
    char before_hash[TARN_SHA256_TEXT_SIZE];
    uint32_t first_file; /* as in tarn_ledger */
} tarn_file_start;
/** Only that of a checkpoint's body. */
tarn_status tarn_checkpoint_start(tarn_slice body, tarn_file_start *out, tarn_error *error);

#endif
