/* Rows of a version as people see them: live ones only, in the table's order. All of it is made on first use. */
#include "store/internal.h"

#include <stdlib.h>

/* The functions here take const versions, as what they make does not change what a version is. */
static tarn_version *mutable_version(const tarn_version *version) {
    union {
        const tarn_version *in;
        tarn_version *out;
    } same = {version};
    return same.out;
}

/* ---- live rows --------------------------------------------------------------------------------------------------- */

/* Loading a version leaves out what was set aside (see version.c): this one was loaded before. */
static tarn_status set_aside(tarn_error *error) {
    return tarn_fail(error, TARN_E_CORRUPT,
                     "they were set aside as damaged since the version was opened: open it again");
}

static tarn_status live_bits(tarn_version *version, size_t chunk, const uint8_t **bits, tarn_error *error) {
    tarn_batch_id id = tarn_state_live_id(&version->state, chunk);
    *bits = NULL;
    if (tarn_is_no_batch(id))
        return TARN_OK;
    if (version->live_sets == NULL) {
        version->live_sets = calloc(tarn_state_chunk_count(&version->state) + 1, sizeof(tarn_batch *));
        if (version->live_sets == NULL)
            return tarn_fail_memory(error);
    }
    if (version->live_sets[chunk] == NULL) {
        tarn_stretch extent = version->state.chunks->extents[chunk];
        tarn_batch *batch = NULL;
        tarn_status status = tarn_store_read_plain(version->store, id, "b", extent.rows, &batch, error);
        int64_t live = version->state.live->entries[chunk].live;
        if (status == TARN_OK && batch == NULL) {
            status = set_aside(error);
        } else if (status == TARN_OK && tarn_bits_count(tarn_batch_array(batch)->buffers[1], 0, extent.rows) != live) {
            tarn_batch_release(batch);
            status = tarn_fail(error, TARN_E_CORRUPT, "they do not have %lld live rows", (long long)live);
        }
        if (status != TARN_OK)
            return status != TARN_E_CORRUPT ? status
                                            : tarn_fail_context(error, status, "the live rows among %lld to %lld",
                                                                (long long)extent.first_row,
                                                                (long long)(extent.first_row + extent.rows - 1));
        version->live_sets[chunk] = batch;
    }
    *bits = tarn_batch_array(version->live_sets[chunk])->buffers[1];
    return TARN_OK;
}

tarn_status tarn_version_live(const tarn_version *constant, size_t chunk, const uint8_t **bits, tarn_error *error) {
    tarn_version *version = mutable_version(constant);
    pthread_mutex_lock(&version->lock);
    tarn_status status = live_bits(version, chunk, bits, error);
    pthread_mutex_unlock(&version->lock);
    return status;
}

/* Live rows among rows from … to - 1 of a chunk. */
static tarn_status count_live(tarn_version *version, size_t chunk, int64_t from, int64_t to, int64_t *out,
                              tarn_error *error) {
    const uint8_t *bits;
    tarn_chunk whole = tarn_state_chunk(&version->state, chunk);
    *out = whole.live;
    if (from == 0 && to == whole.rows)
        return TARN_OK;
    TARN_TRY(live_bits(version, chunk, &bits, error));
    *out = bits == NULL ? to - from : tarn_bits_count(bits, from, to - from);
    return TARN_OK;
}

tarn_status tarn_version_find_row(const tarn_version *version, int64_t row_number, size_t *chunk, int64_t *offset,
                                  bool *live, tarn_error *error) {
    if (!tarn_state_find_chunk(&version->state, row_number, chunk))
        return tarn_fail(error, TARN_E_NOT_FOUND, "there is no row %lld", (long long)row_number);
    *offset = row_number - version->state.chunks->extents[*chunk].first_row;
    if (live == NULL)
        return TARN_OK;
    const uint8_t *bits;
    TARN_TRY(tarn_version_live(version, *chunk, &bits, error));
    *live = bits == NULL || tarn_bit_get(bits, *offset);
    return TARN_OK;
}

/* ---- parts ------------------------------------------------------------------------------------------------------- */

typedef struct part_list {
    tarn_part *parts;
    size_t count, capacity;
    int64_t position; /* live rows so far */
} part_list;

