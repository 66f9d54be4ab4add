/**
 * @file csv_reader.h
 * The inside of a tarn_csv_reader, shared by the files that make it up:
 *   csv_dialect.c  delimiter, quote, escape, width          (first 256 kB)
 *   csv_sample.c   how a sample reads in a dialect
 *   csv_lone.c     whether commas stand inside of the values of one column
 *   csv_comments.c which lines are comments
 *   csv_scan.c     the tokeniser; csv_batch.c what it fills, csv_text.c single cells and lines
 *   csv_fixed.c    records of fixed widths, and guessing them
 *   csv_footer.c   what stands below the table               (last 64 kB)
 *   csv_header.c   where the names are, what they become    (first 256 kB)
 *   csv_index.c    first pass: records, kinds of values      (whole file, parallel)
 *   csv_chunk.c    second pass: values                       (one chunk)
 *   csv_encoding.c which encoding it is; the multi-byte ones
 *   csv_report.c   warnings for people
 *   csv.c          opening and closing
 */
#ifndef TARN_IO_CSV_READER_H
#define TARN_IO_CSV_READER_H

#include "io/csv.h"
#include "io/csv_scan.h"
#include "io/csv_value.h"
#include "io/text_detect.h"
#include "io/text_view.h"

/* Which unquoted cells are null. */
typedef struct tarn_csv_nulls {
    bool empty;
    char **texts; /* those that are not empty */
    size_t n_texts;
} tarn_csv_nulls;

/* A place where a record begins. Chunks begin at such places. */
typedef struct tarn_csv_point {
    uint64_t offset, row, line;
} tarn_csv_point;

typedef struct tarn_csv_chunk {
    size_t first, end; /* points */
} tarn_csv_chunk;

/* A text in a column whose values are mostly of a type. */
typedef struct tarn_csv_odd {
    size_t column;
    uint64_t line;    /* from 0 */
    uint8_t text[48]; /* its beginning, as in the file */
    uint8_t size;     /* 255: there is more of it than that */
} tarn_csv_odd;

/* The beginning of the file, looked at once more closely. */
typedef struct tarn_csv_head {
    uint8_t *data; /* owned */
    size_t size;
    bool last;           /* it is the whole file */
    size_t begin;        /* behind skipped lines */
    uint64_t begin_line; /* lines before `begin` */
} tarn_csv_head;

/* What a header says about its columns; `names` in the file's encoding, NUL-free or not. */
typedef struct tarn_csv_header {
    uint64_t row; /* from 1; 0: none */
    uint64_t rows;
    uint64_t preamble;   /* records before the names, or before the values when there are none */
    uint64_t first_line; /* of the preamble, from 1 */
    uint64_t unit_rows;  /* records left out between the names and the values: units */
    uint64_t unit_line;  /* from 1 */
    tarn_buffer units;   /* what they say */
    tarn_buffer *names;  /* one per column of the header; owned */
    size_t n_names;
    size_t data_offset; /* in the head */
    uint64_t data_line;
} tarn_csv_header;

struct tarn_csv_reader {
    tarn_csv_options options; /* numbers resolved; pointers of the caller only valid during tarn_csv_open */
    tarn_text_view view;
    const tarn_text_encoding *encoding; /* of the view's bytes; known after the first pass */
    bool repair;                        /* UTF-8 with invalid bytes */
    const tarn_text_encoding *fallback; /* what reads the cells that are not UTF-8; NULL: their bytes are replaced */
    bool has_escapes;                   /* those of ISO-2022-JP, in text of ASCII alone */
    tarn_text_guess guess;              /* encoding NULL: nothing had to be guessed */
    bool is_mixed;                      /* the guess is for some lines only, the others are UTF-8 */
    tarn_buffer transcoded;             /* what is read, when it was converted in memory */
    char *name;                         /* owned */
    uint8_t *preview;                   /* owned: the bytes of a preview */
    tarn_csv_dialect dialect;
    uint32_t *widths;  /* owned: dialect.widths */
    size_t hash_names; /* in the head: a line that begins as comments do and has the names; SIZE_MAX: none */
    size_t hash_end;   /* in the head: lines before it that begin so are comments, however many cells they have */
    uint8_t sep_delimiter;
    bool sep_line;            /* the first line says what the delimiter is, and nothing else */
    bool footer_found;        /* the lines left out at the end are notes, and nobody asked for it */
    uint64_t footers;         /* how many they are */
    tarn_buffer guess_widths; /* "5,10,3": columns of fixed width that a text of one column seems to have */
    char total_word[32];      /* how the last record begins when it looks like totals, and its line */
    uint64_t total_line;      /* lines from it to the end of the data */
    tarn_csv_nulls nulls;
    tarn_csv_header header;
    uint64_t data_start, data_line; /* of the first data record, in the view */

