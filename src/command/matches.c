// Rows of a table that are probably the same (see cluster/match.h), in groups.
#include "command/matches.h"

#include "base/text.h"
#include "command/column_types.h"
#include "command/command.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- options -------------------------------------------------------------------------------------------------------
 */

static tarn_similarity automatic(const tarn_column *column) {
    switch (tarn_column_type_of(column->type)) {
    case TARN_COLUMNS_TEXT:
        return TARN_SIMILARITY_JARO_WINKLER;
    case TARN_COLUMNS_NUMBER:
        return TARN_SIMILARITY_NUMBER;
    case TARN_COLUMNS_DATE:
    case TARN_COLUMNS_TIME:
        return TARN_SIMILARITY_LEVENSHTEIN;
    default:
        return TARN_SIMILARITY_EXACT;
    }
}

static tarn_status choose_similarity(const tarn_column *column, const char *name, tarn_similarity *out,
                                     tarn_error *error) {
    *out = automatic(column);
    if (name == NULL || strcmp(name, "auto") == 0)
        return TARN_OK;
    if (!tarn_similarity_find(name, out))
        return tarn_fail(error, TARN_E_INVALID,
                         "values cannot be compared by \"%s\": choose auto, jaro-winkler, levenshtein, ngram, words, "
                         "exact or number",
                         name);
    if (*out == TARN_SIMILARITY_NUMBER && tarn_column_type_of(column->type) != TARN_COLUMNS_NUMBER)
        return tarn_fail(error, TARN_E_INVALID, "the column \"%s\" is no number: compare it by another way",
                         column->name);
    return TARN_OK;
}

static tarn_status check_columns(const tarn_version *version, const tarn_row_match_options *options,
                                 tarn_error *error) {
    if (options->column_count == 0 || options->column_count > TARN_MATCH_MOST_FIELDS)
        return tarn_fail(error, TARN_E_INVALID, "rows can be compared by 1 to %d columns, not by %zu",
                         TARN_MATCH_MOST_FIELDS, options->column_count);
    for (size_t i = 0; i < options->column_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (options->columns[i] == options->columns[j])
                return tarn_fail(error, TARN_E_INVALID, "the column \"%s\" is named twice: give it a weight instead",
                                 tarn_version_column(version, options->columns[i])->name);
        }
        if (options->weights != NULL && !(options->weights[i] > 0 && isfinite(options->weights[i])))
            return tarn_fail(error, TARN_E_INVALID, "a weight must be above 0, not %g", options->weights[i]);
    }
    return TARN_OK;
}

static tarn_status read_options(const tarn_version *version, const tarn_row_match_options *options,
                                tarn_match_field *fields, tarn_match_request *request, tarn_error *error) {
    request->threshold = options->threshold == 0 ? TARN_MATCH_THRESHOLD : options->threshold;
    if (!(request->threshold > 0 && request->threshold <= 1))
        return tarn_fail(error, TARN_E_INVALID, "the threshold is a similarity above 0 and up to 1, not %g",
                         request->threshold);
    if (!tarn_block_find(options->block != NULL ? options->block : "auto", &request->block))
        return tarn_fail(error, TARN_E_INVALID,
                         "\"%s\" is no way to block: choose auto, none, first-letter, fingerprint, metaphone or ngram",
                         options->block);
    for (size_t i = 0; i < options->column_count; i++) {
        fields[i].weight = options->weights != NULL ? options->weights[i] : 1;
        TARN_TRY(choose_similarity(tarn_version_column(version, options->columns[i]),
                                   options->similarities != NULL ? options->similarities[i] : NULL,
                                   &fields[i].similarity, error));
    }
    request->fields = fields;
    request->field_count = options->column_count;
    return TARN_OK;
}

/* ---- groups -------------------------------------------------------------------------------------------------------
 */

static size_t root_of(size_t *parents, size_t i) {
    while (parents[i] != i)
        i = parents[i] = parents[parents[i]];
    return i;
}

/* The earliest row of a group is its root. */
static void join(size_t *parents, size_t a, size_t b) {
    a = root_of(parents, a);
    b = root_of(parents, b);
    parents[a > b ? a : b] = a > b ? b : a;
}

static bool is_blank(const tarn_match_value *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!tarn_match_is_blank(&values[i]))
            return false;
    }
    return true;
}

/* Equal rows, and what the records' pairs say of their first rows. Rows without a value to block by are no pairs. */
static tarn_status list_pairs(tarn_row_matches *m, const tarn_records *r, size_t on, tarn_error *error) {
    m->pairs = calloc(m->found.count + m->rows.count + 1, sizeof *m->pairs);
    if (m->pairs == NULL)
        return tarn_fail_memory(error);
    for (size_t row = 0; row < m->rows.count; row++) {
        size_t first = r->first[r->of[row]];
        m->unblocked += tarn_match_is_blank(&m->rows.values[row * m->rows.width + on]);
        if (first != row && !tarn_match_is_blank(&m->rows.values[row * m->rows.width + on]) &&
            !is_blank(m->rows.values + row * m->rows.width, m->column_count))
            m->pairs[m->pair_count++] = (tarn_row_match){.first = first, .second = row, .similarity = 1};
    }
    for (size_t i = 0; i < m->found.count; i++) {
        const tarn_match_pair *pair = &m->found.pairs[i];
        m->pairs[m->pair_count++] = (tarn_row_match){.first = r->first[pair->a],
                                                     .second = r->first[pair->b],
                                                     .similarity = pair->similarity,
                                                     .similarities = m->found.similarities + i * m->column_count};
    }
    return TARN_OK;
}

