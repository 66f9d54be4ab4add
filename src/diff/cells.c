// When two cells are the same, whatever their types.
#include "diff/cells.h"

#include <math.h>
#include <string.h>

static bool same_number(const tarn_diff_reader *a, const tarn_diff_reader *b, int64_t i) {
    tarn_diff_number x, y;
    bool has_x = tarn_diff_read_number(a, i, &x), has_y = tarn_diff_read_number(b, i, &y);
    if (!has_x || !has_y)
        return has_x == has_y;
    if (a->rules->tolerance > 0 && fabs(x.real - y.real) <= a->rules->tolerance)
        return true;
    if (a->form == TARN_FORM_EXACT)
        return x.value == y.value && x.scale == y.scale;
    return x.real == y.real || (isnan(x.real) && isnan(y.real));
}

static tarn_status same_text(tarn_diff_reader *a, tarn_diff_reader *b, int64_t i, bool *same, tarn_error *error) {
    const char *x, *y;
    size_t x_size, y_size;
    TARN_TRY(tarn_diff_read_text(a, i, &x, &x_size, error));
    TARN_TRY(tarn_diff_read_text(b, i, &y, &y_size, error));
    *same = x == NULL || y == NULL ? x == y : x_size == y_size && memcmp(x, y, x_size) == 0;
    return TARN_OK;
}

/* Clear the bits of elements that are the same after all. */
static tarn_status look_again(tarn_diff_reader *a, tarn_diff_reader *b, int64_t length, uint8_t *differing,
                              int64_t *count, tarn_error *error) {
    *count = 0;
    for (int64_t i = 0; i < length; i++) {
        bool same = false;
        if (!tarn_bit_get(differing, i))
            continue;
        if (a->form == TARN_FORM_TEXT)
            TARN_TRY(same_text(a, b, i, &same, error));
        else
            same = same_number(a, b, i);
        if (same)
            tarn_bit_clear(differing, i);
        else
            ++*count;
    }
    return TARN_OK;
}

static void mark_all(const uint8_t *live, int64_t length, uint8_t *bits) {
    size_t bytes = (size_t)(length + 7) / 8;
    if (live != NULL)
        memcpy(bits, live, bytes);
    else
        memset(bits, 0xFF, bytes);
    if (length % 8 != 0)
        bits[bytes - 1] &= (uint8_t)((1u << (length % 8)) - 1);
}

tarn_status tarn_diff_cells(const tarn_diff_rules *rules, const struct ArrowSchema *before_type,
                            const struct ArrowArray *before, const struct ArrowSchema *after_type,
                            const struct ArrowArray *after, const uint8_t *live, uint8_t *differing, int64_t *count,
                            tarn_error *error) {
    tarn_diff_form form = tarn_diff_form_of(before_type, after_type);
    bool same_type = tarn_schema_same_type(before_type, after_type);
    bool lenient = form == TARN_FORM_TEXT ? rules->ignore_case || rules->ignore_space : rules->tolerance > 0;
    if (same_type)
        *count = tarn_array_differ(before_type, before, after, live, differing);
    else
        mark_all(live, before->length, differing);
    if (same_type && (!lenient || *count == 0))
        return TARN_OK;
    tarn_diff_reader a = {0}, b = {0};
    tarn_status status = tarn_diff_reader_open(&a, before_type, before, form, rules, error);
    if (status == TARN_OK)
        status = tarn_diff_reader_open(&b, after_type, after, form, rules, error);
    if (status == TARN_OK)
        status = look_again(&a, &b, before->length, differing, count, error);
    tarn_diff_reader_close(&a);
    tarn_diff_reader_close(&b);
    return status;
}
