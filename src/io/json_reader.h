/**
 * @file json_reader.h
 * The reader from the inside: see json.h.
 */
#ifndef TARN_IO_JSON_READER_H
#define TARN_IO_JSON_READER_H

#include "io/json.h"
#include "io/json_locate.h"
#include "io/json_shape.h"

#include <pthread.h>

/* Something wrong in the file. */
typedef struct tarn_json_wrong {
    size_t block;    /* SIZE_MAX: nothing is */
    uint64_t place;  /* in the view */
    uint64_t record; /* in the block, from 0 */
    char what[200];
} tarn_json_wrong;

/* A shape with who learns it; they go from block to block. */
typedef struct tarn_json_pupil {
    tarn_json_learner learner;
    tarn_json_shape *shape;
    struct tarn_json_pupil *next;
} tarn_json_pupil;

struct tarn_json_reader {
    tarn_text_view view;
    tarn_json_options options;
    char *name; /* of the source, for messages */
    tarn_task *task;
    tarn_json_located located;
    uint64_t *rows; /* owned; per block */
    tarn_json_shape *shape;
    struct ArrowSchema schema;
    size_t batch_rows;
    tarn_notes notes;
    pthread_mutex_t lock; /* guards these two during the first pass: */
    tarn_json_pupil *idle;
    tarn_json_wrong wrong; /* that comes first in the file */
};

/* A block's text, valid UTF-8, with padding. */
typedef struct tarn_json_page {
    uint8_t *data; /* owned */
    size_t size;
    bool cut; /* before bytes that are not valid UTF-8 */
} tarn_json_page;

tarn_status tarn_json_page_load(const tarn_json_reader *reader, size_t block, tarn_json_page *out,
                                tarn_json_wrong *wrong, tarn_error *error);

/* The page to be read from its beginning. */
tarn_json_text tarn_json_page_text(const tarn_json_reader *reader, size_t block, const tarn_json_page *page);

/* Where in the view text->at is. */
uint64_t tarn_json_place(const tarn_json_reader *reader, size_t block, const tarn_json_text *text);

/* Between records: whether another begins at text->at. `*count`: records before. False with a fault in `text` when what
 * stands there is wrong. */
bool tarn_json_next_record(const tarn_json_reader *reader, size_t block, tarn_json_text *text, uint64_t count,
                           bool *more);

/* Learn the shape of all blocks; faults go to reader->wrong. */
tarn_status tarn_json_learn_all(tarn_json_reader *reader, tarn_pool *pool, tarn_error *error);

/* The message for something wrong: line and column are counted now. */
tarn_status tarn_json_fail(const tarn_json_reader *reader, const tarn_json_wrong *wrong, tarn_error *error);

/* "record 12", counted over blocks that were all read. */
uint64_t tarn_json_record_number(const tarn_json_reader *reader, size_t block, uint64_t record);

#endif