static tarn_status add_part(part_list *list, tarn_part part, tarn_error *error) {
    if (part.rows == 0)
        return TARN_OK;
    TARN_TRY(tarn_grow(&list->parts, &list->capacity, list->count + 1, sizeof part, error));
    part.position = list->position;
    list->position += part.rows;
    list->parts[list->count++] = part;
    return TARN_OK;
}

static tarn_status add_stretch(tarn_version *version, part_list *list, size_t chunk, int64_t from, int64_t to,
                               tarn_error *error) {
    tarn_part part = {.chunk = chunk, .from = from, .to = to};
    TARN_TRY(count_live(version, chunk, from, to, &part.rows, error));
    return add_part(list, part, error);
}

static tarn_status natural_parts(tarn_version *version, part_list *list, tarn_error *error) {
    for (size_t i = 0; i < tarn_state_chunk_count(&version->state); i++)
        TARN_TRY(add_stretch(version, list, i, 0, version->state.chunks->extents[i].rows, error));
    return TARN_OK;
}

static tarn_status order_values(tarn_version *version, size_t piece, const int64_t **values, tarn_error *error) {
    const tarn_order *order = version->state.order;
    if (version->order_batches == NULL) {
        version->order_batches = calloc(order->count, sizeof(tarn_batch *));
        if (version->order_batches == NULL)
            return tarn_fail_memory(error);
    }
    if (version->order_batches[piece] == NULL) {
        tarn_status status = tarn_store_read_plain(version->store, order->pieces[piece].id, "l",
                                                   order->pieces[piece].count, &version->order_batches[piece], error);
        if (status == TARN_OK && version->order_batches[piece] == NULL)
            status = set_aside(error);
        if (status != TARN_OK)
            return status == TARN_E_CORRUPT ? tarn_fail_context(error, status, "the order of the rows") : status;
    }
    *values = tarn_batch_array(version->order_batches[piece])->buffers[1];
    return TARN_OK;
}

static tarn_status bad_order(tarn_error *error) {
    return tarn_fail(error, TARN_E_CORRUPT, "the order of the rows names rows that are not there");
}

/* A run, cut where chunks end. */
static tarn_status add_run(tarn_version *version, part_list *list, int64_t start, int64_t length, tarn_error *error) {
    while (length > 0) {
        size_t chunk;
        if (start < 0 || !tarn_state_find_chunk(&version->state, start, &chunk))
            return bad_order(error);
        tarn_stretch extent = version->state.chunks->extents[chunk];
        int64_t from = start - extent.first_row;
        int64_t count = extent.rows - from < length ? extent.rows - from : length;
        TARN_TRY(add_stretch(version, list, chunk, from, from + count, error));
        start += count;
        length -= count;
    }
    return TARN_OK;
}

static tarn_status run_parts(tarn_version *version, part_list *list, tarn_error *error) {
    const tarn_order *order = version->state.order;
    for (size_t i = 0; i < order->count; i++) {
        const int64_t *pairs;
        TARN_TRY(order_values(version, i, &pairs, error));
        for (int64_t j = 0; j + 1 < order->pieces[i].count; j += 2)
            TARN_TRY(add_run(version, list, pairs[j], pairs[j + 1], error));
    }
    return list->position == version->state.rows ? TARN_OK : bad_order(error);
}

/* Bits of the rows that a permutation names, one bitmap over all chunks; `starts` says where each chunk's begin. */
typedef struct row_set {
    uint8_t *bits;
    int64_t *starts;
} row_set;

static tarn_status make_row_set(const tarn_state *state, row_set *out, tarn_error *error) {
    size_t count = tarn_state_chunk_count(state);
    int64_t total = 0;
    out->starts = malloc((count + 1) * sizeof *out->starts);
    out->bits = NULL;
    for (size_t i = 0; out->starts != NULL && i < count; i++) {
        out->starts[i] = total;
        total += state->chunks->extents[i].rows;
    }
    out->bits = calloc((size_t)total / 8 + 1, 1);
    if (out->starts == NULL || out->bits == NULL) {
        free(out->starts);
        free(out->bits);
        return tarn_fail_memory(error);
    }
    return TARN_OK;
}

static tarn_status keep_list(tarn_version *version, int64_t *rows, tarn_error *error) {
    size_t capacity = version->filtered_count;
    if (tarn_grow(&version->filtered, &capacity, version->filtered_count + 1, sizeof rows, error) != TARN_OK) {
        free(rows);
        return TARN_E_MEMORY;
    }
    version->filtered[version->filtered_count++] = rows;
    return TARN_OK;
}

