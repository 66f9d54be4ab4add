/**
 * @file eval_zones.h
 * Conditions of which zones tell for whole stretches of rows that they are true or false. Internal to the engine.
 */
#ifndef TARN_ENGINE_EVAL_ZONES_H
#define TARN_ENGINE_EVAL_ZONES_H

#include "engine/instance.h"
#include "store/store.h"
#include "store/zones.h"

/** A comparison of a column with a literal that cannot fail for any row. */
typedef struct eval_comparison {
    size_t column;
    tarn_zone_operator compared;
    tarn_zone_value value;
    uint8_t *text; /* heap: what `value` points to; may be NULL */
} eval_comparison;

/** The comparisons that a condition is made of, joined by AND. None: it is, or may be, made of something else. */
typedef struct eval_comparisons {
    eval_comparison *items;
    size_t count, capacity;
} eval_comparisons;

void tarn_eval_comparisons_clear(eval_comparisons *comparisons);

/** Find them in a condition over the columns of a version. That there are none is no error. */
tarn_status tarn_eval_find_comparisons(const char *condition, tarn_connection *connection, const tarn_version *version,
                                       eval_comparisons *out, tarn_error *error);

/** What the zones of a chunk say: TARN_ZONE_NO of rows before `*from` and from `*to` on; TARN_ZONE_YES: it is true for
 *  every row. TARN_ZONE_NO: it is true for none. */
tarn_status tarn_eval_ask_zones(const eval_comparisons *comparisons, const tarn_version *version, size_t chunk,
                                int64_t *from, int64_t *to, tarn_zone_answer *out, tarn_error *error);

#endif
