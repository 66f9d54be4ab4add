/* The text reader: whatever the bytes, reading them in tiny blocks gives exactly what reading them in one block gives.
 * The first bytes of an input choose options, so that all of them are reached. */
#include "arrow/array.h"
#include "io/csv.h"
#include "io/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct outcome {
    tarn_status status;
    tarn_csv_reader *reader;
    struct ArrowSchema schema;
    struct ArrowArray *chunks;
    tarn_error error;
} outcome;

static void read_all(const uint8_t *data, size_t size, const tarn_csv_options *options, tarn_pool *pool, outcome *out) {
    *out = (outcome){0};
    tarn_text_source source = tarn_text_source_memory(data, size, "fuzz.csv");
    out->status = tarn_csv_open(&source, options, pool, NULL, &out->reader, &out->error);
    if (out->status != TARN_OK)
        return;
    out->chunks = calloc(tarn_csv_chunk_count(out->reader) + 1, sizeof *out->chunks);
    out->status = tarn_csv_schema(out->reader, &out->schema, &out->error);
    for (size_t k = 0; out->status == TARN_OK && k < tarn_csv_chunk_count(out->reader); k++) {
        out->status = tarn_csv_read_chunk(out->reader, k, &out->chunks[k], &out->error);
        if (out->status == TARN_OK && tarn_array_validate(&out->schema, &out->chunks[k], &out->error) != TARN_OK) {
            fprintf(stderr, "invalid array: %s\n", out->error.message);
            abort();
        }
    }
}

static void free_all(outcome *out) {
    for (size_t k = 0; out->chunks != NULL && k < tarn_csv_chunk_count(out->reader); k++)
        tarn_array_release(&out->chunks[k]);
    free(out->chunks);
    tarn_schema_release(&out->schema);
    tarn_csv_free(out->reader);
}

static void expect(int same, const char *what) {
    if (!same) {
        fprintf(stderr, "blocks of different sizes give different %s\n", what);
        abort();
    }
}

static void same_places(const tarn_csv_places *a, const tarn_csv_places *b, const char *what) {
    expect(a->total == b->total && a->count == b->count, what);
    for (size_t i = 0; i < a->count; i++)
        expect(a->first[i].line == b->first[i].line && a->first[i].found == b->first[i].found, what);
}

/* Walk over the rows of both, whose chunks may be cut differently. */
static void same_values(const outcome *a, const outcome *b) {
    size_t chunk = 0;
    int64_t row = 0;
    for (size_t k = 0; k < tarn_csv_chunk_count(a->reader); k++) {
        for (int64_t i = 0; i < a->chunks[k].length; i++) {
            while (row == b->chunks[chunk].length) {
                chunk++;
                row = 0;
            }
            expect(tarn_array_element_equal(&a->schema, &a->chunks[k], i, &b->chunks[chunk], row), "values");
            row++;
        }
    }
}

static void compare(const outcome *a, const outcome *b) {
    expect(a->status == b->status, "outcomes");
    if (a->status != TARN_OK) {
        expect(strcmp(a->error.message, b->error.message) == 0, "messages");
        return;
    }
    const tarn_csv_report *x = tarn_csv_get_report(a->reader), *y = tarn_csv_get_report(b->reader);
    expect(x->rows == y->rows && x->lines == y->lines && x->nul_bytes == y->nul_bytes, "counts");
    expect(strcmp(x->encoding, y->encoding) == 0, "encodings");
    same_places(&x->ragged, &y->ragged, "ragged records");
    same_places(&x->after_quote, &y->after_quote, "texts after quotes");
    same_places(&x->comments, &y->comments, "comments");
    same_places(&x->stray_quotes, &y->stray_quotes, "stray quotes");
    same_places(&x->invalid_bytes, &y->invalid_bytes, "invalid bytes");
    expect(x->n_columns == y->n_columns, "columns");
    for (size_t i = 0; i < x->n_columns; i++)
        expect(strcmp(x->columns[i].name, y->columns[i].name) == 0 && x->columns[i].type == y->columns[i].type,
               "types");
    same_values(a, b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char delimiters[] = {0, 0, ',', ';', '\t', '|'};
    static const char quotes[] = {0, 0, '"', '\'', TARN_CSV_NO_QUOTE};
    if (size < 3)
        return 0;
    tarn_csv_options options = {
        .delimiter = delimiters[data[0] % sizeof delimiters],
        .quote = quotes[data[0] / 8 % sizeof quotes],
        .header_row = data[1] % 4 - 1,
        .all_text = (data[1] & 16) != 0,
        .max_extra_columns = data[1] >> 5,
        .max_cell = (data[2] & 128) != 0 ? 16 : 0,
        .max_reports = 3,
    };
    static const uint32_t widths[] = {3, 1, 4};
    if ((data[2] & 64) != 0)
        options.comment = data[0] % 2 == 0 ? "#" : "//";
    if ((data[2] & 32) != 0 && options.delimiter != '\\')
        options.escape = '\\';
    if ((data[0] & 64) != 0)
        options.long_delimiter = "||";
    else if ((data[0] & 128) != 0 && data[1] % 4 == 1) {
        options.widths = widths;
        options.n_widths = 3;
    }
    options.skip_footer = data[0] % 4 - 1;
    options.decimal = (data[1] & 8) != 0 ? ',' : 0;
    tarn_format_sniff(data + 3, size - 3, NULL);
    outcome whole, pieces;
    read_all(data + 3, size - 3, &options, NULL, &whole);
    options.block_bytes = 1 + data[2] % 32;
    options.chunk_rows = 1 + data[2] % 5;
    options.chunk_bytes = 1 + data[2] % 64;
    read_all(data + 3, size - 3, &options, NULL, &pieces);
    compare(&whole, &pieces);
    free_all(&whole);
    free_all(&pieces);
    return 0;
}