/* A group before its rows and pairs are listed. */
typedef struct draft {
    size_t root, rows, pairs;
    double best;
} draft;

static int compare_drafts(const void *a, const void *b) {
    const draft *x = a, *y = b;
    if (x->best != y->best)
        return x->best > y->best ? -1 : 1;
    return (x->root > y->root) - (x->root < y->root);
}

/* `groups` holds per row the group whose root it is; SIZE_MAX: none. */
static tarn_status draft_groups(tarn_row_matches *m, size_t *parents, draft **out, tarn_error *error) {
    draft *drafts = calloc(m->rows.count + 1, sizeof *drafts);
    if (drafts == NULL)
        return tarn_fail_memory(error);
    for (size_t row = 0; row < m->rows.count; row++)
        drafts[root_of(parents, row)].rows++;
    for (size_t i = 0; i < m->pair_count; i++) {
        draft *d = &drafts[root_of(parents, m->pairs[i].first)];
        d->pairs++;
        d->best = fmax(d->best, m->pairs[i].similarity);
    }
    for (size_t row = 0; row < m->rows.count; row++) {
        drafts[row].root = row;
        if (drafts[row].pairs > 0)
            drafts[m->group_count++] = drafts[row];
    }
    qsort(drafts, m->group_count, sizeof *drafts, compare_drafts);
    *out = drafts;
    return TARN_OK;
}

static int compare_pairs(const void *a, const void *b) {
    const tarn_row_match *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->similarity != y->similarity)
        return x->similarity > y->similarity ? -1 : 1;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return (x->second > y->second) - (x->second < y->second);
}

static void place_groups(tarn_row_matches *m, size_t *parents, const draft *drafts, size_t *group_of) {
    size_t rows = 0, pairs = 0;
    for (size_t i = 0; i < m->group_count; i++) {
        m->groups[i] = (tarn_row_group){.first_row = rows, .first_pair = pairs, .pair_count = drafts[i].pairs};
        group_of[drafts[i].root] = i + 1;
        rows += drafts[i].rows;
        pairs += drafts[i].pairs;
    }
    for (size_t row = 0; row < m->rows.count; row++) {
        size_t group = group_of[root_of(parents, row)];
        if (group > 0)
            m->grouped[m->groups[group - 1].first_row + m->groups[group - 1].row_count++] = row;
    }
    for (size_t i = 0; i < m->pair_count; i++)
        m->pairs[i].group = group_of[root_of(parents, m->pairs[i].first)] - 1;
    qsort(m->pairs, m->pair_count, sizeof *m->pairs, compare_pairs);
}

static tarn_status make_groups(tarn_row_matches *m, tarn_error *error) {
    size_t count = m->rows.count;
    size_t *parents = calloc(count + 1, sizeof *parents), *group_of = calloc(count + 1, sizeof *group_of);
    draft *drafts = NULL;
    tarn_status status = parents == NULL || group_of == NULL ? tarn_fail_memory(error) : TARN_OK;
    TARN_CHECK(status);
    for (size_t i = 0; i < count; i++)
        parents[i] = i;
    for (size_t i = 0; i < m->pair_count; i++)
        join(parents, m->pairs[i].first, m->pairs[i].second);
    TARN_CHECK(draft_groups(m, parents, &drafts, error));
    m->groups = calloc(m->group_count + 1, sizeof *m->groups);
    m->grouped = calloc(count + 1, sizeof *m->grouped);
    if (m->groups == NULL || m->grouped == NULL)
        status = tarn_fail_memory(error);
    else
        place_groups(m, parents, drafts, group_of);
cleanup:
    free(parents);
    free(group_of);
    free(drafts);
    return status;
}

/* ---- all of it -----------------------------------------------------------------------------------------------------
 */

/* `on`: which of a row's texts is blocked by. */
static tarn_status find_pairs(tarn_row_matches *m, const tarn_records *r, size_t on, tarn_match_request *request,
                              tarn_pool *pool, tarn_task *task, tarn_error *error) {
    size_t columns = m->column_count, width = m->rows.width;
    tarn_match_value *values = calloc(r->count * columns + 1, sizeof *values);
    tarn_match_value *keys = calloc(r->count + 1, sizeof *keys);
    tarn_status status = values == NULL || keys == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t i = 0; i < r->count && status == TARN_OK; i++) {
        const tarn_match_value *row = m->rows.values + r->first[i] * width;
        memcpy(values + i * columns, row, columns * sizeof *row);
        keys[i] = row[on];
    }
    request->values = values;
    request->keys = keys;
    request->count = r->count;
    if (status == TARN_OK)
        status = tarn_match_find(request, pool, task, &m->found, error);
    free(values);
    free(keys);
    return status;
}

