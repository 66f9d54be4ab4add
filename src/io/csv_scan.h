/**
 * @file csv_scan.h
 * The tokeniser: bytes to a table of cells, some hundred records at a time. What a record is depends on nothing but the
 * bytes from its beginning on, which is what lets blocks of a file be tokenised independently and stitched together.
 */
#ifndef TARN_IO_CSV_SCAN_H
#define TARN_IO_CSV_SCAN_H

#include "base/buffer.h"
#include "io/csv.h"

#define TARN_CSV_MOST_DELIMITER 15 /* bytes of a delimiter, or of what begins a comment */
#define TARN_CSV_NO_DELIMITER                                                                                          \
    0x1C /* of text in one column whose values hold what might part them; stands in no text                            \
          */

typedef struct tarn_csv_dialect {
    uint8_t delimiter;
    uint8_t quote; /* the delimiter again when there is no quote: never looked at then */
    bool has_quote;
    uint8_t escape;     /* in quotes it makes the next quote a plain character; 0: there is none */
    bool escapes_plain; /* outside of quotes too, and the next delimiter or line end with it */
    bool spaced_quotes; /* spaces may stand between a delimiter and a quote */
    char decimal;       /* of numbers whose thousands may be parted; 0: they are plain */
    bool keep_blank;    /* a blank line is a record (tables of one column) */
    bool keep_regular;  /* what begins like a comment and has as many cells as a regular record is one */
    uint8_t tail_size;  /* of a delimiter of several bytes: those behind the first */
    uint8_t comment_size;
    uint8_t tail[TARN_CSV_MOST_DELIMITER];
    uint8_t comment[TARN_CSV_MOST_DELIMITER]; /* lines that begin so are no records */
    const uint32_t *widths; /* fixed: characters of each cell (no delimiter, no quotes then); NULL; not owned */
    size_t n_widths;
    uint32_t regular; /* cells of a regular record; 0: none is ragged */
    uint32_t max_cell;
} tarn_csv_dialect;

/* A cell: where its bytes are and what is special about them. */
typedef struct tarn_csv_field {
    uint32_t start;
    uint32_t size_and_flags;
} tarn_csv_field;

#define TARN_CSV_MISSING (UINT32_C(1) << 31) /* not there (short record), or one of the null texts */
#define TARN_CSV_QUOTED (UINT32_C(1) << 30)  /* start and size are those between the quotes */
#define TARN_CSV_ESCAPED (UINT32_C(1) << 29) /* has to go through tarn_csv_unescape */
#define TARN_CSV_SIZE_MASK (TARN_CSV_ESCAPED - 1)

static inline uint32_t tarn_csv_field_size(tarn_csv_field field) {
    return field.size_and_flags & TARN_CSV_SIZE_MASK;
}

/* Cells past the table's width. */
typedef struct tarn_csv_surplus {
    uint32_t row, column; /* of the batch */
    tarn_csv_field field;
    uint32_t raw_end; /* where the record ends: field.start to here is the rest of the record as written */
    uint32_t raw_start;
} tarn_csv_surplus;

typedef enum tarn_csv_event {
    TARN_CSV_RAGGED,
    TARN_CSV_AFTER_QUOTE,
    TARN_CSV_STRAY_QUOTE,
    TARN_CSV_INVALID,
    TARN_CSV_COMMENT,
    TARN_CSV_EVENTS,
} tarn_csv_event;

/* Irregular places of a stretch, lines counted from 0 at its beginning. Owns `first`. */
typedef struct tarn_csv_log {
    tarn_csv_places kinds[TARN_CSV_EVENTS];
    size_t limit;
} tarn_csv_log;

tarn_status tarn_csv_log_add(tarn_csv_log *log, tarn_csv_event kind, uint64_t line, uint64_t found, tarn_error *error);
/* Add a later stretch's, which begins `line` lines further on. */
tarn_status tarn_csv_log_append(tarn_csv_log *log, const tarn_csv_log *later, uint64_t line, tarn_error *error);
void tarn_csv_log_free(tarn_csv_log *log);

/* Records as a table: `rows` × `width` cells. Owns its arrays. */
typedef struct tarn_csv_batch {
    size_t width, capacity, rows;
    tarn_csv_field *fields;
    uint32_t *counts; /* cells of each record */
    tarn_csv_surplus *surplus;
    size_t n_surplus, surplus_capacity;
    uint32_t widest; /* most cells of any record so far */
} tarn_csv_batch;

tarn_status tarn_csv_batch_init(tarn_csv_batch *batch, size_t width, size_t capacity, tarn_error *error);
void tarn_csv_batch_free(tarn_csv_batch *batch);

typedef enum tarn_csv_stop {
    TARN_CSV_STOP_FULL, /* the batch is full or `limit` was reached */
    TARN_CSV_STOP_END,  /* nothing is left */
    TARN_CSV_STOP_MORE, /* the record at `position` needs bytes past `size` */
} tarn_csv_stop;

typedef struct tarn_csv_cursor {
    const uint8_t *data;
    size_t size;         /* less than 4 GB */
    bool last;           /* nothing follows `size` */
    size_t position;     /* where the next record begins */
    uint64_t line;       /* line ends before `position`, from wherever the caller counts */
    uint64_t first_line; /* of the file, where `line` is 0: for messages */
} tarn_csv_cursor;

/* Fill the (emptied) batch with the records that begin before `limit`. `log` may be NULL. Fails on cells over max_cell.
 */
tarn_status tarn_csv_scan(const tarn_csv_dialect *dialect, tarn_csv_cursor *cursor, size_t limit, tarn_csv_batch *batch,
                          tarn_csv_log *log, tarn_csv_stop *stop, tarn_error *error);

/* Does the line at `position` begin like a comment? */
bool tarn_csv_is_comment(const tarn_csv_dialect *dialect, const uint8_t *data, size_t size, size_t position);

/* Is what begins like a comment at the cursor a record all the same, since it has its width? Where the bytes at hand do
 * not tell, `*unsure`. */
bool tarn_csv_is_kept(const tarn_csv_dialect *dialect, const tarn_csv_cursor *cursor, bool *unsure);

/* The same for lines cut at fixed widths (csv_fixed.c). */
tarn_status tarn_csv_scan_fixed(const tarn_csv_dialect *dialect, tarn_csv_cursor *cursor, size_t limit,
                                tarn_csv_batch *batch, tarn_csv_log *log, tarn_csv_stop *stop, tarn_error *error);

/* The value of a cell with TARN_CSV_ESCAPED; `out` holds its size. Returns the bytes written. */
size_t tarn_csv_unescape(const tarn_csv_dialect *dialect, const uint8_t *data, tarn_csv_field field, uint8_t *out);

/* Line ends (LF, CRLF, CR) in a stretch that does not end between CR and LF. */
uint64_t tarn_csv_count_lines(const uint8_t *data, size_t size);

/* The beginning of the first line after the first line end at or after `from`; `size` when there is none. */
size_t tarn_csv_next_line(const uint8_t *data, size_t size, size_t from);

#endif
