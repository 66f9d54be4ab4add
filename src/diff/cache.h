/**
 * @file cache.h
 * Results of comparisons that are kept, so that asking for one again costs nothing.
 *
 * Kept are the results that were used last, as far as they fit into a limit of bytes. What leaves the cache lives on
 * while somebody holds it. Versions never change, so that a result never grows old. Thread-safe.
 */
#ifndef TARN_DIFF_CACHE_H
#define TARN_DIFF_CACHE_H

#include "diff/diff.h"

typedef struct tarn_diff_cache tarn_diff_cache;

/** To be freed before the store whose versions were compared is closed. */
tarn_status tarn_diff_cache_new(uint64_t byte_limit, tarn_diff_cache **out, tarn_error *error);
void tarn_diff_cache_free(tarn_diff_cache *cache); /**< NULL is allowed */

/** As tarn_diff_compare, or the result that is kept. To be closed either way. */
tarn_status tarn_diff_cache_compare(tarn_diff_cache *cache, const tarn_diff_input *input, tarn_diff **out,
                                    tarn_error *error);
/** The result with this id; TARN_E_NOT_FOUND when it is not kept (any more). To be closed. */
tarn_status tarn_diff_cache_find(tarn_diff_cache *cache, uint64_t id, tarn_diff **out, tarn_error *error);
/** Keep the result with this id no longer; 0: none of them. */
void tarn_diff_cache_forget(tarn_diff_cache *cache, uint64_t id);
/** What is kept. */
void tarn_diff_cache_info_get(tarn_diff_cache *cache, tarn_diff_cache_info *out);

#endif
