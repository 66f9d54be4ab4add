/* Kinds of cells. */
#include "io/sheet_seen.h"

#include <math.h>

#define EXACT_INTEGER 9007199254740992.0 /* 2^53: larger ones may have lost digits already */

static unsigned seen_value(const tarn_sheet_cell *cell) {
    switch (cell->kind) {
    case TARN_CELL_NUMBER:
        return cell->number == trunc(cell->number) && fabs(cell->number) <= EXACT_INTEGER ? TARN_SEEN_INTEGER
                                                                                          : TARN_SEEN_FLOAT;
    case TARN_CELL_BOOLEAN:
        return TARN_SEEN_BOOLEAN;
    case TARN_CELL_DATE:
        return TARN_SEEN_DATE;
    case TARN_CELL_DATE_TIME:
        return TARN_SEEN_TIMESTAMP;
    case TARN_CELL_TIME:
        return TARN_SEEN_TIME;
    case TARN_CELL_DURATION:
        return TARN_SEEN_DURATION;
    default:
        return cell->size > 0 ? TARN_SEEN_TEXT : 0; /* what an empty text is depends on the column's other values */
    }
}

unsigned tarn_sheet_seen(const tarn_sheet_cell *cell, const tarn_import_options *options) {
    if (cell->kind == TARN_CELL_ERROR)
        return TARN_SEEN_ERROR;
    if (cell->kind == TARN_CELL_EMPTY)
        return cell->is_formula ? TARN_SEEN_UNCOMPUTED : 0;
    return tarn_sheet_cell_is_null(cell, options) ? 0 : seen_value(cell);
}

tarn_sheet_type tarn_sheet_seen_type(unsigned seen) {
    switch (seen & TARN_SEEN_VALUES) {
    case TARN_SEEN_BOOLEAN:
        return TARN_SHEET_BOOLEAN;
    case TARN_SEEN_INTEGER:
        return TARN_SHEET_INTEGER;
    case TARN_SEEN_FLOAT:
    case TARN_SEEN_FLOAT | TARN_SEEN_INTEGER:
        return TARN_SHEET_FLOAT;
    case TARN_SEEN_DATE:
        return TARN_SHEET_DATE;
    case TARN_SEEN_TIMESTAMP:
    case TARN_SEEN_TIMESTAMP | TARN_SEEN_DATE:
        return TARN_SHEET_TIMESTAMP;
    case TARN_SEEN_TIME:
        return TARN_SHEET_TIME;
    case TARN_SEEN_DURATION:
    case TARN_SEEN_DURATION | TARN_SEEN_TIME:
        return TARN_SHEET_INTERVAL;
    default:
        return TARN_SHEET_TEXT;
    }
}
