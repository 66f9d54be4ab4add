/* A version's rows in their order as record batches, without DuckDB. */
#include "engine/engine.h"

#include "engine/stream.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Parts of fewer live rows are gathered, so that many small insertions do not make many small batches. */
#define SMALL_PART_ROWS 8192

typedef struct version_stream {
    tarn_stream_base base;
    tarn_version *version;
    tarn_task *task;
    size_t *columns;
    size_t column_count;
    const tarn_part *parts;
    size_t part_count;
    size_t part;    /* the next to read */
    int64_t offset; /* inside it, when it is a list */
} version_stream;

/* ---- arrays that keep a batch alive --------------------------------------------------------------------------------
 */

/* One allocation per array of the tree; the batch goes with the last of them. */
typedef struct held_batch {
    atomic_size_t holders;
    tarn_batch *batch;
} held_batch;

typedef struct held_array {
    held_batch *held;
    struct ArrowArray **children;
    struct ArrowArray *nodes; /* children, then the dictionary */
} held_array;

static void let_go(held_batch *held) {
    if (atomic_fetch_sub(&held->holders, 1) == 1) {
        tarn_batch_release(held->batch);
        free(held);
    }
}

static void release_held(struct ArrowArray *array) {
    held_array *own = array->private_data;
    for (int64_t i = 0; i < array->n_children; i++)
        tarn_array_release(array->children[i]);
    tarn_array_release(array->dictionary);
    let_go(own->held);
    free(own->children);
    free(own->nodes);
    free(own);
    array->release = NULL;
}

static tarn_status hold(held_batch *held, const struct ArrowArray *array, struct ArrowArray *out, tarn_error *error) {
    tarn_status status = TARN_OK;
    size_t count = (size_t)array->n_children;
    held_array *own = calloc(1, sizeof *own);
    if (!own)
        return tarn_fail_memory(error);
    own->children = calloc(count ? count : 1, sizeof(struct ArrowArray *));
    own->nodes = calloc(count + 1, sizeof(struct ArrowArray));
    if (!own->children || !own->nodes) {
        free(own->children);
        free(own->nodes);
        free(own);
        return tarn_fail_memory(error);
    }
    own->held = held;
    atomic_fetch_add(&held->holders, 1);
    *out = *array;
    out->private_data = own;
    out->release = release_held;
    out->children = count ? own->children : NULL;
    out->dictionary = array->dictionary ? &own->nodes[count] : NULL;
    for (size_t i = 0; i < count; i++)
        own->children[i] = &own->nodes[i];
    for (size_t i = 0; i < count && status == TARN_OK; i++)
        status = hold(held, array->children[i], &own->nodes[i], error);
    if (status == TARN_OK && array->dictionary)
        status = hold(held, array->dictionary, &own->nodes[count], error);
    if (status != TARN_OK)
        tarn_array_release(out);
    return status;
}

/* Rows from … to - 1 of a batch, which is taken over. */
static tarn_status slice_batch(tarn_batch *batch, int64_t from, int64_t to, struct ArrowArray *out, tarn_error *error) {
    held_batch *held = malloc(sizeof *held);
    if (!held) {
        tarn_batch_release(batch);
        return tarn_fail_memory(error);
    }
    atomic_init(&held->holders, 1);
    held->batch = batch;
    tarn_status status = hold(held, tarn_batch_array(batch), out, error);
    let_go(held);
    if (status != TARN_OK)
        return status;
    if (out->null_count > 0 && to - from != out->length)
        out->null_count = -1;
    out->offset += from;
    out->length = to - from;
    return TARN_OK;
}

/* ---- batches -------------------------------------------------------------------------------------------------------
 */

typedef struct wanted_rows {
    size_t chunk; /* a stretch without dead rows … */
    int64_t from, to;
    int64_t *numbers; /* … or row numbers. Heap */
    int64_t count, capacity;
} wanted_rows;

static tarn_status add_number(wanted_rows *wanted, int64_t number, tarn_error *error) {
    size_t capacity = (size_t)wanted->capacity;
    TARN_TRY(tarn_grow(&wanted->numbers, &capacity, (size_t)wanted->count + 1, sizeof *wanted->numbers, error));
    wanted->capacity = (int64_t)capacity;
    wanted->numbers[wanted->count++] = number;
    return TARN_OK;
}

/* The live rows of a stretch, as numbers. */
static tarn_status add_stretch(const version_stream *stream, const tarn_part *part, wanted_rows *wanted,
                               tarn_error *error) {
    const uint8_t *live;
    TARN_TRY(tarn_version_live(stream->version, part->chunk, &live, error));
    int64_t first = tarn_version_chunk(stream->version, part->chunk).first_row;
    for (int64_t i = part->from; i < part->to; i++)
        if (!live || tarn_bit_get(live, i))
            TARN_TRY(add_number(wanted, first + i, error));
    return TARN_OK;
}

static tarn_status add_list(version_stream *stream, const tarn_part *part, wanted_rows *wanted, tarn_error *error) {
    int64_t room = TARN_CHUNK_ROWS - wanted->count, left = part->rows - stream->offset;
    int64_t count = left < room ? left : room;
    for (int64_t i = 0; i < count; i++)
        TARN_TRY(add_number(wanted, part->row_numbers[stream->offset + i], error));
    stream->offset += count;
    return TARN_OK;
}

