#include "answer.h"

#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void next_batch(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    if (stream->get_next(stream, out) != 0) {
        const char *message = stream->get_last_error(stream);
        bench_die("a result broke off: %s", message != NULL ? message : "no message");
    }
}

int64_t bench_drain(struct ArrowArrayStream *stream) {
    int64_t rows = 0;
    for (;;) {
        struct ArrowArray batch;
        next_batch(stream, &batch);
        if (batch.release == NULL)
            break;
        rows += batch.length;
        batch.release(&batch);
    }
    stream->release(stream);
    return rows;
}

/* ---- cells ------------------------------------------------------------------------------------------------------- */

typedef enum cell_kind {
    CELL_NULL,
    CELL_EXACT, /* integers, dates, decimals */
    CELL_FLOAT,
    CELL_TEXT,
} cell_kind;

typedef struct cell {
    cell_kind kind;
    long double number;
    const char *text;
    size_t size;
} cell;

static cell exact(long double number) {
    return (cell){.kind = CELL_EXACT, .number = number};
}

/* "d:15,2" or "d:15,2,64" */
static cell decimal_cell(const char *format, const void *values, int64_t i) {
    int precision = 0;
    int scale = 0;
    int bits = 128;
    sscanf(format, "d:%d,%d,%d", &precision, &scale, &bits);
    if (bits != 128)
        bench_die("a result has decimals of %d bits, which are not compared", bits);
    uint64_t low;
    int64_t high;
    memcpy(&low, (const char *)values + 16 * i, sizeof low);
    memcpy(&high, (const char *)values + 16 * i + 8, sizeof high);
    /* In two's complement the value is high * 2^64 + low. Taking the sign of `low` into account keeps small negative
       numbers exact, where the two parts would cancel. */
    long double number = high == -1 && low > INT64_MAX ? (long double)(int64_t)low
                                                       : (long double)high * 18446744073709551616.0L + (long double)low;
    return exact(number / powl(10, scale));
}

static cell text_cell(const struct ArrowArray *array, int64_t i, bool large) {
    int64_t begin;
    int64_t end;
    if (large) {
        begin = ((const int64_t *)array->buffers[1])[i];
        end = ((const int64_t *)array->buffers[1])[i + 1];
    } else {
        begin = ((const int32_t *)array->buffers[1])[i];
        end = ((const int32_t *)array->buffers[1])[i + 1];
    }
    return (cell){.kind = CELL_TEXT, .text = (const char *)array->buffers[2] + begin, .size = (size_t)(end - begin)};
}

static cell number_cell(const char *format, const void *values, int64_t i) {
    switch (format[0]) {
    case 'b':
        return exact((((const uint8_t *)values)[i / 8] >> (i % 8)) & 1);
    case 'c':
        return exact(((const int8_t *)values)[i]);
    case 'C':
        return exact(((const uint8_t *)values)[i]);
    case 's':
        return exact(((const int16_t *)values)[i]);
    case 'S':
        return exact(((const uint16_t *)values)[i]);
    case 'i':
        return exact(((const int32_t *)values)[i]);
    case 'I':
        return exact(((const uint32_t *)values)[i]);
    case 'l':
        return exact(((const int64_t *)values)[i]);
    case 'L':
        return exact((long double)((const uint64_t *)values)[i]);
    case 'f':
        return (cell){.kind = CELL_FLOAT, .number = ((const float *)values)[i]};
    case 'g':
        return (cell){.kind = CELL_FLOAT, .number = ((const double *)values)[i]};
    case 'd':
        return decimal_cell(format, values, i);
    case 't':
        return strcmp(format, "tdD") == 0 ? exact(((const int32_t *)values)[i]) : exact(((const int64_t *)values)[i]);
    default:
        bench_die("a result has a column of Arrow type %s, which is not compared", format);
    }
}

static cell read_cell(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i) {
    int64_t at = i + array->offset;
    const uint8_t *validity = array->buffers[0];
    if (array->null_count != 0 && validity != NULL && ((validity[at / 8] >> (at % 8)) & 1) == 0)
        return (cell){.kind = CELL_NULL};
    if (schema->dictionary != NULL) {
        int64_t index = (int64_t)number_cell(schema->format, array->buffers[1], at).number;
        return read_cell(schema->dictionary, array->dictionary, index);
    }
    if (strcmp(schema->format, "u") == 0 || strcmp(schema->format, "U") == 0)
        return text_cell(array, at, schema->format[0] == 'U');
    return number_cell(schema->format, array->buffers[1], at);
}

