/* The judgement of a table's first rows: whatever the cells, it stays within the grid, says the same twice, and an
 * empty column at the end changes no score. Lines are rows and tabs part cells; the first byte makes rows ragged. */
#include "io/csv_value.h"
#include "io/grid.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 64, MOST_COLUMNS = 32 };

static void expect(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "the judge %s\n", what);
        abort();
    }
}

/* Cells of a text into rows of `width` cells; those that are not there stay empty. */
static void fill(const uint8_t *data, size_t size, size_t width, tarn_grid_cell *cells, uint32_t *counts,
                 size_t *rows) {
    size_t start = 0, column = 0;
    *rows = 0;
    for (size_t i = 0; i <= size && *rows < MOST_ROWS; i++) {
        if (i < size && data[i] != '\n' && data[i] != '\t')
            continue;
        const uint8_t *text = data + start;
        size_t length = i - start;
        tarn_csv_trim(&text, &length);
        if (column < width && length > 0)
            cells[*rows * width + column] =
                (tarn_grid_cell){(const char *)text, (uint32_t)length, (uint16_t)tarn_csv_kind_of(text, length)};
        column++;
        if (i == size || data[i] == '\n') {
            counts[(*rows)++] = (uint32_t)column;
            column = 0;
        }
        start = i + 1;
    }
}

static void judge(const tarn_grid *grid) {
    tarn_grid_shape shape, again;
    tarn_grid_judge(grid, &shape);
    tarn_grid_judge(grid, &again);
    expect(memcmp(&shape, &again, sizeof shape) == 0, "says something else the second time");
    expect(shape.above + shape.header_rows + shape.unit_rows <= grid->rows, "leaves the grid");
    expect(shape.header_rows <= 2 && shape.unit_rows <= 1, "finds more rows than there can be");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static tarn_grid_cell narrow[MOST_ROWS * MOST_COLUMNS], wide[MOST_ROWS * (MOST_COLUMNS + 1)];
    uint32_t counts[MOST_ROWS];
    size_t rows;
    if (size < 2)
        return 0;
    size_t width = 1 + data[0] % MOST_COLUMNS;
    memset(narrow, 0, sizeof narrow);
    memset(wide, 0, sizeof wide);
    fill(data + 1, size - 1, width, narrow, counts, &rows);
    for (size_t row = 0; row < rows; row++)
        memcpy(wide + row * (width + 1), narrow + row * width, width * sizeof *narrow);
    tarn_grid grid = {rows, width, narrow, (data[0] & 128) != 0 ? counts : NULL, width};
    tarn_grid padded = {rows, width + 1, wide, NULL, width};
    judge(&grid);
    judge(&padded);
    for (size_t row = 0; row < rows && row < 4; row++) {
        double score = tarn_grid_header_score(&grid, row);
        expect(isfinite(score), "gives no number");
        expect(score == tarn_grid_header_score(&padded, row), "is swayed by an empty column");
    }
    return 0;
}
