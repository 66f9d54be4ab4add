/**
 * @file json.h
 * Reading JSON of any size into Arrow, in parallel and in bounded memory: arrays of objects, JSON lines, objects one
 * after the other, and records that lie under a key.
 *
 * It works in two passes, as csv.h does. tarn_json_open makes the first one: it finds where the records lie
 * (json_locate.h), reads all of them strictly by RFC 8259, and chooses each column's type by ALL its values.
 * tarn_json_read makes the second one, block by block, in any order and from any number of threads.
 *
 * Columns are the keys of the records, in the order in which they come. A key that a record has not is null there; one
 * that it has twice is an error. Records that are no objects are the one column "value".
 *
 * Types. The narrowest that gives back every value:
 *   bool             true, false
 *   int64, uint64, decimal128(38,0)   integers, by the largest
 *   float64          numbers with a point or an exponent while a double gives back every digit (at most 17 of them)
 *   decimal128(p,s)  numbers of which a double would lose digits
 *   date32, time64, timestamp, timestamp with UTC   texts that are such, as in csv.h, throughout the column
 *   struct, list     objects and arrays, down to 32 levels
 *   utf8             all else, and values of different kinds in one column: texts are themselves, numbers have the
 *                    digits of the file, objects and arrays are JSON without spaces. So are objects of more than 2,000
 *                    different keys, and those that would be mostly nulls.
 *
 * Text is UTF-8, UTF-16 or UTF-32 by its mark, or in the encoding that is asked for. Faults are told with line and
 * column (of characters, from 1).
 */
#ifndef TARN_IO_JSON_H
#define TARN_IO_JSON_H

#include "io/csv.h"
#include "io/names.h"

/** Zeroed (or a NULL pointer): everything is detected. */
typedef struct tarn_json_options {
    const char *encoding;               /**< a name (tarn_text_encoding_find), or NULL to detect */
    const char *records;                /**< keys that lead to the records, see json_locate.h; NULL: found */
    bool lines;                         /**< a lone object is a record, whatever is in it */
    bool all_text;                      /**< every column utf8: the digits of the file */
    const tarn_csv_override *overrides; /**< types of columns, as in csv.h */
    size_t n_overrides;

    uint64_t block_bytes; /**< work unit; 0 means 8 MB */
    uint64_t block_rows;  /**< most rows of a batch; 0 means TARN_CSV_CHUNK_ROWS, which is also the most */
    uint64_t most_record; /**< largest record in bytes; 0 means 256 MB (32 MB where addresses have 32 bits) */
    uint64_t most_text;   /**< largest text in bytes; 0 means 64 MB, which is also the most */
} tarn_json_options;

typedef struct tarn_json_reader tarn_json_reader;

/** Make the first pass. The source must stay alive until tarn_json_free. `pool` and `task` may be NULL and are used by
 *  this call and, the task, by tarn_json_read. What is wrong with the file is TARN_E_FORMAT, with an option
 *  TARN_E_INVALID. */
tarn_status tarn_json_open(const tarn_text_source *source, const tarn_json_options *options, tarn_pool *pool,
                           tarn_task *task, tarn_json_reader **out, tarn_error *error);

/** A struct schema with one nullable child per column; the caller releases the copy. */
tarn_status tarn_json_schema(const tarn_json_reader *reader, struct ArrowSchema *out, tarn_error *error);

size_t tarn_json_block_count(const tarn_json_reader *reader);
uint64_t tarn_json_block_rows(const tarn_json_reader *reader, size_t block);
uint64_t tarn_json_block_bytes(const tarn_json_reader *reader, size_t block); /**< for progress */

/** Takes over a batch (a struct array of tarn_json_schema), whatever it returns. */
typedef tarn_status (*tarn_json_take)(void *context, struct ArrowArray *batch, tarn_error *error);

/** Give the rows of a block in batches, none of them empty. Thread-safe. */
tarn_status tarn_json_read(const tarn_json_reader *reader, size_t block, tarn_json_take take, void *context,
                           tarn_error *error);

const char *tarn_json_encoding(const tarn_json_reader *reader);
/** What people should know: which records were taken, which names were changed. */
const tarn_notes *tarn_json_notes(const tarn_json_reader *reader);

/** NULL is allowed. */
void tarn_json_free(tarn_json_reader *reader);

#endif
