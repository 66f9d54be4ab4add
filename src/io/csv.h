/**
 * @file csv.h
 * Reading delimited text (CSV, TSV …) of any size and untidiness into Arrow, in parallel and in bounded memory.
 *
 * It works in two passes. tarn_csv_open makes the first one over the whole file: it finds encoding, dialect, header and
 * every record, and chooses each column's type by ALL its values, never by a sample. tarn_csv_read_chunk makes the
 * second one, chunk by chunk, in any order and from any number of threads. Nothing is lost silently: whatever was
 * irregular is in tarn_csv_report with line numbers.
 *
 *     tarn_csv_reader *reader;
 *     tarn_text_source source;
 *     tarn_text_source_file(file, &source, error);
 *     tarn_csv_open(&source, NULL, pool, task, &reader, error);
 *     for (size_t k = 0; k < tarn_csv_chunk_count(reader); k++)      // or in parallel
 *         tarn_csv_read_chunk(reader, k, &array, error);
 *     tarn_csv_free(reader);
 *
 * Records. Lines end in LF, CRLF or CR, mixed at will. Blank lines are skipped, except in a file of one column, where
 * each is a row (a null). A quote opens a quoted cell only as the cell's first character; inside, a doubled quote (or
 * one after a backslash, when the file escapes so) stands for itself. What follows a closing quote up to the delimiter
 * belongs to the cell and is reported. A quote that never closes, or that closes lines later in the middle of a cell,
 * is taken as a plain character and reported: one stray quote does not swallow the rows after it.
 *
 * Dialect. Found where lines read better so: spaces between a delimiter and a quote, a backslash as escape in quotes or
 * outside of them, a first line that tells the delimiter (sep=;), and lines that begin with # and are no records.
 * Titles above the names, units below them, and notes below the table are left out, each of it reported with its lines.
 *
 * Names. Whether the first record (after titles) has names is judged by how it fits the records below (grid.h).
 *
 * Width. A regular record has as many cells as most records in the first 256 kB. The table has as many columns as the
 * header or a regular record, whichever has more; a nameless column past the header that is empty throughout is left
 * out. Records with fewer cells than the regular ones are filled with nulls, and cells past the table's width are kept:
 * in additional columns (column_12 …) when there are at most `max_extra_columns` of them, else verbatim, delimiters
 * included, in one column named _extra. Both are reported as ragged. Surplus cells that are empty make no column.
 *
 * Types. The narrowest that fits every value of the column; spaces around numbers, dates and times do not count:
 *   bool               true, false (any case)
 *   int64              -12, 0, 340; not 007, +5 or 1,000
 *   float64            -1.5, .5, 1e-3, -0 when at most 17 digits are significant and the value is in a double's range;
 *                      nan, inf, infinity (any case, with a minus too) only beside numbers; integers join floats when
 *                      they are exact in a double (at most 2^53)
 *   date32             2026-01-31, a date that exists
 *   timestamp[us]      2026-01-31 23:59[:59[.123456]], with T or a space; joins with dates
 *   timestamp[us, UTC] the same ending in Z, +01, +0100 or +01:00; does not join with times without a zone
 *   time64[us]         23:59:59[.123456]
 *   utf8               all else, verbatim; a column without any value too
 * A column with a leading zero (00501) or a number that its type could not give back is utf8 throughout.
 *
 * Nulls. An unquoted cell that equals an entry of `null_text` (by default the empty cell) is null. A quoted empty cell
 * is the empty text in a utf8 column and null in any other; so are cells of nothing but spaces.
 *
 * Encodings. UTF-8, UTF-16 and UTF-32 (by their marks; UTF-16 without a mark by its pattern of zero bytes), ISO-2022-JP
 * by its escape sequences; else, as soon as any byte of the whole file is invalid as UTF-8, the encoding is guessed
 * from lines that hold such bytes (text_detect.h), and that it was is reported, with how sure it is. Where other lines
 * are UTF-8, the text is: only the lines that are not are read in the guessed encoding, or, when they read well in
 * none, their invalid bytes become U+FFFD; they are reported either way. The encodings of East Asia are converted to a
 * scratch file first.
 */
#ifndef TARN_IO_CSV_H
#define TARN_IO_CSV_H

#include "io/text_source.h"
#include "jobs/jobs.h"
#include "tarn/arrow.h"

