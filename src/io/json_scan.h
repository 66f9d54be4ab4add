/**
 * @file json_scan.h
 * Where the records of a JSON file lie, found in one pass that looks at quotes and brackets only; blocks of them can
 * then be read by themselves and in any order. What is wrong inside of the blocks is found by whoever reads them.
 */
#ifndef TARN_IO_JSON_SCAN_H
#define TARN_IO_JSON_SCAN_H

#include "base/buffer.h"
#include "io/text_view.h"

/* Whole records, with what separates them. */
typedef struct tarn_json_block {
    uint64_t offset; /* in the view */
    size_t size;
    bool commas; /* between the records, as in an array; else they follow each other */
    bool last;   /* nothing follows in the array, so that no comma may end it */
    bool open;   /* the file or the largest record ends here, and the last record does not */
} tarn_json_block;

typedef struct tarn_json_blocks {
    tarn_json_block *list;
    size_t count, capacity;
} tarn_json_blocks;

/* Reading on and on through a view. */
typedef struct tarn_json_cursor {
    const tarn_text_view *view;
    tarn_task *task;
    uint8_t *window; /* owned */
    size_t at, size;
    uint64_t offset; /* of the window */
    uint64_t block_bytes;
    uint64_t block_records;
    uint64_t most_record; /* bytes of a record */
} tarn_json_cursor;

tarn_status tarn_json_cursor_open(tarn_json_cursor *cursor, const tarn_text_view *view, tarn_task *task,
                                  tarn_error *error);
void tarn_json_cursor_close(tarn_json_cursor *cursor);
/* Go to an offset of the view. */
void tarn_json_cursor_seek(tarn_json_cursor *cursor, uint64_t offset);

static inline uint64_t tarn_json_cursor_place(const tarn_json_cursor *cursor) {
    return cursor->offset + cursor->at;
}

/* The next byte that is no space, left where it is; -1 at the end. */
tarn_status tarn_json_cursor_peek(tarn_json_cursor *cursor, int *out, tarn_error *error);

/* The next byte, whatever it is; -1 at the end. */
tarn_status tarn_json_cursor_next(tarn_json_cursor *cursor, int *out, tarn_error *error);

/**
 * Pass over records up to the bracket that closes what they lie in, or to the end of the file when they lie in nothing;
 * the bracket is passed over too and given by `*closing` (-1: the end). Adds their blocks unless `blocks` is NULL.
 * `commas`: they are the elements of an array.
 */
tarn_status tarn_json_scan(tarn_json_cursor *cursor, bool commas, tarn_json_blocks *blocks, int *closing,
                           tarn_error *error);

tarn_status tarn_json_blocks_add(tarn_json_blocks *blocks, tarn_json_block block, tarn_error *error);

#endif
