/**
 * @file json_fields.h
 * Shapes from the inside: for learning and deciding (see json_shape.h).
 */
#ifndef TARN_IO_JSON_FIELDS_H
#define TARN_IO_JSON_FIELDS_H

#include "io/json_shape.h"

/* Kinds of single values, of which those of one group can share a type. */
#define TARN_JSON_WHOLE                                                                                                \
    (TARN_JSON_INT | TARN_JSON_BIG | TARN_JSON_UNSIGNED | TARN_JSON_HUGE | TARN_JSON_LONG | TARN_JSON_NEGATIVE)
#define TARN_JSON_NUMBER (TARN_JSON_WHOLE | TARN_JSON_FLOAT | TARN_JSON_DECIMAL | TARN_JSON_ODD | TARN_JSON_EXPONENT)
#define TARN_JSON_SCALAR                                                                                               \
    (TARN_JSON_BOOL | TARN_JSON_NUMBER | TARN_JSON_DATE | TARN_JSON_TIMESTAMP | TARN_JSON_ZONED | TARN_JSON_TIME |     \
     TARN_JSON_STRING)

/* Whether what was seen so far can only become text, if nested values are among it. */
static inline bool tarn_json_is_text(const tarn_json_shape *shape) {
    unsigned nested = shape->kinds & (TARN_JSON_OBJECT | TARN_JSON_LIST);
    if ((shape->kinds & TARN_JSON_DEEP) != 0)
        return true;
    return nested != 0 && ((shape->kinds & TARN_JSON_SCALAR) != 0 || nested == (TARN_JSON_OBJECT | TARN_JSON_LIST));
}

/* Take no nested value apart any more. */
void tarn_json_shape_close(tarn_json_shape *shape);

/* A new field; `part` becomes its shape when this succeeds. */
tarn_status tarn_json_shape_add(tarn_json_shape *shape, const void *name, size_t size, tarn_json_shape *part,
                                tarn_json_field **out, tarn_error *error);

/* An object has a key twice. The first place counts. */
void tarn_json_shape_note_twice(tarn_json_shape *shape, uint64_t place, const void *name, size_t size);

/* Put fields into the order in which they were seen. */
tarn_status tarn_json_shape_sort(tarn_json_shape *shape, tarn_error *error);

/* ---- what learning and building share ---------------------------------------------------------------------------- */

/* A key, unescaped (into `*scratch` when it has to be), and its colon. */
tarn_status tarn_json_key(tarn_json_text *text, uint8_t **scratch, size_t *scratch_size, tarn_json_string *key,
                          tarn_error *error);

/* Behind a member or an element: whether another follows, or `closing`. */
tarn_status tarn_json_more(tarn_json_text *text, char closing, bool *more);

/* Behind an opening bracket: whether it closes at once. */
bool tarn_json_is_empty(tarn_json_text *text, char closing);

#endif
