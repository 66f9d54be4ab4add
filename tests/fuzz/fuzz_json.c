/* The JSON reader: whatever the bytes, nothing crashes, every array is valid, and reading them in tiny blocks gives
 * exactly what reading them in one block gives. The first bytes of an input choose options. */
#include "arrow/array.h"
#include "io/format.h"
#include "io/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct outcome {
    tarn_status status;
    tarn_json_reader *reader;
    struct ArrowSchema schema;
    struct ArrowArray *batches;
    size_t count, capacity;
    tarn_error error;
} outcome;

static tarn_status take(void *context, struct ArrowArray *batch, tarn_error *error) {
    outcome *out = context;
    if (tarn_array_validate(&out->schema, batch, error) != TARN_OK) {
        fprintf(stderr, "invalid array: %s\n", error->message);
        abort();
    }
    TARN_TRY(tarn_grow(&out->batches, &out->capacity, out->count + 1, sizeof *out->batches, error));
    out->batches[out->count++] = *batch;
    return TARN_OK;
}

static void read_all(const uint8_t *data, size_t size, const tarn_json_options *options, outcome *out) {
    *out = (outcome){0};
    tarn_text_source source = tarn_text_source_memory(data, size, "fuzz.json");
    out->status = tarn_json_open(&source, options, NULL, NULL, &out->reader, &out->error);
    if (out->status == TARN_OK)
        out->status = tarn_json_schema(out->reader, &out->schema, &out->error);
    for (size_t k = 0; out->status == TARN_OK && k < tarn_json_block_count(out->reader); k++)
        out->status = tarn_json_read(out->reader, k, take, out, &out->error);
}

static void free_all(outcome *out) {
    for (size_t k = 0; k < out->count; k++)
        tarn_array_release(&out->batches[k]);
    free(out->batches);
    tarn_schema_release(&out->schema);
    tarn_json_free(out->reader);
}

static void expect(int same, const char *what) {
    if (!same) {
        fprintf(stderr, "blocks of different sizes give different %s\n", what);
        abort();
    }
}

static int64_t rows_of(const outcome *out) {
    int64_t rows = 0;
    for (size_t k = 0; k < out->count; k++)
        rows += out->batches[k].length;
    return rows;
}

/* Walk over the rows of both, whose batches may be cut differently. */
static void same_values(const outcome *a, const outcome *b) {
    size_t batch = 0;
    int64_t row = 0;
    for (size_t k = 0; k < a->count; k++) {
        for (int64_t i = 0; i < a->batches[k].length; i++) {
            while (row == b->batches[batch].length) {
                batch++;
                row = 0;
            }
            expect(tarn_array_element_equal(&a->schema, &a->batches[k], i, &b->batches[batch], row), "values");
            row++;
        }
    }
}

static void compare(const outcome *a, const outcome *b) {
    expect(a->status == b->status, "outcomes");
    if (a->status != TARN_OK) {
        if (strcmp(a->error.message, b->error.message) != 0)
            fprintf(stderr, "%s\n%s\n", a->error.message, b->error.message);
        expect(strcmp(a->error.message, b->error.message) == 0, "messages");
        return;
    }
    expect(tarn_schema_same_type(&a->schema, &b->schema), "types");
    expect(rows_of(a) == rows_of(b), "counts");
    same_values(a, b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const paths[] = {NULL, NULL, NULL, "", "a", "a.b", "/a/b", "data"};
    if (size < 2)
        return 0;
    tarn_json_options options = {
        .records = paths[data[0] % 8],
        .lines = (data[0] & 8) != 0,
        .all_text = (data[0] & 48) == 48,
        .encoding = (data[0] & 192) == 192 ? "windows-1252" : NULL,
    };
    tarn_format_sniff(data + 2, size - 2, NULL);
    outcome whole, pieces;
    read_all(data + 2, size - 2, &options, &whole);
    options.block_bytes = 1 + data[1] % 32;
    options.block_rows = 1 + data[1] % 5;
    read_all(data + 2, size - 2, &options, &pieces);
    compare(&whole, &pieces);
    free_all(&whole);
    free_all(&pieces);
    return 0;
}