/* The live rows among a piece of a permutation; marks all that it names. */
static tarn_status list_part(tarn_version *version, part_list *list, const int64_t *values, int64_t count,
                             row_set *named, tarn_error *error) {
    const tarn_state *state = &version->state;
    int64_t *rows = NULL, live = 0;
    if (state->live != NULL) {
        rows = malloc((size_t)count * sizeof *rows + 1);
        if (rows == NULL)
            return tarn_fail_memory(error);
    }
    tarn_status status = TARN_OK;
    for (int64_t i = 0; i < count && status == TARN_OK; i++) {
        size_t chunk;
        const uint8_t *bits = NULL;
        if (!tarn_state_find_chunk(state, values[i], &chunk)) {
            status = bad_order(error);
            break;
        }
        int64_t offset = values[i] - state->chunks->extents[chunk].first_row;
        int64_t bit = named->starts[chunk] + offset;
        if (tarn_bit_get(named->bits, bit))
            status = bad_order(error);
        tarn_bit_set(named->bits, bit);
        if (rows == NULL)
            continue;
        if (status == TARN_OK)
            status = live_bits(version, chunk, &bits, error);
        if (status == TARN_OK && (bits == NULL || tarn_bit_get(bits, offset)))
            rows[live++] = values[i];
    }
    if (status != TARN_OK || rows == NULL) {
        free(rows);
        return status != TARN_OK ? status : add_part(list, (tarn_part){.rows = count, .row_numbers = values}, error);
    }
    TARN_TRY(keep_list(version, rows, error));
    return add_part(list, (tarn_part){.rows = live, .row_numbers = rows}, error);
}

/* Live rows that the permutation does not name, in natural order. */
static tarn_status unnamed_part(tarn_version *version, part_list *list, const row_set *named, tarn_error *error) {
    const tarn_state *state = &version->state;
    int64_t missing = state->rows - list->position, count = 0;
    if (missing <= 0)
        return missing == 0 ? TARN_OK : bad_order(error);
    int64_t *rows = malloc((size_t)missing * sizeof *rows);
    if (rows == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < tarn_state_chunk_count(state); i++) {
        const uint8_t *bits;
        tarn_status status = live_bits(version, i, &bits, error);
        if (status != TARN_OK) {
            free(rows);
            return status;
        }
        tarn_stretch extent = state->chunks->extents[i];
        for (int64_t j = 0; j < extent.rows && count < missing; j++) {
            if (!tarn_bit_get(named->bits, named->starts[i] + j) && (bits == NULL || tarn_bit_get(bits, j)))
                rows[count++] = extent.first_row + j;
        }
    }
    TARN_TRY(keep_list(version, rows, error));
    return add_part(list, (tarn_part){.rows = count, .row_numbers = rows}, error);
}

static tarn_status permutation_parts(tarn_version *version, part_list *list, tarn_error *error) {
    const tarn_order *order = version->state.order;
    row_set named;
    TARN_TRY(make_row_set(&version->state, &named, error));
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < order->count && status == TARN_OK; i++) {
        const int64_t *values;
        status = order_values(version, i, &values, error);
        if (status == TARN_OK)
            status = list_part(version, list, values, order->pieces[i].count, &named, error);
    }
    if (status == TARN_OK)
        status = unnamed_part(version, list, &named, error);
    free(named.bits);
    free(named.starts);
    return status;
}

static tarn_status build_parts(tarn_version *version, tarn_error *error) {
    const tarn_order *order = version->state.order;
    part_list list = {0};
    tarn_status status = order == NULL                    ? natural_parts(version, &list, error)
                         : order->kind == TARN_ORDER_RUNS ? run_parts(version, &list, error)
                                                          : permutation_parts(version, &list, error);
    if (status == TARN_OK)
        status = tarn_grow(&list.parts, &list.capacity, list.count + 1, sizeof *list.parts, error);
    if (status != TARN_OK) {
        free(list.parts);
        return status;
    }
    version->parts = list.parts;
    version->part_count = list.count;
    return TARN_OK;
}

tarn_status tarn_version_parts(const tarn_version *constant, const tarn_part **out, size_t *count, tarn_error *error) {
    tarn_version *version = mutable_version(constant);
    tarn_status status = TARN_OK;
    pthread_mutex_lock(&version->lock);
    if (version->parts == NULL)
        status = build_parts(version, error);
    *out = version->parts;
    *count = version->part_count;
    pthread_mutex_unlock(&version->lock);
    return status;
}

