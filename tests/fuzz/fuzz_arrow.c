/* The Arrow reader, on memory and on a source that gives few bytes at a time: whatever it accepts passes validation,
 * hashes, and can be written and read again without change. */
#include "arrow/builder.h"
#include "arrow/ipc.h"
#include "arrow/normalize.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMORY_LIMIT (UINT64_C(64) << 20)
#define MOST_ROWS 100000 /* of a batch that is worked on: rows without bytes are cheap to declare */
#define MOST_PRINTED 16
#define PIECE 7

static void expect(bool holds, const char *what, const tarn_error *error) {
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", what, error->message);
    abort();
}

typedef struct source {
    const uint8_t *data;
    size_t size, at;
} source;

static tarn_status read_piece(void *context, void *data, size_t size, size_t *got, tarn_error *error) {
    (void)error;
    source *s = context;
    size_t piece = size < PIECE ? size : PIECE;
    if (piece > s->size - s->at)
        piece = s->size - s->at;
    memcpy(data, s->data + s->at, piece);
    s->at += piece;
    *got = piece;
    return TARN_OK;
}

/* Elements of all levels, so that a list of endless nulls is seen for what it is. */
static int64_t largest_length(const struct ArrowArray *array) {
    int64_t largest = array->length;
    for (int64_t i = 0; i < array->n_children; i++) {
        int64_t below = largest_length(array->children[i]);
        largest = below > largest ? below : largest;
    }
    return largest;
}

/* The middle of a column is found without the rest of it, where it can be. */
static void check_window(const tarn_buffer *data, const struct ArrowSchema *schema, const struct ArrowArray *array) {
    int64_t first = array->length / 3, count = array->length / 2 < MOST_ROWS ? array->length / 2 : MOST_ROWS, total;
    struct ArrowSchema schema_again;
    struct ArrowArray window;
    tarn_error error = {0};
    tarn_status status =
        tarn_ipc_decode_window(data->data, data->size, first, count, &schema_again, &window, &total, &error);
    if (status == TARN_E_UNSUPPORTED)
        return;
    expect(status == TARN_OK && total == array->length, "cannot be read in part", &error);
    struct ArrowArray wanted = tarn_array_window(array, first, count);
    expect(tarn_array_equal(schema, &wanted, &window), "comes back in part, and changed", &error);
    tarn_schema_release(&schema_again);
    tarn_array_release(&window);
}

static void check_column(const struct ArrowSchema *schema, const struct ArrowArray *array) {
    tarn_error error = {0};
    tarn_buffer data = {0};
    struct ArrowSchema schema_again;
    struct ArrowArray array_again;
    tarn_hash128 hash, hash_again;
    tarn_ipc_write_options options = {.codec = TARN_CODEC_LZ4};
    expect(tarn_ipc_encode_column(schema, array, &options, &data, &error) == TARN_OK, "cannot be written", &error);
    expect(tarn_ipc_decode_column(data.data, data.size, NULL, NULL, &schema_again, &array_again, &error) == TARN_OK,
           "cannot be read again", &error);
    expect(tarn_schema_same_type(schema, &schema_again), "comes back as another type", &error);
    expect(tarn_array_equal(schema, array, &array_again), "comes back changed", &error);
    expect(tarn_array_hash(schema, array, &hash, &error) == TARN_OK, "cannot be hashed", &error);
    expect(tarn_array_hash(schema, &array_again, &hash_again, &error) == TARN_OK, "cannot be hashed again", &error);
    expect(tarn_hash128_equal(hash, hash_again), "hashes differ", &error);
    check_window(&data, schema, array);
    for (int64_t i = 0; i < array->length && i < MOST_PRINTED; i++) {
        tarn_buffer text = {0};
        bool is_null;
        expect(tarn_array_print(schema, array, i, &text, &is_null, &error) == TARN_OK, "cannot be printed", &error);
        expect(tarn_array_print_json(schema, array, i, &text, &error) == TARN_OK, "cannot be JSON", &error);
        tarn_buffer_free(&text);
    }
    tarn_schema_release(&schema_again);
    tarn_array_release(&array_again);
    tarn_buffer_free(&data);
}

static void check_batch(const struct ArrowSchema *schema, struct ArrowArray *batch) {
    tarn_error error = {0};
    struct ArrowSchema normal_schema;
    struct ArrowArray normal;
    expect(tarn_array_validate(schema, batch, &error) == TARN_OK, "invalid", &error);
    if (largest_length(batch) > MOST_ROWS || tarn_schema_normalize(schema, &normal_schema, &error) != TARN_OK)
        return;
    if (tarn_array_normalize(schema, batch, &normal, &error) == TARN_OK) {
        expect(tarn_array_validate(&normal_schema, &normal, &error) == TARN_OK, "invalid when normalised", &error);
        for (int64_t i = 0; i < normal.n_children && largest_length(&normal) <= MOST_ROWS; i++)
            check_column(normal_schema.children[i], normal.children[i]);
        tarn_array_release(&normal);
    }
    tarn_schema_release(&normal_schema);
}

static void read_batches(tarn_ipc_reader *reader, bool check) {
    for (int batches = 0; batches < 64; batches++) {
        struct ArrowArray batch = {0};
        if (tarn_ipc_next(reader, &batch, NULL) != TARN_OK || batch.release == NULL)
            break;
        if (check)
            check_batch(tarn_ipc_schema(reader), &batch);
        tarn_array_release(&batch);
    }
    tarn_ipc_reader_free(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tarn_ipc_read_options options = {.memory_limit = MEMORY_LIMIT};
    tarn_ipc_reader *reader;
    source pieces = {data, size, 0};
    /* Arrays point into the input, which has to lie as a mapping does. */
    uint8_t *aligned = tarn_aligned_alloc(size);
    if (aligned == NULL)
        return 0;
    if (size > 0)
        memcpy(aligned, data, size);
    if (tarn_ipc_open_memory(aligned, size, NULL, &options, &reader, NULL) == TARN_OK)
        read_batches(reader, true);
    if (tarn_ipc_open_source(read_piece, &pieces, &options, &reader, NULL) == TARN_OK)
        read_batches(reader, false);
    free(aligned);
    return 0;
}
