/**
 * @file blind.h
 * Comparing tables without showing what is in them.
 *
 * Each side turns its table into digests with a secret that both know: of every row one of its key (128 bits) and one
 * of every other value (64 bits). Digests are HMAC-SHA-256, cut, under a key that PBKDF2 makes of the secret. A value's
 * digest depends on its row's key and its column too, so that equal values in different rows have different digests and
 * nothing can be counted; rows are sorted by the digests of their keys, so that their order tells nothing. Numbers are
 * digested as numbers whatever their width, all else as its text. Whoever has no secret learns from digests how many
 * rows and columns there are, what the columns are called, and what is the same in two such tables. Whoever has the
 * secret can try out guesses, as with any method in which both sides compute alone.
 */
#ifndef TARN_DIFF_BLIND_H
#define TARN_DIFF_BLIND_H

#include "diff/cells.h"
#include "fs/fs.h"
#include "jobs/jobs.h"
#include "store/store.h"
#include "tarn/blind.h"

#define TARN_BLIND_KEY_BYTES 16
#define TARN_BLIND_CELL_BYTES 8

/** What digests were made with, and how many there are. */
typedef struct tarn_blind_about {
    char *name;       /**< of the table or file */
    uint64_t version; /**< 0: a file */
    char **keys;      /**< key columns, as they are called in the table */
    size_t key_count;
    char **columns; /**< the others, as they are to be called */
    size_t column_count;
    bool ignore_case, ignore_space;
    int64_t rows, null_keys; /**< rows with a null in their key are counted and have no digests */
    char check[33];          /**< the same for the same secret: 32 hexadecimal digits */
} tarn_blind_about;
void tarn_blind_about_clear(tarn_blind_about *about);

/** Some rows' digests. Belongs to the source, until the next ones are asked for. */
typedef struct tarn_blind_rows {
    int64_t count;          /**< 0: the end */
    const uint8_t *keys;    /**< TARN_BLIND_KEY_BYTES each, rising */
    const uint8_t **cells;  /**< per column TARN_BLIND_CELL_BYTES each */
    const int64_t *numbers; /**< row numbers in the table; NULL: a file has none */
} tarn_blind_rows;

/** Where digests come from. Used by one thread at a time. */
typedef struct tarn_blind_source {
    tarn_blind_about about;
    tarn_status (*next)(struct tarn_blind_source *source, tarn_blind_rows *out, tarn_error *error);
    void (*close)(struct tarn_blind_source *source); /**< frees it */
} tarn_blind_source;

/** A secret made into a key for digests; wiped by tarn_blind_key_clear. */
typedef struct tarn_blind_key {
    uint8_t bytes[32];
} tarn_blind_key;
/** TARN_E_INVALID: the secret is empty. NULL: a random one, for two tables that are both here. */
tarn_status tarn_blind_key_derive(const void *secret, size_t size, tarn_blind_key *out, tarn_error *error);
void tarn_blind_key_clear(tarn_blind_key *key);

/** What is digested: only `key` and `options` need not live as long as the source. */
typedef struct tarn_blind_input {
    tarn_version *version;            /**< retained */
    const char *name;                 /**< of its table */
    const tarn_diff_options *options; /**< keys (needed), leave_out, map (columns are called as `after` says), rules */
    const tarn_blind_key *key;
    uint64_t memory; /**< bytes for the rows' order, beyond which it goes to a scratch file; 0: 24 MiB */
    tarn_pool *pool;
    tarn_task *task; /**< may be NULL; retained */
} tarn_blind_input;
/** Digests of a version. */
tarn_status tarn_blind_table(const tarn_blind_input *input, tarn_blind_source **out, tarn_error *error);
/** Digests in an Arrow file. Nothing in it is believed: TARN_E_INVALID says what is wrong. */
tarn_status tarn_blind_file(tarn_fs *fs, const char *path, tarn_blind_source **out, tarn_error *error);
/** Takes the source over: a stream to be written as an Arrow file. */
tarn_status tarn_blind_stream(tarn_blind_source *source, struct ArrowArrayStream *out, tarn_error *error);

/** Compare; sources stay the caller's and are read to their end. `most`: changes that are listed. */
tarn_status tarn_blind_match(tarn_blind_source *before, tarn_blind_source *after, size_t most, tarn_task *task,
                             tarn_blind **out, tarn_error *error);

#endif