static bool same_cell(const cell *a, const cell *b) {
    bool a_number = a->kind == CELL_EXACT || a->kind == CELL_FLOAT;
    bool b_number = b->kind == CELL_EXACT || b->kind == CELL_FLOAT;
    if (a_number && b_number) {
        if (isnan(a->number) || isnan(b->number))
            return isnan(a->number) && isnan(b->number);
        long double tolerance = a->kind == CELL_EXACT && b->kind == CELL_EXACT ? 1e-17L : 1e-9L;
        return a->number == b->number || fabsl(a->number - b->number) <= tolerance * fabsl(b->number);
    }
    if (a->kind != b->kind)
        return false;
    return a->kind == CELL_NULL || (a->size == b->size && memcmp(a->text, b->text, a->size) == 0);
}

static void describe_cell(const cell *of, char *text, size_t size) {
    if (of->kind == CELL_NULL)
        snprintf(text, size, "null");
    else if (of->kind == CELL_TEXT)
        snprintf(text, size, "'%.*s'", of->size < 40 ? (int)of->size : 40, of->text);
    else
        snprintf(text, size, "%.17Lg", of->number);
}

/* ---- streams ----------------------------------------------------------------------------------------------------- */

/* A place in a stream: row `row` of `batch`. At the end batch.release is NULL. */
typedef struct cursor {
    struct ArrowArrayStream *stream;
    struct ArrowSchema schema;
    struct ArrowArray batch;
    int64_t row;
} cursor;

static void skip_empty(cursor *at) {
    while (at->batch.release != NULL && at->row >= at->batch.length) {
        at->batch.release(&at->batch);
        next_batch(at->stream, &at->batch);
        at->row = 0;
    }
}

static void cursor_open(cursor *at, struct ArrowArrayStream *stream) {
    *at = (cursor){.stream = stream};
    if (stream->get_schema(stream, &at->schema) != 0)
        bench_die("a result has no schema");
    next_batch(stream, &at->batch);
    skip_empty(at);
}

static void cursor_close(cursor *at) {
    if (at->batch.release != NULL)
        at->batch.release(&at->batch);
    at->schema.release(&at->schema);
    at->stream->release(at->stream);
}

static cell cursor_cell(const cursor *at, int64_t column) {
    return read_cell(at->schema.children[column], at->batch.children[column], at->row + at->batch.offset);
}

static bool same_row(const cursor *a, const cursor *b, int64_t number, char *why, size_t why_size) {
    for (int64_t column = 0; column < a->schema.n_children; column++) {
        cell left = cursor_cell(a, column);
        cell right = cursor_cell(b, column);
        if (same_cell(&left, &right))
            continue;
        char left_text[64];
        char right_text[64];
        describe_cell(&left, left_text, sizeof left_text);
        describe_cell(&right, right_text, sizeof right_text);
        snprintf(why, why_size, "row %lld, column %s: %s, the peer has %s", (long long)number,
                 a->schema.children[column]->name, left_text, right_text);
        return false;
    }
    return true;
}

static bool same_rows(cursor *a, cursor *b, char *why, size_t why_size) {
    if (a->schema.n_children != b->schema.n_children) {
        snprintf(why, why_size, "%lld columns, the peer has %lld", (long long)a->schema.n_children,
                 (long long)b->schema.n_children);
        return false;
    }
    int64_t number = 0;
    for (; a->batch.release != NULL && b->batch.release != NULL; number++) {
        if (!same_row(a, b, number, why, why_size))
            return false;
        a->row++;
        b->row++;
        skip_empty(a);
        skip_empty(b);
    }
    bool both_ended = a->batch.release == NULL && b->batch.release == NULL;
    if (!both_ended)
        snprintf(why, why_size, "%s rows than the peer's, which differ after row %lld",
                 a->batch.release != NULL ? "more" : "fewer", (long long)number);
    return both_ended;
}

bool bench_same_answer(struct ArrowArrayStream *tarn, struct ArrowArrayStream *peer, char *why, size_t why_size) {
    cursor a;
    cursor b;
    cursor_open(&a, tarn);
    cursor_open(&b, peer);
    bool same = same_rows(&a, &b, why, why_size);
    cursor_close(&a);
    cursor_close(&b);
    return same;
}
