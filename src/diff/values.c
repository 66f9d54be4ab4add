/* Which values became which, and how often. */
#include "diff/internal.h"

#include "arrow/printer.h"
#include "base/buffer.h"
#include "base/text.h"
#include "diff/take.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 8192
#define MOST_DIFFERENT 65536 /* pairs of values that are counted */
#define SLOTS (2 * MOST_DIFFERENT)

typedef struct counted {
    tarn_hash128 hash;
    tarn_diff_value value;
} counted;

typedef struct counter {
    counted *list;
    size_t count, capacity;
    uint32_t *slots; /* of the list, from 1; 0: free */
    bool complete;
    tarn_buffer key;
} counter;

static tarn_status print(tarn_printer *printer, int64_t i, tarn_buffer *out, tarn_error *error) {
    tarn_printed printed;
    TARN_TRY(tarn_printer_print(printer, i, &printed, error));
    uint64_t size = printed.kind == TARN_PRINTED_NULL ? UINT64_MAX : printed.size;
    TARN_TRY(tarn_buffer_append(out, &size, sizeof size, error));
    return size != UINT64_MAX && size > 0 ? tarn_buffer_append(out, printed.text, size, error) : TARN_OK;
}

/* A printed value from `*at` on, copied. */
static tarn_status unpack(const tarn_buffer *key, size_t *at, char **out, tarn_error *error) {
    uint64_t size;
    memcpy(&size, key->data + *at, sizeof size);
    *at += sizeof size;
    if (size == UINT64_MAX)
        return TARN_OK;
    *out = tarn_strndup((const char *)key->data + *at, size);
    *at += size;
    return *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status add_new(counter *c, tarn_hash128 hash, uint32_t *slot, tarn_error *error) {
    if (c->count == MOST_DIFFERENT) {
        c->complete = false;
        return TARN_OK;
    }
    TARN_TRY(tarn_grow(&c->list, &c->capacity, c->count + 1, sizeof *c->list, error));
    counted *added = &c->list[c->count++];
    size_t at = 0;
    *added = (counted){.hash = hash, .value = {.count = 1}};
    *slot = (uint32_t)c->count;
    TARN_TRY(unpack(&c->key, &at, &added->value.before, error));
    return unpack(&c->key, &at, &added->value.after, error);
}

static tarn_status count_one(counter *c, tarn_printer *before, tarn_printer *after, int64_t i, tarn_error *error) {
    c->key.size = 0;
    TARN_TRY(print(before, i, &c->key, error));
    TARN_TRY(print(after, i, &c->key, error));
    tarn_hash128 hash = tarn_hash128_of(c->key.data, c->key.size);
    size_t slot = hash.lo % SLOTS;
    for (; c->slots[slot] != 0; slot = (slot + 1) % SLOTS) {
        counted *there = &c->list[c->slots[slot] - 1];
        if (tarn_hash128_equal(there->hash, hash)) {
            there->value.count++;
            return TARN_OK;
        }
    }
    return add_new(c, hash, &c->slots[slot], error);
}

static tarn_status count_block(const tarn_diff *diff, size_t pair, const tarn_diff_row *rows, int64_t count, counter *c,
                               tarn_error *error) {
    const tarn_diff_pair *columns = &diff->pairs[pair];
    struct ArrowArray was = {0}, is = {0};
    tarn_printer *before = NULL, *after = NULL;
    tarn_status status;
    TARN_CHECK(tarn_diff_take(diff->before, columns->before, rows, count, true, &was, error));
    TARN_CHECK(tarn_diff_take(diff->after, columns->after, rows, count, false, &is, error));
    TARN_CHECK(tarn_printer_new(tarn_version_column(diff->before, columns->before)->type, &was, &before, error));
    TARN_CHECK(tarn_printer_new(tarn_version_column(diff->after, columns->after)->type, &is, &after, error));
    for (int64_t i = 0; i < count; i++)
        TARN_CHECK(count_one(c, before, after, i, error));
cleanup:
    tarn_printer_free(before);
    tarn_printer_free(after);
    tarn_array_release(&was);
    tarn_array_release(&is);
    return status;
}

static tarn_status count_all(const tarn_diff *diff, size_t pair, tarn_task *task, counter *c, tarn_error *error) {
    tarn_diff_filter filter = {TARN_DIFF_MODIFIED, pair};
    int64_t total = diff->info.columns[pair].modified;
    for (int64_t at = 0; at < total; at += BLOCK) {
        tarn_diff_row *rows;
        int64_t found;
        TARN_TRY(tarn_task_check(task, error));
        TARN_TRY(tarn_diff_locate(diff, &filter, at, BLOCK, &rows, &found, error));
        tarn_status status = count_block(diff, pair, rows, found, c, error);
        free(rows);
        TARN_TRY(status);
    }
    return TARN_OK;
}

/* The most frequent first; the list is in order of appearance, which decides among equals. */
static void choose(counter *c, size_t most, tarn_diff_values *out) {
    while (out->count < most && out->count < c->count) {
        counted *best = NULL;
        for (size_t i = 0; i < c->count; i++) {
            if (c->list[i].value.count > 0 && (best == NULL || c->list[i].value.count > best->value.count))
                best = &c->list[i];
        }
        out->list[out->count++] = best->value;
        best->value = (tarn_diff_value){0};
    }
}

tarn_status tarn_diff_values_get(const tarn_diff *diff, size_t column, size_t most, tarn_task *task,
                                 tarn_diff_values *out, tarn_error *error) {
    if (column >= diff->pair_count)
        return tarn_fail(error, TARN_E_INVALID, "there is no column %zu: the comparison has %zu", column,
                         diff->pair_count);
    counter c = {.complete = true, .slots = calloc(SLOTS, sizeof(uint32_t))};
    tarn_diff_values values = {.list = calloc(most + 1, sizeof *values.list)};
    tarn_status status = c.slots == NULL || values.list == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = count_all(diff, column, task, &c, error);
    if (status == TARN_OK) {
        choose(&c, most, &values);
        values.different = (int64_t)c.count;
        values.complete = c.complete;
        *out = values;
    } else {
        free(values.list);
    }
    for (size_t i = 0; i < c.count; i++) {
        free(c.list[i].value.before);
        free(c.list[i].value.after);
    }
    free(c.list);
    free(c.slots);
    tarn_buffer_free(&c.key);
    return status;
}

void tarn_diff_values_clear(tarn_diff_values *values) {
    for (size_t i = 0; i < values->count; i++) {
        free(values->list[i].before);
        free(values->list[i].after);
    }
    free(values->list);
    *values = (tarn_diff_values){0};
}
