// Which rows `merge` makes one.
#include "command/merge_groups.h"

#include "base/asker.h"
#include "base/text.h"
#include "command/matches.h"
#include "command/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows that are named -------------------------------------------------------------------------------------------
 */

/* A row that `pairs` names. */
typedef struct named_row {
    int64_t row;
    size_t position; /* as people see it */
    size_t root;     /* of its group: an index into the list */
} named_row;

typedef struct naming {
    const tarn_run *run;
    named_row *list;
    size_t count, capacity;
} naming;

static tarn_status refuse_pairs(const char *text, tarn_error *error) {
    return tarn_fail(
        error, TARN_E_INVALID,
        "pairs must be row ids such as 12:40,7:9:31 (" TARN_ASKER("tarn match", "match()") " lists them), not \"%s\"",
        text);
}

static bool read_number(const char **text, int64_t *out) {
    char *end;
    *text += strspn(*text, " ");
    errno = 0;
    *out = **text >= '0' && **text <= '9' ? strtoll(*text, &end, 10) : -1;
    if (*out < 0 || errno != 0)
        return false;
    *text = end + strspn(end, " ");
    return true;
}

static tarn_status add_row(naming *n, int64_t row, size_t root, tarn_error *error) {
    size_t chunk;
    int64_t offset;
    bool live;
    tarn_error missing = {0};
    if (tarn_version_find_row(n->run->base, row, &chunk, &offset, &live, &missing) != TARN_OK || !live)
        return tarn_fail(error, TARN_E_NOT_FOUND, "pairs: there is no row %lld in the table", (long long)row);
    TARN_TRY(tarn_grow(&n->list, &n->capacity, n->count + 1, sizeof *n->list, error));
    n->list[n->count++] = (named_row){.row = row, .root = root};
    return TARN_OK;
}

/* Groups by commas, of rows by colons. */
static tarn_status read_pairs(naming *n, const char *all, tarn_error *error) {
    const char *text = all;
    for (;;) {
        size_t first = n->count;
        for (;;) {
            int64_t row;
            if (!read_number(&text, &row))
                return refuse_pairs(all, error);
            for (size_t i = first; i < n->count; i++) {
                if (n->list[i].row == row)
                    return tarn_fail(error, TARN_E_INVALID, "pairs: row %lld cannot be merged with itself",
                                     (long long)row);
            }
            TARN_TRY(add_row(n, row, first, error));
            if (*text != ':')
                break;
            text++;
        }
        if (n->count - first < 2 || (*text != ',' && *text != '\0'))
            return refuse_pairs(all, error);
        if (*text == '\0')
            return TARN_OK;
        text++;
    }
}

static size_t root_of(named_row *list, size_t i) {
    while (list[i].root != i)
        i = list[i].root = list[list[i].root].root;
    return i;
}

/* An index into the list, sorted by what the list says of it. */
typedef struct place {
    int64_t key;
    size_t position, index;
} place;

static int compare_places(const void *a, const void *b) {
    const place *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->position != y->position)
        return x->position < y->position ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* A row that is named twice links its groups. `places` are by row. */
static void link_groups(naming *n, const place *places) {
    for (size_t i = 1; i < n->count; i++) {
        if (places[i].key == places[i - 1].key)
            n->list[root_of(n->list, places[i].index)].root = root_of(n->list, places[i - 1].index);
    }
}

static tarn_status find_positions(naming *n, const place *places, tarn_error *error) {
    int64_t *shown, total = tarn_version_rows(n->run->base);
    TARN_TRY(tarn_rows_shown(n->run->base, n->run->task, &shown, error));
    for (int64_t i = 0; i < total; i++) {
        size_t low = 0, high = n->count;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (places[middle].key < shown[i])
                low = middle + 1;
            else
                high = middle;
        }
        for (; low < n->count && places[low].key == shown[i]; low++)
            n->list[places[low].index].position = (size_t)i;
    }
    free(shown);
    return TARN_OK;
}

/* Rows by group, then as people see them; each once. */
static void list_groups(naming *n, place *places, tarn_merge_groups *out) {
    size_t count = 0;
    for (size_t i = 0; i < n->count; i++)
        places[i] = (place){(int64_t)root_of(n->list, i), n->list[i].position, i};
    qsort(places, n->count, sizeof *places, compare_places);
    for (size_t i = 0; i < n->count; i++) {
        bool is_new = i == 0 || places[i].key != places[i - 1].key;
        if (!is_new && places[i].position == places[i - 1].position)
            continue;
        if (is_new)
            out->count++;
        out->rows[count++] = n->list[places[i].index].row;
        out->ends[out->count - 1] = count;
    }
}

static tarn_status use_pairs(tarn_run *run, const char *pairs, tarn_merge_groups *out, tarn_error *error) {
    naming n = {.run = run};
    place *places = NULL;
    tarn_status status;
    TARN_CHECK(read_pairs(&n, pairs, error));
    places = calloc(n.count + 1, sizeof *places);
    out->rows = calloc(n.count + 1, sizeof *out->rows);
    out->ends = calloc(n.count + 1, sizeof *out->ends);
    if (places == NULL || out->rows == NULL || out->ends == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t i = 0; i < n.count; i++)
        places[i] = (place){n.list[i].row, 0, i};
    qsort(places, n.count, sizeof *places, compare_places);
    link_groups(&n, places);
    TARN_CHECK(find_positions(&n, places, error));
    list_groups(&n, places, out);
cleanup:
    free(places);
    free(n.list);
    return status;
}