/* The columns, and the one that is blocked by when it is none of them. */
static tarn_status read_rows(tarn_engine *engine, tarn_version *version, const tarn_row_match_options *options,
                             tarn_task *task, tarn_row_matches *out, size_t *on, tarn_error *error) {
    size_t *columns = calloc(options->column_count + 1, sizeof *columns), width = options->column_count;
    out->columns = columns;
    if (columns == NULL)
        return tarn_fail_memory(error);
    memcpy(columns, options->columns, width * sizeof *columns);
    *on = 0;
    while (options->on != SIZE_MAX && *on < width && columns[*on] != options->on)
        ++*on;
    if (*on == width)
        columns[width++] = options->on;
    out->on = columns[*on];
    tarn_status status = tarn_text_rows_read(engine, version, columns, width, task, &out->rows, error);
    return status == TARN_OK && out->rows.count > UINT32_MAX
               ? tarn_fail(error, TARN_E_UNSUPPORTED, "there are too many rows to compare")
               : status;
}

tarn_status tarn_row_matches_find(tarn_engine *engine, tarn_pool *pool, tarn_version *version,
                                  const tarn_row_match_options *options, tarn_task *task, tarn_row_matches *out,
                                  tarn_error *error) {
    tarn_match_field *fields = NULL;
    tarn_match_request request = {0};
    tarn_records records = {0};
    size_t on = 0;
    tarn_status status;
    *out = (tarn_row_matches){.column_count = options->column_count};
    TARN_CHECK(check_columns(version, options, error));
    fields = calloc(options->column_count, sizeof *fields);
    out->similarities = calloc(options->column_count, sizeof *out->similarities);
    if (fields == NULL || out->similarities == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    TARN_CHECK(read_options(version, options, fields, &request, error));
    out->threshold = request.threshold;
    for (size_t i = 0; i < options->column_count; i++)
        out->similarities[i] = fields[i].similarity;
    TARN_CHECK(read_rows(engine, version, options, task, out, &on, error));
    TARN_CHECK(tarn_records_make(&out->rows, &records, error));
    TARN_CHECK(find_pairs(out, &records, on, &request, pool, task, error));
    TARN_CHECK(list_pairs(out, &records, on, error));
    TARN_CHECK(make_groups(out, error));
cleanup:
    tarn_records_clear(&records);
    free(fields);
    return status;
}

void tarn_row_matches_clear(tarn_row_matches *matches) {
    tarn_text_rows_clear(&matches->rows);
    tarn_match_result_clear(&matches->found);
    free(matches->similarities);
    free(matches->columns);
    free(matches->pairs);
    free(matches->grouped);
    free(matches->groups);
    *matches = (tarn_row_matches){0};
}

static tarn_status say_large(const tarn_match_result *found, tarn_buffer *out, tarn_error *error) {
    char *blocks = tarn_say_count((int64_t)found->large_blocks, "block has", "blocks have");
    char *most = tarn_say_count(TARN_MATCH_WHOLE_BLOCK, "row", "rows");
    char *largest = tarn_say_count((int64_t)found->largest, "row", "rows");
    char *window = tarn_say_count(TARN_MATCH_WINDOW, "row", "rows");
    tarn_status status = blocks == NULL || most == NULL || largest == NULL || window == NULL
                             ? tarn_fail_memory(error)
                             : tarn_buffer_printf(out, error,
                                                  "%s more than %s (the largest %s): there each row was compared with "
                                                  "the %s that follow it in alphabetical order only; finer blocks or "
                                                  "another column for them find more",
                                                  blocks, most, largest, window);
    free(blocks);
    free(most);
    free(largest);
    free(window);
    return status;
}

static tarn_status say_unblocked(const tarn_row_matches *matches, const char *on, tarn_buffer *out, tarn_error *error) {
    char *rows = tarn_say_count((int64_t)matches->unblocked, "row has", "rows have");
    tarn_status status =
        rows == NULL
            ? tarn_fail_memory(error)
            : tarn_buffer_printf(out, error, "%s no value in %s and %s compared with no other%s", rows, on,
                                 matches->unblocked == 1 ? "was" : "were", matches->found.large_blocks > 0 ? "; " : "");
    free(rows);
    return status;
}

tarn_status tarn_row_matches_note(const tarn_row_matches *matches, const tarn_version *version, char **out,
                                  tarn_error *error) {
    tarn_buffer text = {0};
    tarn_status status = TARN_OK;
    *out = NULL;
    if (matches->unblocked > 0)
        TARN_CHECK(say_unblocked(matches, tarn_version_column(version, matches->on)->name, &text, error));
    if (matches->found.large_blocks > 0)
        TARN_CHECK(say_large(&matches->found, &text, error));
    if (text.size > 0) {
        *out = tarn_strndup((const char *)text.data, text.size);
        status = *out == NULL ? tarn_fail_memory(error) : TARN_OK;
    }
cleanup:
    tarn_buffer_free(&text);
    return status;
}
