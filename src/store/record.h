/**
 * @file record.h
 * One line of the journal: a checkpoint, a record, or one of the two that pruning carries over from files that it
 * removes: a past record, whose effects the checkpoint has already, and a kept change, whose record is gone.
 * docs/format.md, "Journal", describes the members. Private to src/store.
 */
#ifndef TARN_STORE_RECORD_H
#define TARN_STORE_RECORD_H

#include "store/index.h"
#include "store/json.h"
#include "store/store.h"

/** What a record says of one table. */
typedef struct tarn_table_line {
    uint64_t table;
    tarn_slice name; /**< as JSON writes it */
    bool has_head;   /**< the table's state is given: head, tip, newest, rows, columns, dropped */
    bool dropped;
    uint64_t about; /**< the record is only about this version; 0: it is not */
    uint64_t before, head, tip, newest;
    int64_t rows;
    uint64_t columns;
    uint64_t next_field;
    uint64_t space, next_row; /**< a row space and its high-water mark; space 0: not given */
    uint64_t version, parent; /**< version 0: no new version */
    uint64_t from;            /**< the version that `change` applies to; 0: nothing */
    tarn_slice change;
    uint64_t links, delta_bytes, full_bytes; /**< changes since the last full state, their bytes, the full state's */
    uint64_t record;                         /**< kept changes: the number of the record that made the version */
    bool removed;                            /**< kept changes: gc removed the version */
} tarn_table_line;

typedef enum tarn_line_kind {
    TARN_LINE_RECORD,
    TARN_LINE_KEPT,
    TARN_LINE_PAST,
    TARN_LINE_CHECKPOINT,
} tarn_line_kind;

/** A line taken apart; slices point into it. `tables` is re-used from line to line. */
typedef struct tarn_line {
    tarn_line_kind kind;
    tarn_slice body; /**< checkpoint: its object; past: the record's line */
    uint64_t number;
    int64_t time;
    tarn_slice user, event, command, parameters; /**< empty when absent */
    int64_t rows, cells, duration;
    tarn_slice prev;
    uint64_t between;        /**< kept lines between the record before and this line; 0 also when it does not say */
    uint64_t next;           /**< kept lines: the journal file that follows this one; 0: it does not say */
    tarn_slice audit_keep;   /**< the new limit on records, a number; empty when absent */
    tarn_table_line *tables; /**< owned; freed by tarn_line_clear */
    size_t table_count, table_capacity;
    tarn_slice batches;          /**< the array's text; empty when absent */
    tarn_slice removed_tables;   /**< [id, …] */
    tarn_slice removed_versions; /**< [[table, first, last], …] */
    tarn_slice removed_segments; /**< [number, …] */
} tarn_line;

void tarn_line_clear(tarn_line *line);

/** Length of `,"sum":"…"}`, which ends each line. */
#define TARN_SUM_SIZE 26

/** Append the end of a line: the checksum of what was written from `start` on, and a newline. */
tarn_status tarn_line_seal(tarn_buffer *line, size_t start, tarn_error *error);

/** How a stretch of text looks that should be one line (newline not included). */
typedef enum tarn_line_look {
    TARN_LINE_GOOD,
    TARN_LINE_TORN,    /**< not the shape of a line: a write that did not end */
    TARN_LINE_DAMAGED, /**< the shape of a line, with a checksum that is wrong */
} tarn_line_look;
tarn_line_look tarn_line_check(const char *text, size_t size);

/** Take a checked line apart. TARN_E_CORRUPT when its JSON is not a line's. */
tarn_status tarn_line_parse(const char *text, size_t size, tarn_line *line, tarn_error *error);

/** Call `visit` with each tarn_batch_entry of "batches". */
tarn_status tarn_line_each_batch(tarn_slice batches, tarn_entry_visitor visit, void *context, tarn_error *error);

/** Write the members "from", "chain" and "change" of a version. */
void tarn_line_write_change(tarn_json_out *out, const tarn_table_line *line, tarn_slice change);

/** Write a batch entry as an element of "batches". */
void tarn_line_write_batch(tarn_json_out *out, const tarn_batch_entry *entry);

#endif
