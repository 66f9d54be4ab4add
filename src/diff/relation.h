/**
 * @file relation.h
 * tarn_diff('orders@3', 'orders') as a relation in queries: the rows of tarn_diff_page.
 */
#ifndef TARN_DIFF_RELATION_H
#define TARN_DIFF_RELATION_H

#include "diff/cache.h"
#include "engine/relation.h"

/** What the function needs. Outlives the engine that it is passed to. */
typedef struct tarn_diff_relation {
    tarn_relation relation; /**< what the engine is given */
    tarn_diff_cache *cache;
    tarn_pool *pool; /**< may be NULL */
} tarn_diff_relation;

void tarn_diff_relation_init(tarn_diff_relation *out, tarn_diff_cache *cache, tarn_pool *pool);

#endif
