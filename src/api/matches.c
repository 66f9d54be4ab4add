/* Rows that are probably the same. */
#include "command/matches.h"
#include "api/workspace.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>

static void clear_group(tarn_match_group *group, size_t columns) {
    for (size_t i = 0; i < group->row_count; i++) {
        for (size_t k = 0; group->rows[i].values != NULL && k < columns; k++)
            free(group->rows[i].values[k]);
        free(group->rows[i].values);
    }
    for (size_t i = 0; i < group->pair_count; i++)
        free(group->pairs[i].similarities);
    free(group->rows);
    free(group->pairs);
}

void tarn_matches_clear(tarn_matches *matches) {
    for (size_t i = 0; i < matches->group_count; i++)
        clear_group(&matches->groups[i], matches->column_count);
    for (size_t i = 0; matches->columns != NULL && i < matches->column_count; i++)
        free(matches->columns[i]);
    free(matches->columns);
    free((void *)matches->comparisons);
    free(matches->groups);
    free(matches->on);
    free(matches->note);
    *matches = (tarn_matches){0};
}

static tarn_status copy_row(const tarn_row_matches *found, size_t row, tarn_matched_row *out, tarn_error *error) {
    const tarn_match_value *values = found->rows.values + row * found->rows.width;
    *out = (tarn_matched_row){.row = found->rows.ids[row], .values = calloc(found->column_count, sizeof *out->values)};
    if (out->values == NULL)
        return tarn_fail_memory(error);
    for (size_t k = 0; k < found->column_count; k++) {
        if (values[k].text == NULL)
            continue;
        out->values[k] = tarn_strndup(values[k].text, values[k].size);
        if (out->values[k] == NULL)
            return tarn_fail_memory(error);
    }
    return TARN_OK;
}

/* Equal rows are as alike as can be in what they have. */
static tarn_status copy_pair(const tarn_row_matches *found, const tarn_row_match *pair, tarn_matched_pair *out,
                             tarn_error *error) {
    const tarn_match_value *values = found->rows.values + pair->first * found->rows.width;
    *out = (tarn_matched_pair){.first = found->rows.ids[pair->first],
                               .second = found->rows.ids[pair->second],
                               .similarity = pair->similarity,
                               .similarities = calloc(found->column_count, sizeof *out->similarities)};
    if (out->similarities == NULL)
        return tarn_fail_memory(error);
    for (size_t k = 0; k < found->column_count; k++) {
        double equal = tarn_match_is_blank(&values[k]) ? NAN : 1;
        out->similarities[k] = pair->similarities != NULL ? pair->similarities[k] : equal;
    }
    return TARN_OK;
}

static tarn_status copy_group(const tarn_row_matches *found, const tarn_row_group *group, tarn_match_group *out,
                              tarn_error *error) {
    out->rows = calloc(group->row_count, sizeof *out->rows);
    out->pairs = calloc(group->pair_count, sizeof *out->pairs);
    if (out->rows == NULL || out->pairs == NULL)
        return tarn_fail_memory(error);
    while (out->row_count < group->row_count) {
        size_t row = found->grouped[group->first_row + out->row_count];
        TARN_TRY(copy_row(found, row, &out->rows[out->row_count++], error));
    }
    while (out->pair_count < group->pair_count) {
        const tarn_row_match *pair = &found->pairs[group->first_pair + out->pair_count];
        TARN_TRY(copy_pair(found, pair, &out->pairs[out->pair_count++], error));
    }
    return TARN_OK;
}

static tarn_status copy_columns(const tarn_version *version, const tarn_row_matches *found, tarn_matches *out,
                                tarn_error *error) {
    out->columns = calloc(found->column_count, sizeof *out->columns);
    out->comparisons = calloc(found->column_count, sizeof *out->comparisons);
    out->on = tarn_strdup(tarn_version_column(version, found->on)->name);
    if (out->columns == NULL || out->comparisons == NULL || out->on == NULL)
        return tarn_fail_memory(error);
    TARN_TRY(tarn_row_matches_note(found, version, &out->note, error));
    for (; out->column_count < found->column_count; out->column_count++) {
        size_t i = out->column_count;
        out->comparisons[i] = tarn_similarity_name(found->similarities[i]);
        out->columns[i] = tarn_strdup(tarn_version_column(version, found->columns[i])->name);
        if (out->columns[i] == NULL)
            return tarn_fail_memory(error);
    }
    return TARN_OK;
}

static tarn_status copy_matches(const tarn_version *version, const tarn_row_matches *found, size_t most,
                                tarn_matches *out, tarn_error *error) {
    size_t groups = found->group_count < most ? found->group_count : most;
    tarn_matches made = {.all_groups = found->group_count,
                         .all_pairs = found->pair_count,
                         .table_rows = (int64_t)found->rows.count,
                         .compared = found->found.compared,
                         .threshold = found->threshold,
                         .block = tarn_block_name(found->found.block)};
    tarn_status status = copy_columns(version, found, &made, error);
    for (size_t i = 0; i < found->group_count; i++)
        made.all_rows += found->groups[i].row_count;
    made.groups = calloc(groups + 1, sizeof *made.groups);
    if (status == TARN_OK && made.groups == NULL)
        status = tarn_fail_memory(error);
    while (status == TARN_OK && made.group_count < groups) {
        size_t i = made.group_count++;
        status = copy_group(found, &found->groups[i], &made.groups[i], error);
    }
    if (status == TARN_OK)
        *out = made;
    else
        tarn_matches_clear(&made);
    return status;
}

tarn_status tarn_find_matches(tarn_workspace *workspace, const char *version, const tarn_parameter *parameters,
                              size_t parameter_count, size_t most, tarn_task *task, tarn_matches *out,
                              tarn_error *error) {
    tarn_version *loaded;
    tarn_row_matches found = {0};
    tarn_command_environment environment = {.store = workspace->store,
                                            .engine = workspace->engine,
                                            .pool = workspace->pool,
                                            .task = task,
                                            .files = workspace->files,
                                            .filter = workspace->filter};
    tarn_argument *arguments = calloc(parameter_count + 1, sizeof *arguments);
    if (arguments == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < parameter_count; i++)
        arguments[i] = (tarn_argument){parameters[i].name, parameters[i].value};
    tarn_status status = tarn_store_open_version(workspace->store, version, &loaded, error);
    if (status == TARN_OK) {
        status = tarn_command_match(&environment, loaded, arguments, parameter_count, &found, error);
        if (status == TARN_OK)
            status = copy_matches(loaded, &found, most, out, error);
        tarn_row_matches_clear(&found);
        tarn_version_release(loaded);
    }
    free(arguments);
    return status;
}
