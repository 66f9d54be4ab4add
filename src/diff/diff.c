// What differs between two versions.
#include "diff/internal.h"

#include "base/text.h"

#include <stdlib.h>

#define DEFAULT_MEMORY (UINT64_C(24) << 20)

static void clear_column(tarn_diff_column *column) {
    free(column->before);
    free(column->after);
    free(column->type_before);
    free(column->type_after);
}

static void clear_part(tarn_diff_part *part, size_t pairs) {
    for (size_t i = 0; part->cells != NULL && i < pairs; i++)
        free(part->cells[i]);
    free(part->cells);
    free(part->cell_counts);
    free(part->offsets);
    free(part->added);
    free(part->removed);
    free(part->modified);
    free(part->unmatched);
    free(part->moved);
    free(part->filled);
    free(part->placed);
    free(part->places);
    free(part->partners);
}

void tarn_diff_close(tarn_diff *diff) {
    if (diff == NULL || atomic_fetch_sub(&diff->references, 1) > 1)
        return;
    for (size_t i = 0; i < diff->part_count; i++)
        clear_part(&diff->parts[i], diff->pair_count);
    for (size_t i = 0; i < diff->info.column_count; i++)
        clear_column(&diff->info.columns[i]);
    free(diff->parts);
    free(diff->pairs);
    free(diff->values);
    free(diff->info.columns);
    free(diff->info.before.table);
    free(diff->info.after.table);
    tarn_version_release(diff->before);
    tarn_version_release(diff->after);
    free(diff);
}

const tarn_diff_info *tarn_diff_info_of(const tarn_diff *diff) {
    return &diff->info;
}

static bool column_differs(const tarn_diff_column *column) {
    return !column->left_out && (column->before == NULL || column->after == NULL || column->renamed || column->retyped);
}

bool tarn_diff_differs(const tarn_diff *diff) {
    const tarn_diff_info *info = &diff->info;
    for (size_t i = 0; i < info->column_count; i++) {
        if (column_differs(&info->columns[i]))
            return true;
    }
    return info->added + info->removed + info->modified + info->unmatched + info->moved > 0;
}

uint64_t tarn_diff_bytes(const tarn_diff *diff) {
    uint64_t bytes = sizeof *diff + diff->part_count * sizeof *diff->parts;
    for (size_t i = 0; i < diff->part_count; i++) {
        const tarn_diff_part *part = &diff->parts[i];
        const uint8_t *const bits[] = {part->added, part->removed, part->modified, part->unmatched,
                                       part->moved, part->filled,  part->placed};
        uint64_t bitmap = (uint64_t)part->rows / 8 + 1;
        for (size_t k = 0; k < sizeof bits / sizeof *bits; k++)
            bytes += bits[k] != NULL ? bitmap : 0;
        for (size_t pair = 0; part->cells != NULL && pair < diff->pair_count; pair++)
            bytes += sizeof(uint8_t *) + sizeof(int64_t) + (part->cells[pair] != NULL ? bitmap : 0);
        if (part->offsets != NULL)
            bytes += (uint64_t)part->rows * sizeof *part->offsets;
        if (part->partners != NULL)
            bytes += (uint64_t)(part->counts[2] + part->counts[5]) * sizeof *part->partners;
        if (part->places != NULL)
            bytes += (uint64_t)tarn_bits_count(part->placed, 0, part->rows) * sizeof *part->places;
    }
    return bytes;
}

static void sum_up(tarn_diff *diff) {
    tarn_diff_info *info = &diff->info;
    for (size_t i = 0; i < diff->part_count; i++) {
        const tarn_diff_part *part = &diff->parts[i];
        info->added += part->counts[0];
        info->removed += part->counts[1];
        info->modified += part->counts[2];
        info->unmatched += part->counts[3];
        for (size_t pair = 0; part->cell_counts != NULL && pair < diff->pair_count; pair++) {
            info->columns[pair].modified += part->cell_counts[pair];
            info->cells += part->cell_counts[pair];
        }
    }
}

static tarn_status fill_side(tarn_diff_side *side, const tarn_version *version, const char *name, tarn_error *error) {
    *side = (tarn_diff_side){
        .table = tarn_strdup(name), .version = tarn_version_number(version), .rows = tarn_version_rows(version)};
    return side->table == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status begin(const tarn_diff_input *input, const tarn_diff_options *options, tarn_diff *diff,
                         tarn_error *error) {
    diff->before = input->before;
    diff->after = input->after;
    tarn_version_retain(diff->before);
    tarn_version_retain(diff->after);
    diff->complete = options->complete;
    diff->memory = input->memory != 0 ? input->memory : DEFAULT_MEMORY;
    diff->rules = (tarn_diff_rules){options->ignore_case, options->ignore_space, options->tolerance};
    TARN_TRY(fill_side(&diff->info.before, diff->before, input->before_name, error));
    TARN_TRY(fill_side(&diff->info.after, diff->after, input->after_name, error));
    if (!(options->tolerance >= 0))
        return tarn_fail(error, TARN_E_INVALID, "a tolerance is a number of at least 0");
    return TARN_OK;
}

static bool share_row_space(const tarn_diff *diff) {
    return tarn_version_table(diff->before) == tarn_version_table(diff->after) &&
           tarn_version_row_space(diff->before) == tarn_version_row_space(diff->after);
}

void tarn_diff_retain(tarn_diff *diff) {
    atomic_fetch_add(&diff->references, 1);
}

static const tarn_diff_options *options_of(const tarn_diff_input *input) {
    static const tarn_diff_options defaults = {0};
    return input->options != NULL ? input->options : &defaults;
}

tarn_status tarn_diff_prepare(const tarn_diff_input *input, tarn_diff **out, tarn_error *error) {
    const tarn_diff_options *options = options_of(input);
    tarn_diff *diff = calloc(1, sizeof *diff);
    if (diff == NULL)
        return tarn_fail_memory(error);
    atomic_init(&diff->references, 1);
    tarn_status status = begin(input, options, diff, error);
    if (status == TARN_OK) {
        diff->info.by_key = options->key_count > 0 || !share_row_space(diff);
        status = tarn_diff_pair_columns(diff, options, error);
    }
    if (status == TARN_OK)
        status = tarn_diff_list_values(diff, error);
    if (status == TARN_OK)
        *out = diff;
    else
        tarn_diff_close(diff);
    return status;
}

tarn_status tarn_diff_run(const tarn_diff_input *input, tarn_diff *diff, tarn_error *error) {
    if (diff->info.by_key && options_of(input)->key_count == 0)
        TARN_TRY(tarn_diff_choose_key(diff, input->pool, input->task, error));
    TARN_TRY(diff->info.by_key ? tarn_diff_keyed(diff, input->pool, input->task, error)
                               : tarn_diff_versions(diff, input->pool, input->task, error));
    sum_up(diff);
    tarn_diff_compact(diff);
    diff->info.bytes = tarn_diff_bytes(diff);
    return TARN_OK;
}

tarn_status tarn_diff_compare(const tarn_diff_input *input, tarn_diff **out, tarn_error *error) {
    tarn_diff *diff = NULL;
    TARN_TRY(tarn_diff_prepare(input, &diff, error));
    tarn_status status = tarn_diff_run(input, diff, error);
    if (status == TARN_OK)
        *out = diff;
    else
        tarn_diff_close(diff);
    return status;
}
