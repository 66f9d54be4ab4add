/* Which column of one side belongs to which of the other. */
#include "diff/internal.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static bool is_named(const char *const *names, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (tarn_name_equal(names[i], name))
            return true;
    }
    return false;
}

/* The mapping that is about a column, by its name on one side; NULL: none. */
static const tarn_diff_mapping *find_mapping(const tarn_diff_options *options, bool before, const char *name) {
    for (size_t i = 0; i < options->map_count; i++) {
        if (tarn_name_equal(before ? options->map[i].before : options->map[i].after, name))
            return &options->map[i];
    }
    return NULL;
}

static size_t find_name(const tarn_version *in, const char *name) {
    for (size_t i = 0; i < tarn_version_column_count(in); i++) {
        if (tarn_name_equal(tarn_version_column(in, i)->name, name))
            return i;
    }
    return TARN_DIFF_NONE;
}

/* The column that one of `before` (else of `after`) is compared with. One that is mapped belongs to nothing else. */
static size_t find_partner(const tarn_diff *diff, const tarn_diff_options *options, bool before,
                           const tarn_column *column) {
    const tarn_version *in = before ? diff->after : diff->before;
    const tarn_diff_mapping *mapping = find_mapping(options, before, column->name);
    if (mapping != NULL)
        return find_name(in, before ? mapping->after : mapping->before);
    for (size_t i = 0; i < tarn_version_column_count(in); i++) {
        const tarn_column *candidate = tarn_version_column(in, i);
        if (find_mapping(options, !before, candidate->name) != NULL)
            continue;
        if (diff->info.by_key ? tarn_name_equal(candidate->name, column->name) : candidate->field == column->field)
            return i;
    }
    return TARN_DIFF_NONE;
}

static tarn_status describe(const tarn_column *column, char **name, char **type, tarn_error *error) {
    *name = tarn_strdup(column->name);
    *type = tarn_schema_type_name(column->type);
    return *name == NULL || *type == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status add_pair(tarn_diff *diff, const tarn_diff_options *options, size_t before, size_t after,
                            tarn_error *error) {
    tarn_diff_column *info = &diff->info.columns[diff->info.column_count++];
    const tarn_column *was = before != TARN_DIFF_NONE ? tarn_version_column(diff->before, before) : NULL;
    const tarn_column *is = after != TARN_DIFF_NONE ? tarn_version_column(diff->after, after) : NULL;
    if (was != NULL)
        TARN_TRY(describe(was, &info->before, &info->type_before, error));
    if (is != NULL)
        TARN_TRY(describe(is, &info->after, &info->type_after, error));
    info->left_out = (was != NULL && is_named(options->leave_out, options->leave_out_count, was->name)) ||
                     (is != NULL && is_named(options->leave_out, options->leave_out_count, is->name));
    if (was != NULL && is != NULL) {
        info->mapped = find_mapping(options, true, was->name) != NULL;
        info->is_key = diff->info.by_key && (is_named(options->keys, options->key_count, is->name) ||
                                             (info->mapped && is_named(options->keys, options->key_count, was->name)));
        info->renamed = !info->mapped && strcmp(was->name, is->name) != 0;
        info->retyped = !tarn_schema_same_type(was->type, is->type);
        info->mismatched = info->retyped && !tarn_diff_same_family(was->type, is->type);
    }
    diff->pairs[diff->pair_count++] =
        (tarn_diff_pair){before, after, was != NULL && is != NULL && !info->left_out && !info->is_key};
    return TARN_OK;
}

static tarn_status check_names(const tarn_diff *diff, const tarn_diff_options *options, tarn_error *error) {
    size_t pair;
    for (size_t i = 0; i < options->leave_out_count; i++)
        TARN_TRY(tarn_diff_find_pair(diff, options->leave_out[i], &pair, error));
    for (size_t i = 0; i < options->key_count; i++) {
        TARN_TRY(tarn_diff_find_pair(diff, options->keys[i], &pair, error));
        const tarn_diff_column *column = &diff->info.columns[pair];
        if (!column->is_key)
            return tarn_fail(error, TARN_E_NOT_FOUND,
                             "the key column \"%s\" is only in %s: a key has to be on both sides", options->keys[i],
                             column->after == NULL ? diff->info.before.table : diff->info.after.table);
        if (column->left_out)
            return tarn_fail(error, TARN_E_INVALID, "\"%s\" cannot be the key and left out", options->keys[i]);
    }
    return TARN_OK;
}

static tarn_status check_map(const tarn_diff *diff, const tarn_diff_options *options, tarn_error *error) {
    for (size_t i = 0; i < options->map_count; i++) {
        const tarn_diff_mapping *mapping = &options->map[i];
        size_t ignored;
        TARN_TRY(tarn_version_find_column(diff->before, mapping->before, &ignored, error));
        TARN_TRY(tarn_version_find_column(diff->after, mapping->after, &ignored, error));
        if (find_mapping(options, true, mapping->before) != mapping ||
            find_mapping(options, false, mapping->after) != mapping)
            return tarn_fail(error, TARN_E_INVALID, "\"%s\" cannot be mapped to \"%s\": one of them is mapped already",
                             mapping->before, mapping->after);
    }
    return TARN_OK;
}

tarn_status tarn_diff_pair_columns(tarn_diff *diff, const tarn_diff_options *options, tarn_error *error) {
    size_t befores = tarn_version_column_count(diff->before), afters = tarn_version_column_count(diff->after);
    diff->pairs = calloc(befores + afters + 1, sizeof *diff->pairs);
    diff->info.columns = calloc(befores + afters + 1, sizeof *diff->info.columns);
    if (diff->pairs == NULL || diff->info.columns == NULL)
        return tarn_fail_memory(error);
    TARN_TRY(check_map(diff, options, error));
    for (size_t i = 0; i < afters; i++)
        TARN_TRY(
            add_pair(diff, options, find_partner(diff, options, false, tarn_version_column(diff->after, i)), i, error));
    for (size_t i = 0; i < befores; i++) {
        if (find_partner(diff, options, true, tarn_version_column(diff->before, i)) == TARN_DIFF_NONE)
            TARN_TRY(add_pair(diff, options, i, TARN_DIFF_NONE, error));
    }
    return check_names(diff, options, error);
}

tarn_status tarn_diff_find_pair(const tarn_diff *diff, const char *name, size_t *out, tarn_error *error) {
    for (int after = 1; after >= 0; after--) {
        for (size_t i = 0; i < diff->pair_count; i++) {
            const char *candidate = after ? diff->info.columns[i].after : diff->info.columns[i].before;
            if (candidate != NULL && tarn_name_equal(candidate, name)) {
                *out = i;
                return TARN_OK;
            }
        }
    }
    /* The other side's columns are all known by now: this one suggests a similar name. */
    return tarn_version_find_column(diff->after, name, out, error);
}