    size_t width;                   /* columns of header and regular records */
    size_t widest;                  /* cells of the widest record */
    unsigned *kinds;                /* of each column up to `n_kinds` */
    struct tarn_csv_tally *tallies; /* n_kinds */
    tarn_csv_odd *odd;              /* examples, in the file's order within each column */
    size_t n_odd, odd_capacity;
    size_t n_kinds;
    tarn_text_census census;
    tarn_csv_log log;
    uint64_t nul_bytes;
    tarn_csv_point *points; /* n_points, the last one behind the last record */
    size_t n_points, points_capacity;

    size_t n_columns;           /* of the result */
    tarn_csv_type *types;       /* n_columns */
    tarn_csv_decimal *decimals; /* n_columns: of decimals */
    bool *overridden;           /* n_columns: a value that does not fit is an error */
    bool extra_joined;
    size_t dropped_columns;
    tarn_csv_chunk *chunks;
    size_t n_chunks;
    tarn_csv_report report;
};

/* Set the dialect and `width` = regular cells. */
tarn_status tarn_csv_detect_dialect(tarn_csv_reader *reader, const tarn_csv_head *head, tarn_error *error);

/* Is a line of its own at `begin` that says what the delimiter is ("sep=;")? `*delimiter` and the bytes of the line. */
size_t tarn_csv_sep_line(const uint8_t *data, size_t size, size_t begin, uint8_t *delimiter);

/* Leave out what stands below the table: the lines asked for, or notes. The view ends before them from then on. `all`:
 * its bytes, when they are at hand. */
tarn_status tarn_csv_cut_footer(tarn_csv_reader *reader, uint64_t data_start, const uint8_t *all, tarn_error *error);

/* Find the header and read its names. `*need_more`: the head is too short to hold it. */
tarn_status tarn_csv_detect_header(tarn_csv_reader *reader, const tarn_csv_head *head, bool *need_more,
                                   tarn_error *error);
void tarn_csv_header_free(tarn_csv_header *header);

/* Which encoding the bytes are in, after the first pass. `*whole`: a multi-byte one, so that all has to be converted
 * and read again; else NULL. */
tarn_status tarn_csv_decide_encoding(tarn_csv_reader *reader, tarn_task *task, const tarn_text_encoding **whole,
                                     tarn_error *error);

/* Open a text in a multi-byte encoding: given, or guessed as `found` (which may be NULL) tells. */
tarn_status tarn_csv_open_transcoded(const tarn_text_source *source, const tarn_csv_options *options,
                                     const tarn_text_encoding *encoding, const tarn_csv_reader *found, tarn_pool *pool,
                                     tarn_task *task, tarn_csv_reader **out, tarn_error *error);

/* A stretch of whole characters to UTF-8; `out` holds tarn_text_utf8_bound(size) bytes. */
size_t tarn_csv_decode(const tarn_csv_reader *reader, const uint8_t *data, size_t size, char *out);

/* What was guessed, and how surely. */
tarn_status tarn_csv_warn_guess(tarn_csv_report *report, const tarn_text_guess *guess, bool is_mixed,
                                tarn_error *error);

/* Bytes that are not valid, and what became of them. */
tarn_status tarn_csv_warn_invalid(tarn_csv_report *report, tarn_error *error);

/* Fill report.columns: decoded, cleaned, unique. `n_columns` and `encoding` are known. */
tarn_status tarn_csv_name_columns(tarn_csv_reader *reader, tarn_error *error);

/* The first pass. */
tarn_status tarn_csv_index(tarn_csv_reader *reader, tarn_pool *pool, tarn_task *task, tarn_error *error);

/* Which columns became text for a few values only, with those. */
tarn_status tarn_csv_warn_odd(tarn_csv_reader *reader, tarn_error *error);

tarn_status tarn_csv_write_warnings(tarn_csv_reader *reader, tarn_error *error);

/* Mark the cells of a column that are null texts as missing. */
void tarn_csv_mark_nulls(const tarn_csv_nulls *nulls, const uint8_t *data, tarn_csv_field *fields, size_t stride,
                         size_t rows);

/* The kind of a cell that is not empty, in a dialect with its own numbers. */
unsigned tarn_csv_kind_in(const tarn_csv_dialect *dialect, const uint8_t *text, size_t size);

/* Heap text of a warning. */
tarn_status tarn_csv_warn(tarn_csv_report *report, tarn_error *error, const char *format, ...) TARN_PRINTF(3, 4);

#endif