/* ---- rows that are found -------------------------------------------------------------------------------------------
 */

/* All of a repeated parameter: none, one for all columns, or one for each. `*out` has `columns` texts, or is NULL. */
static tarn_status one_per_column(const tarn_run *run, const char *name, size_t columns, const char ***out,
                                  tarn_error *error) {
    size_t count = 0;
    const char **values = calloc(run->argument_count + columns + 1, sizeof *values);
    *out = NULL;
    if (values == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < run->argument_count; i++) {
        if (strcmp(run->arguments[i].name, name) == 0)
            values[count++] = run->arguments[i].value;
    }
    for (size_t i = 1; count == 1 && i < columns; i++)
        values[i] = values[0];
    if (count > 1 && count != columns) {
        free((void *)values);
        return tarn_fail(error, TARN_E_INVALID,
                         "%s: give it once for all columns or once for each, in their order, not %zu times for %zu",
                         name, count, columns);
    }
    if (count > 0)
        *out = values;
    else
        free((void *)values);
    return TARN_OK;
}

static tarn_status read_weights(const tarn_run *run, size_t columns, double **out, tarn_error *error) {
    const char **texts;
    *out = NULL;
    TARN_TRY(one_per_column(run, "weight", columns, &texts, error));
    if (texts == NULL)
        return TARN_OK;
    *out = calloc(columns + 1, sizeof **out);
    for (size_t i = 0; *out != NULL && i < columns; i++)
        (*out)[i] = strtod(texts[i], NULL);
    free((void *)texts);
    return *out != NULL ? TARN_OK : tarn_fail_memory(error);
}

tarn_status tarn_run_matches(tarn_run *run, tarn_row_matches *out, tarn_error *error) {
    tarn_row_match_options options = {
        .block = tarn_run_text(run, "block"), .on = SIZE_MAX, .threshold = tarn_run_number(run, "threshold")};
    size_t *columns = NULL;
    double *weights = NULL;
    const char **similarities = NULL;
    tarn_status status = TARN_OK;
    *out = (tarn_row_matches){0};
    TARN_CHECK(tarn_run_columns(run, "column", &columns, &options.column_count, error));
    if (options.column_count == 0) {
        status = tarn_fail(error, TARN_E_INVALID, "name the columns that are to be compared");
        goto cleanup;
    }
    if (tarn_run_has(run, "on"))
        TARN_CHECK(tarn_run_column(run, "on", &options.on, error));
    TARN_CHECK(read_weights(run, options.column_count, &weights, error));
    TARN_CHECK(one_per_column(run, "compare", options.column_count, &similarities, error));
    options.columns = columns;
    options.weights = weights;
    options.similarities = similarities;
    status = tarn_row_matches_find(run->engine, run->pool, run->base, &options, run->task, out, error);
cleanup:
    free(columns);
    free(weights);
    free((void *)similarities);
    return status;
}

static tarn_status use_matches(tarn_run *run, tarn_merge_groups *out, tarn_error *error) {
    tarn_row_matches matches;
    size_t rows = 0;
    tarn_status status;
    TARN_CHECK(tarn_run_matches(run, &matches, error));
    out->rows = calloc(matches.rows.count + 1, sizeof *out->rows);
    out->ends = calloc(matches.group_count + 1, sizeof *out->ends);
    TARN_CHECK(tarn_row_matches_note(&matches, run->base, &out->note, error));
    if (out->rows == NULL || out->ends == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t i = 0; i < matches.group_count; i++) {
        const tarn_row_group *group = &matches.groups[i];
        for (size_t k = 0; k < group->row_count; k++)
            out->rows[rows++] = matches.rows.ids[matches.grouped[group->first_row + k]];
        out->ends[i] = rows;
    }
    out->count = matches.group_count;
cleanup:
    tarn_row_matches_clear(&matches);
    return status;
}

/* Parameters that say how rows are compared, which naming rows leaves nothing to. */
static tarn_status refuse_mixture(const tarn_run *run, tarn_error *error) {
    static const char *const names[] = {"column", "weight", "compare", "on"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (tarn_run_has(run, names[i]))
            return tarn_fail(error, TARN_E_INVALID,
                             "merge takes either pairs or columns to compare: %s goes with the "
                             "latter",
                             names[i]);
    }
    return TARN_OK;
}

tarn_status tarn_merge_groups_find(tarn_run *run, tarn_merge_groups *out, tarn_error *error) {
    const char *pairs = tarn_run_text(run, "pairs");
    *out = (tarn_merge_groups){0};
    if (pairs == NULL && !tarn_run_has(run, "column"))
        return tarn_fail(error, TARN_E_INVALID,
                         "merge needs either pairs (row ids such as 12:40,7:9) or %s, to find them",
                         TARN_ASKER("--column NAME", "column"));
    if (pairs == NULL)
        return use_matches(run, out, error);
    TARN_TRY(refuse_mixture(run, error));
    return use_pairs(run, pairs, out, error);
}

void tarn_merge_groups_clear(tarn_merge_groups *groups) {
    free(groups->rows);
    free(groups->ends);
    free(groups->note);
    *groups = (tarn_merge_groups){0};
}