#define TARN_CSV_CHUNK_ROWS 122880 /**< most rows of a chunk */
#define TARN_CSV_NO_QUOTE '\n'     /**< option `quote`: cells are never quoted */

/** Ask for a column's type. Unknown names and types are errors; so is a value that does not fit (with its line). */
typedef struct tarn_csv_override {
    const char *column; /**< the name that the column gets; compared ignoring case */
    const char *type; /**< as SQL calls it, in any case: BOOLEAN, TINYINT … HUGEINT, UTINYINT … UBIGINT, DECIMAL(p,s),
                         REAL, DOUBLE, DATE, TIME, TIMESTAMP(_S, _MS, _NS), TIMESTAMPTZ, UUID, BLOB (\\xAB is a byte),
                         VARCHAR, and common synonyms. What comes out has exactly this type; nothing but the digits of
                         REAL and DOUBLE is rounded. */
} tarn_csv_override;

/** Where text goes that has to be converted as a whole before it can be read (the multi-byte encodings). */
typedef struct tarn_csv_scratch {
    tarn_status (*write)(void *context, const void *data, size_t size, tarn_error *error);
    tarn_status (*open)(void *context, tarn_text_source *out, tarn_error *error); /**< what was written, for reading */
    void *context;                                                                /**< lives as long as the reader */
} tarn_csv_scratch;

/** Zeroed (or a NULL pointer): everything is detected. */
typedef struct tarn_csv_options {
    char delimiter;      /**< an ASCII character; 0: detected among , ; tab | and the control
                              characters 1 and 31 */
    char quote;          /**< an ASCII character; 0: detected (" or '); TARN_CSV_NO_QUOTE */
    int header_row;      /**< line (from 1, skipped ones not counted) with the names; -1: there is none; 0: detected.
                              Records before it are left out and reported. */
    int header_rows;     /**< header records from header_row on, joined as "top / sub"; 0: detected (1 or 2) while
                              header_row is, else 1 */
    uint64_t skip_rows;  /**< lines to leave out at the beginning */
    int64_t skip_footer; /**< lines to leave out at the end, blank ones not counted; 0: notes are detected; -1: none */
    const char *long_delimiter; /**< UTF-8, of 2 to 16 bytes, instead of `delimiter`; NULL: none */
    const uint32_t *widths;     /**< characters of each cell of lines without delimiters; NULL: there are delimiters */
    size_t n_widths;
    char escape;         /**< before a character that it makes a plain one, in quotes and outside; 0: detected (\\) */
    const char *comment; /**< what lines begin with that are no records; NULL: detected (#); "": there are none */
    char decimal;        /**< ',' or '.': what numbers have before their fraction; the other one, spaces and apostrophes
                            may part their thousands then. 0: a point, and nothing parts thousands */
    const char *encoding; /**< a name (tarn_text_encoding_find), or NULL to detect */
    bool all_text;        /**< every column utf8 */
    const tarn_csv_override *overrides;
    size_t n_overrides;
    const char *const *null_text; /**< cells that are null when not quoted; NULL means the empty cell only */
    size_t n_null_text;
    size_t max_reports;       /**< line numbers kept per kind of irregularity; 0 means 100 */
    size_t max_extra_columns; /**< see Width above; 0 means 16 */

    uint64_t block_bytes; /**< work unit of the first pass; 0 means 4 MB */
    uint64_t chunk_bytes; /**< most raw bytes of a chunk of more than one row; 0 means 32 MB */
    uint64_t chunk_rows;  /**< 0 means TARN_CSV_CHUNK_ROWS, which is also the most */
    void (*misfit)(void *context, const char *column); /**< told, from any thread, that a value is not of the type asked
                                                          for, before reading fails; NULL: nobody is told */
    void *misfit_context;
    const tarn_csv_scratch *scratch; /**< NULL: in memory */
    uint64_t max_cell;               /**< largest cell in bytes, 0 means 64 MB, which is also the most */
} tarn_csv_options;

/** One irregular place. */
typedef struct tarn_csv_place {
    uint64_t line;  /**< line of the file (from 1) where the record, or the invalid byte, begins */
    uint64_t found; /**< ragged records: their number of cells; else 0 */
} tarn_csv_place;

