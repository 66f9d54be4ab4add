/* Choosing a key when none was given. */
#include "diff/keys.h"

/* Floats make no keys: what prints alike may differ. */
static bool may_be_key(const tarn_diff *diff, size_t index) {
    const tarn_diff_pair *pair = &diff->pairs[index];
    if (!pair->compared)
        return false;
    const struct ArrowSchema *was = tarn_version_column(diff->before, pair->before)->type;
    const struct ArrowSchema *is = tarn_version_column(diff->after, pair->after)->type;
    tarn_diff_form form = tarn_diff_form_of(was, is);
    return was->n_children == 0 && is->n_children == 0 && form != TARN_FORM_DOUBLE && form != TARN_FORM_FLOAT;
}

static tarn_status try_key(const tarn_diff *diff, size_t pair, tarn_pool *pool, tarn_task *task, bool *unique,
                           bool *matches, tarn_error *error) {
    tarn_diff_match match;
    tarn_status status = tarn_diff_match_rows(diff, &pair, 1, pool, task, &match, error);
    if (status == TARN_OK) {
        *unique = match.nulls[0] + match.nulls[1] + match.duplicates[0] + match.duplicates[1] == 0;
        *matches = match.pairs > 0;
    }
    tarn_diff_match_clear(&match);
    return status;
}

tarn_status tarn_diff_choose_key(tarn_diff *diff, tarn_pool *pool, tarn_task *task, tarn_error *error) {
    size_t chosen = TARN_DIFF_NONE;
    for (size_t i = 0; i < diff->pair_count; i++) {
        bool unique = false, matches = false;
        if (!may_be_key(diff, i))
            continue;
        TARN_TRY(try_key(diff, i, pool, task, &unique, &matches, error));
        if (unique && (matches || chosen == TARN_DIFF_NONE))
            chosen = i;
        if (unique && matches)
            break;
    }
    if (chosen == TARN_DIFF_NONE)
        return tarn_fail(
            error, TARN_E_INVALID,
            "the rows of %s and %s have no numbers in common, and no column has a different value in every "
            "row of both: name the columns that tell rows apart with --key",
            diff->info.before.table, diff->info.after.table);
    diff->info.columns[chosen].is_key = true;
    diff->info.key_chosen = true;
    diff->pairs[chosen].compared = false;
    return TARN_OK;
}