/* ---- positions --------------------------------------------------------------------------------------------------- */

/* Skip `skip` live rows of a stretch and list the next ones, up to `count`. */
static int64_t list_live(const uint8_t *bits, int64_t from, int64_t to, int64_t first_row, int64_t skip, int64_t count,
                         int64_t *out) {
    int64_t listed = 0, i = from;
    if (bits == NULL) {
        for (i += skip; i < to && listed < count; i++)
            out[listed++] = first_row + i;
        return listed;
    }
    for (int64_t block = 512; i + block < to;) { /* whole blocks first */
        int64_t live = tarn_bits_count(bits, i, block);
        if (live > skip)
            break;
        skip -= live;
        i += block;
    }
    for (; i < to && listed < count; i++) {
        if (tarn_bit_get(bits, i) && skip-- <= 0)
            out[listed++] = first_row + i;
    }
    return listed;
}

static tarn_status list_from_part(const tarn_version *version, const tarn_part *part, int64_t skip, int64_t count,
                                  int64_t *out, int64_t *listed, tarn_error *error) {
    *listed = part->rows - skip < count ? part->rows - skip : count;
    if (part->row_numbers != NULL) {
        memcpy(out, part->row_numbers + skip, (size_t)*listed * sizeof *out);
        return TARN_OK;
    }
    const uint8_t *bits;
    TARN_TRY(tarn_version_live(version, part->chunk, &bits, error));
    int64_t first = version->state.chunks->extents[part->chunk].first_row;
    if (list_live(bits, part->from, part->to, first, skip, count, out) != *listed)
        return tarn_fail(error, TARN_E_CORRUPT, "the live rows are fewer than their count says");
    return TARN_OK;
}

/* A permutation that names every row, none of them dead: its pieces are positions, and only those wanted are read. */
static tarn_status locate_in_pieces(tarn_version *version, int64_t position, int64_t count, int64_t *row_numbers,
                                    bool *done, tarn_error *error) {
    const tarn_order *order = version->state.order;
    int64_t named = 0;
    *done = false;
    if (order == NULL || order->kind != TARN_ORDER_PERMUTATION || version->state.live != NULL || version->parts != NULL)
        return TARN_OK;
    for (size_t i = 0; i < order->count; i++)
        named += order->pieces[i].count;
    if (named != version->state.rows)
        return TARN_OK;
    for (size_t i = 0; i < order->count && count > 0; i++) {
        int64_t rows = order->pieces[i].count;
        if (position >= rows) {
            position -= rows;
            continue;
        }
        const int64_t *values;
        TARN_TRY(order_values(version, i, &values, error));
        int64_t here = rows - position < count ? rows - position : count;
        memcpy(row_numbers, values + position, (size_t)here * sizeof *row_numbers);
        row_numbers += here;
        count -= here;
        position = 0;
    }
    *done = true;
    return TARN_OK;
}

tarn_status tarn_version_locate(const tarn_version *constant, int64_t position, int64_t count, int64_t *row_numbers,
                                tarn_error *error) {
    tarn_version *version = mutable_version(constant);
    const tarn_part *parts;
    size_t part_count;
    bool done;
    if (position < 0 || count < 0 || position > version->state.rows || count > version->state.rows - position)
        return tarn_fail(error, TARN_E_INVALID, "rows %lld to %lld were asked for, but there are %lld",
                         (long long)position, (long long)(position + count - 1), (long long)version->state.rows);
    pthread_mutex_lock(&version->lock);
    tarn_status status = locate_in_pieces(version, position, count, row_numbers, &done, error);
    pthread_mutex_unlock(&version->lock);
    if (status != TARN_OK || done)
        return status;
    TARN_TRY(tarn_version_parts(version, &parts, &part_count, error));
    size_t low = 0, high = part_count;
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        if (parts[middle].position <= position)
            low = middle;
        else
            high = middle;
    }
    for (size_t i = low; count > 0 && i < part_count; i++) {
        int64_t listed;
        TARN_TRY(list_from_part(version, &parts[i], position - parts[i].position, count, row_numbers, &listed, error));
        row_numbers += listed;
        position += listed;
        count -= listed;
    }
    return TARN_OK;
}