/* What the next batch holds; nothing at the end. */
static tarn_status choose(version_stream *stream, wanted_rows *wanted, tarn_error *error) {
    for (; stream->part < stream->part_count && wanted->count < TARN_CHUNK_ROWS; stream->part++, stream->offset = 0) {
        const tarn_part *part = &stream->parts[stream->part];
        bool is_whole = !part->row_numbers && part->rows == part->to - part->from && part->rows >= SMALL_PART_ROWS;
        if (!part->row_numbers && wanted->count && (is_whole || wanted->count + part->rows > TARN_CHUNK_ROWS))
            return TARN_OK;
        if (is_whole) {
            *wanted = (wanted_rows){.chunk = part->chunk, .from = part->from, .to = part->to};
            stream->part++;
            return TARN_OK;
        }
        if (!part->row_numbers) {
            TARN_TRY(add_stretch(stream, part, wanted, error));
            continue;
        }
        TARN_TRY(add_list(stream, part, wanted, error));
        if (stream->offset < part->rows)
            return TARN_OK;
    }
    return TARN_OK;
}

static tarn_status read_column(const version_stream *stream, size_t column, const wanted_rows *wanted,
                               struct ArrowArray *out, tarn_error *error) {
    tarn_batch *batch;
    if (wanted->numbers)
        return tarn_version_take(stream->version, column, wanted->numbers, wanted->count, out, error);
    TARN_TRY(tarn_version_read(stream->version, column, wanted->chunk, &batch, error));
    return slice_batch(batch, wanted->from, wanted->to, out, error);
}

static tarn_status read_batch(version_stream *stream, struct ArrowArray *out, tarn_error *error) {
    wanted_rows wanted = {0};
    void *validity = NULL;
    tarn_status status = TARN_OK;
    size_t count = stream->column_count;
    struct ArrowArray *columns = calloc(count ? count : 1, sizeof *columns);
    *out = (struct ArrowArray){0};
    if (!columns)
        return tarn_fail_memory(error);
    TARN_CHECK(tarn_task_check(stream->task, error));
    TARN_CHECK(choose(stream, &wanted, error));
    int64_t rows = wanted.numbers ? wanted.count : wanted.to - wanted.from;
    if (rows == 0)
        goto cleanup;
    for (size_t i = 0; i < count; i++)
        TARN_CHECK(read_column(stream, stream->columns[i], &wanted, &columns[i], error));
    status = tarn_array_make(out, rows, 0, &validity, 1, columns, (int64_t)count, error);

cleanup:
    for (size_t i = 0; i < count; i++)
        tarn_array_release(&columns[i]);
    free(columns);
    free(wanted.numbers);
    return status;
}

/* ---- the C stream --------------------------------------------------------------------------------------------------
 */

static tarn_status make_schema(const version_stream *stream, struct ArrowSchema *out, tarn_error *error) {
    TARN_TRY(tarn_schema_make_nested(out, "+s", "", (int64_t)stream->column_count, error));
    for (size_t i = 0; i < stream->column_count; i++) {
        const tarn_column *column = tarn_version_column(stream->version, stream->columns[i]);
        tarn_status status = tarn_schema_copy(column->type, column->name, out->children[i], error);
        if (status != TARN_OK) {
            tarn_schema_release(out);
            return status;
        }
    }
    return TARN_OK;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    version_stream *state = stream->private_data;
    return tarn_stream_errno(make_schema(state, out, &state->base.error));
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    version_stream *state = stream->private_data;
    tarn_status status = read_batch(state, out, &state->base.error);
    if (status == TARN_OK && out->release == NULL)
        status = tarn_store_check_intact(tarn_version_store(state->version), &state->base.error);
    return tarn_stream_errno(status);
}

static void free_stream(version_stream *state) {
    tarn_version_release(state->version);
    tarn_task_release(state->task);
    free(state->columns);
    free(state);
}

static void release_stream(struct ArrowArrayStream *stream) {
    free_stream(stream->private_data);
    stream->release = NULL;
}

tarn_status tarn_version_stream(tarn_version *version, const size_t *columns, size_t column_count, tarn_task *task,
                                struct ArrowArrayStream *out, tarn_error *error) {
    tarn_status status = TARN_OK;
    version_stream *state = calloc(1, sizeof *state);
    if (!state)
        return tarn_fail_memory(error);
    state->column_count = columns ? column_count : tarn_version_column_count(version);
    state->columns = calloc(state->column_count ? state->column_count : 1, sizeof *state->columns);
    state->version = version;
    tarn_version_retain(version);
    state->task = task;
    tarn_task_retain(task);
    if (!state->columns) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t i = 0; i < state->column_count; i++)
        state->columns[i] = columns ? columns[i] : i;
    TARN_CHECK(tarn_version_parts(version, &state->parts, &state->part_count, error));
    *out = (struct ArrowArrayStream){.get_schema = get_schema,
                                     .get_next = get_next,
                                     .get_last_error = tarn_stream_last_error,
                                     .release = release_stream,
                                     .private_data = state};
    state = NULL;

cleanup:
    if (state)
        free_stream(state);
    return status;
}
