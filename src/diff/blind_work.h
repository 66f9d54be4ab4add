/**
 * @file blind_work.h
 * What digests of a table are made of: values as texts, and the rows in the order of their keys' digests. Private to
 * src/diff/blind_*.c.
 */
#ifndef TARN_DIFF_BLIND_WORK_H
#define TARN_DIFF_BLIND_WORK_H

#include "diff/blind.h"
#include "diff/spill.h"

#include <nettle/hmac.h>

/* ---- values as texts (blind_text.c) ---- */

typedef struct tarn_blind_reading {
    tarn_diff_reader reader;
    bool is_number;
} tarn_blind_reading;

/** To be closed by tarn_diff_reader_close(&out->reader). */
tarn_status tarn_blind_reading_open(const tarn_diff_rules *rules, const struct ArrowSchema *schema,
                                    const struct ArrowArray *array, tarn_blind_reading *out, tarn_error *error);
/** NULL for null; valid until the next one is read. */
tarn_status tarn_blind_read_text(tarn_blind_reading *reading, int64_t i, const char **text, size_t *size,
                                 tarn_error *error);
/** Digest a text with its length. */
void tarn_blind_digest_text(struct hmac_sha256_ctx *hmac, const char *text, size_t size);

/* ---- rows by the digests of their keys (blind_order.c) ---- */

typedef struct tarn_blind_place {
    uint8_t key[TARN_BLIND_KEY_BYTES];
    int64_t row;
} tarn_blind_place;

/** Digests are dealt out by their first bits, so that few rows at a time are in memory and sorted. Used by one thread.
 */
typedef struct tarn_blind_order {
    tarn_diff_spill *spill;
    tarn_dealt dealt;
    size_t next_bucket;
    tarn_blind_place *places; /**< the present bucket, sorted */
    int64_t count, at, capacity;
    int64_t null_keys; /**< rows that are left out */
} tarn_blind_order;

/** `keyed` has digested nothing yet; `keys`: columns of the version. To be cleared in any case. */
tarn_status tarn_blind_order_make(const tarn_blind_input *input, const struct hmac_sha256_ctx *keyed,
                                  const size_t *keys, tarn_blind_order *out, tarn_error *error);
void tarn_blind_order_clear(tarn_blind_order *order);
/** The next rows, at most `most`; NULL and 0 at the end. Valid until the next call. */
tarn_status tarn_blind_order_next(tarn_blind_order *order, int64_t most, const tarn_blind_place **out, int64_t *count,
                                  tarn_error *error);

#endif
