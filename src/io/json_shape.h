/**
 * @file json_shape.h
 * What values of JSON look like: kinds seen at each place of the records, learnt value by value, added up, and at the
 * end decided into one type for each place.
 *
 * What is decided depends on all values and on nothing else: shapes learnt from pieces of a file and merged in any
 * order give what one shape learnt from all of it gives.
 */
#ifndef TARN_IO_JSON_SHAPE_H
#define TARN_IO_JSON_SHAPE_H

#include "base/error.h"
#include "io/csv_value.h"
#include "io/json_token.h"
#include "io/names.h"
#include "jobs/jobs.h"

#define TARN_JSON_LEVELS 32      /* of nesting that become lists and structs; what lies deeper is JSON text */
#define TARN_JSON_FIELDS 2000    /* keys of a nested object; objects of more different keys are JSON text */
#define TARN_JSON_COLUMNS 100000 /* keys of a record */

/* Kinds of values seen in one place; a set. */
typedef enum tarn_json_kind {
    TARN_JSON_BOOL = 1,
    TARN_JSON_INT = 2,         /* exact in a double */
    TARN_JSON_BIG = 4,         /* fits an int64 only */
    TARN_JSON_UNSIGNED = 8,    /* fits an uint64 only */
    TARN_JSON_HUGE = 16,       /* has at most 38 digits */
    TARN_JSON_LONG = 32,       /* an integer of more */
    TARN_JSON_FLOAT = 64,      /* a double gives it back */
    TARN_JSON_DECIMAL = 128,   /* has a fraction that no double gives back */
    TARN_JSON_ODD = 256,       /* neither: 1e999 */
    TARN_JSON_EXPONENT = 512,  /* beside FLOAT: written with one */
    TARN_JSON_NEGATIVE = 1024, /* beside integers */
    TARN_JSON_DATE = 2048,
    TARN_JSON_TIMESTAMP = 4096,
    TARN_JSON_ZONED = 8192,
    TARN_JSON_TIME = 16384,
    TARN_JSON_STRING = 32768,
    TARN_JSON_OBJECT = 65536,
    TARN_JSON_LIST = 131072,
    TARN_JSON_DEEP = 262144, /* too deep or of too many keys to be taken apart */
} tarn_json_kind;

typedef enum tarn_json_form {
    TARN_JSON_AS_SCALAR, /* `type` and `decimal` */
    TARN_JSON_AS_TEXT,   /* the value's own text: texts without quotes, all else as JSON */
    TARN_JSON_AS_STRUCT,
    TARN_JSON_AS_LIST,
} tarn_json_form;

typedef struct tarn_json_field {
    char *name; /* heap; `size` bytes, then NUL */
    size_t size;
    uint64_t first; /* where in the file it was seen first */
    uint64_t seen;  /* the number of the object in which it was seen last */
    struct tarn_json_shape *shape;
} tarn_json_field;

typedef struct tarn_json_shape {
    unsigned kinds;
    size_t whole, behind; /* most digits before and behind the point of numbers without exponent */
    unsigned level;       /* how deep it lies; the records themselves: 0 */
    struct tarn_json_shape *element;
    tarn_json_field *fields;
    size_t count, capacity;
    uint32_t *table; /* of fields by name: their place + 1, open addressing */
    size_t table_size;
    uint64_t objects, members; /* how many there were */
    uint64_t twice;            /* where in the file the first key is that its object has already */
    char *twice_name;          /* heap; NULL: there is none */
    /* Decided: */
    tarn_json_form form;
    tarn_csv_type type;
    tarn_csv_decimal decimal;
} tarn_json_shape;

tarn_json_shape *tarn_json_shape_new(unsigned level);
void tarn_json_shape_free(tarn_json_shape *shape);

/* The field of a name (unescaped), tried first at `*next`, which then is the place behind it; NULL when there is none.
 */
tarn_json_field *tarn_json_shape_find(const tarn_json_shape *shape, const void *name, size_t size, size_t *next);

/* Learning: one owner, one thread. */
typedef struct tarn_json_learner {
    tarn_json_text text;
    tarn_task *task;
    uint64_t base;    /* where in the file text.begin is */
    uint64_t objects; /* so far: a number for each */
    uint64_t values;  /* so far */
    size_t places;    /* shapes made so far */
    uint8_t *scratch; /* owned */
    size_t scratch_size;
} tarn_json_learner;

void tarn_json_learner_free(tarn_json_learner *learner);

/* Learn from the value at text.at and pass over it. TARN_E_FORMAT: learner->text has the fault. */
tarn_status tarn_json_learn(tarn_json_learner *learner, tarn_json_shape *shape, tarn_error *error);

/* Add what `from` has learnt; its parts may move into `into`. It stays the caller's. */
tarn_status tarn_json_shape_merge(tarn_json_shape *into, tarn_json_shape *from, tarn_error *error);

/* Decide all types, put fields into the order in which they were seen, and drop what lies below texts. */
tarn_status tarn_json_shape_decide(tarn_json_shape *shape, tarn_error *error);

/* The first shape, in the order of the file, in which an object has a key twice that stays taken apart; NULL: none. */
const tarn_json_shape *tarn_json_shape_twice(const tarn_json_shape *shape);

/* The Arrow type of a decided shape. Names of fields are made fit for structs. */
tarn_status tarn_json_shape_schema(const tarn_json_shape *shape, const char *name, struct ArrowSchema *out,
                                   tarn_notes *notes, tarn_error *error);

/* Values of a fixed type that was asked for, or of text. */
void tarn_json_shape_force(tarn_json_shape *shape, tarn_json_form form, tarn_csv_type type, tarn_csv_decimal decimal);

#endif