/** Irregular places of one kind: the first of them in the file's order, and how many there are. */
typedef struct tarn_csv_places {
    tarn_csv_place *first;
    size_t count; /**< entries of `first` */
    uint64_t total;
} tarn_csv_places;

typedef struct tarn_csv_column {
    char *name;       /**< as in the schema: unique ignoring case, not empty, at most 255 bytes */
    char *raw;        /**< as in the header (decoded), when `name` had to differ from it; else NULL */
    const char *type; /**< "int64" …, as listed above; static text */
} tarn_csv_column;

/** What was found. Owned by the reader. */
typedef struct tarn_csv_report {
    const char *encoding; /**< "UTF-8", "windows-1252" …; static text */
    const char *fallback; /**< the encoding of lines that are not UTF-8 in a text that is; NULL: there are none */
    bool byte_order_mark;
    char delimiter;          /**< the first byte of it; NUL when nothing parts cells */
    char delimiter_text[32]; /**< all of it, in UTF-8; "" when nothing parts cells: one column, fixed widths */
    char quote;              /**< NUL when none */
    char escape;             /**< the quote itself, or a backslash */
    uint64_t header_row;     /**< line of the file that holds the names, from 1; 0 when there is none */
    uint64_t header_rows;    /**< records that the names were made of */
    uint64_t preamble_rows;  /**< records before the header, left out */
    uint64_t footer_line;    /**< the first line left out at the end; 0: none was */
    tarn_csv_column *columns;
    size_t n_columns;
    size_t regular_width; /**< cells of a regular record */
    uint64_t rows;
    uint64_t lines;
    tarn_csv_places ragged;
    tarn_csv_places after_quote;  /**< text between a closing quote and the delimiter */
    tarn_csv_places comments;     /**< lines taken as comments and left out */
    tarn_csv_places stray_quotes; /**< opening quotes taken as plain characters */
    tarn_csv_places
        invalid_bytes;  /**< not valid in the encoding, replaced by U+FFFD (no lines for UTF-16 and UTF-32) */
    uint64_t nul_bytes; /**< kept */
    bool extra_joined;  /**< the last column is _extra */
    char **warnings;    /**< sentences for people, one per finding; empty for a tidy file */
    size_t n_warnings;
} tarn_csv_report;

typedef struct tarn_csv_reader tarn_csv_reader;

/**
 * Make the first pass. The source must stay alive until tarn_csv_free; its name is copied. `pool` and `task` may be
 * NULL and are used during the call only. An empty source, a binary one (TARN_E_FORMAT), an unknown encoding, column or
 * type (TARN_E_INVALID) are errors; a header alone is a table without rows.
 */
tarn_status tarn_csv_open(const tarn_text_source *source, const tarn_csv_options *options, tarn_pool *pool,
                          tarn_task *task, tarn_csv_reader **out, tarn_error *error);

/** A struct schema with one nullable child per column; the caller releases the copy. */
tarn_status tarn_csv_schema(const tarn_csv_reader *reader, struct ArrowSchema *out, tarn_error *error);

size_t tarn_csv_chunk_count(const tarn_csv_reader *reader);

/** Rows of chunk k. */
uint64_t tarn_csv_chunk_rows(const tarn_csv_reader *reader, size_t k);

/** Raw bytes of chunk k, for progress. */
uint64_t tarn_csv_chunk_bytes(const tarn_csv_reader *reader, size_t k);

/** Chunk k as a struct array of tarn_csv_schema. Thread-safe. A file changed since tarn_csv_open gives TARN_E_IO. */
tarn_status tarn_csv_read_chunk(const tarn_csv_reader *reader, size_t k, struct ArrowArray *out, tarn_error *error);

const tarn_csv_report *tarn_csv_get_report(const tarn_csv_reader *reader);

/** NULL is allowed. */
void tarn_csv_free(tarn_csv_reader *reader);

/**
 * Look at the first 256 kB (and up to `rows` rows) only: what a dialog shows before the import. The same report and one
 * struct array; types may still change with the rest of the file. `out_report` is owned by `*out_reader`.
 */
tarn_status tarn_csv_preview(const tarn_text_source *source, const tarn_csv_options *options, uint64_t rows,
                             tarn_csv_reader **out_reader, struct ArrowArray *out, tarn_error *error);

#endif
